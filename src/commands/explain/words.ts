import { matchesAny } from "../../bridge/glob.ts";
import type { Finding } from "../../bridge/trace.ts";
import { renderLabels, renderNumber } from "../../store/text.ts";
import { missingText } from "./missing.ts";

/** Who took a message: what is to be known about it to say why something became of it, or did not. */
export interface TakerConfig {
  readonly kind: "rule" | "dialect";
  readonly name: string;
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  readonly rename?: Readonly<Record<string, string>> | undefined;
}

/** What finding words needs besides the finding. */
export interface Context {
  readonly taker: TakerConfig | undefined;
  /** The payload as JSON or as its fields; undefined if it is neither. */
  readonly record: unknown;
}

type Reading = Extract<Finding, { kind: "reading" }>;
type Refused = Extract<Finding, { kind: "refused" }>;
type Availability = Extract<Finding, { kind: "availability" }>;

/** The line of a reading in a scrape. */
const lineOf = ({ metric, labels, value }: Reading): string =>
  `${metric}${renderLabels(labels) ?? ""} ${renderNumber(value)}`;

const isExcluded = ({ allow, deny, rename = {} }: TakerConfig, sensor: string): boolean => {
  // By the names that devices give themselves.
  const names = [
    sensor,
    ...Object.entries(rename).flatMap(([old, renamed]) => (renamed === sensor ? [old] : [])),
  ];
  const isAny = (globs: readonly string[]) => names.some((name) => matchesAny(globs, name));
  return isAny(deny) || (allow.length > 0 && !isAny(allow));
};

const readingText = (reading: Reading, { taker }: Context): string => {
  const line = lineOf(reading);
  if (reading.written === "stored") return line;
  if (reading.written === "waiting") {
    return `held back, since its device is offline or has not yet said that it is online: ${line}`;
  }
  if (reading.written === "unchanged") return `kept by the broker, and known already: ${line}`;
  const { sensor = "" } = reading.labels;
  return taker !== undefined && isExcluded(taker, sensor)
    ? `left out by allow and deny: ${line}`
    : `refused, since limits of series or devices are reached: ${line}`;
};

const refusals: Readonly<Record<string, string>> = {
  "no-value": "says that there is no value",
  "not-a-number": "is no plain number",
  "unknown-word": "is none of the words that stand for a number",
  "wrong-type": "is not one value",
  "out-of-range": "lies outside what this quantity can be",
  "not-finite": "is no number in the base unit",
};

const remedies: Readonly<Record<string, string>> = {
  "not-a-number": "`map` gives words a number, an `expression` takes one out of a text",
  "unknown-word": "add it to `map`",
  "wrong-type": "give the path of a value in it",
  "out-of-range": "check `unit` and `scale`; `absent` lists numbers that mean no value",
};

const refusedText = ({ reason, published }: Refused, { taker }: Context): string => {
  const words = refusals[reason];
  if (words === undefined) return `refused: ${reason}`;
  const remedy = taker?.kind === "rule" ? remedies[reason] : undefined;
  return `refused: ${published} ${words}${remedy === undefined ? "" : ` (${remedy})`}`;
};

const ignoredWords: Readonly<Record<string, string>> = {
  retained: "the broker had kept it, and retained messages are to be ignored",
  empty: "an empty payload removes what was known",
  null: "null, and nothing is known of it yet",
};

const availabilityText = ({ word, presence }: Availability): string => {
  if (word === "") return "an empty payload: nobody knows whether it is there";
  if (presence === "ignored") return `${word} is no word that says whether it is there: ignored`;
  return `${word}: it is ${presence}`;
};

/** A finding in words, without the place that it is about. */
export const wordsOf = (finding: Finding, context: Context): string => {
  if (finding.kind === "reading") return readingText(finding, context);
  if (finding.kind === "refused") return refusedText(finding, context);
  if (finding.kind === "missing") return `missing: ${missingText(finding.from, context.record)}`;
  if (finding.kind === "availability") return availabilityText(finding);
  if (finding.kind === "notice") return finding.what;
  if (finding.kind === "again") return `can be understood now: ${finding.topic}`;
  return `ignored: ${ignoredWords[finding.why] ?? finding.why}`;
};
