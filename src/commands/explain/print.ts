import type { Finding } from "../../bridge/trace.ts";
import { printable } from "../mqtt/arguments.ts";
import type { ExplainedFinding, Explanation, Nobody } from "./explanation.ts";
import type { UnmatchedTopic } from "./unmatched.ts";

const millisecondsPerSecond = 1000;
const widestPlace = 32;

const placeOf = (finding: Finding): string => ("from" in finding ? finding.from : "");

const findingLines = (findings: readonly ExplainedFinding[], indent: string): readonly string[] => {
  const places = findings.map(({ finding }) => placeOf(finding));
  const width = Math.max(0, ...places.map(({ length }) => Math.min(length, widestPlace)));
  return findings.map(
    ({ text }, index) =>
      `${indent}${printable((places[index] ?? "").padEnd(width))}${width === 0 ? "" : "  "}${printable(text)}`,
  );
};

const nobodyLines = ({ nearestRule, dialects, candidates }: Nobody): readonly string[] => {
  const places = dialects
    .filter(({ prefixes }) => prefixes.length > 0)
    .map(({ dialect, prefixes }) => `${dialect} (${prefixes.join(", ")})`);
  return [
    ...(nearestRule === undefined ? [] : [`  nearest rule: ${printable(nearestRule)}`]),
    ...(places.length === 0
      ? []
      : [`  configured dialects look below: ${printable(places.join(", "))}`]),
    ...candidates.flatMap(({ dialect, isUseful, findings }) =>
      isUseful
        ? [
            `  the dialect ${dialect} would take it; add it to \`discover\`:`,
            ...findingLines(findings, "    "),
          ]
        : [`  the dialect ${dialect} knows the topic, and has no use for it`],
    ),
  ];
};

/** An explanation for people. */
export const explanationText = (explanation: Explanation, isOneOfMany: boolean): string => {
  const { broker, atMs, topic, isRetained, payload, taker, findings, notes, nobody } = explanation;
  const time = isOneOfMany ? `${(atMs / millisecondsPerSecond).toFixed(3)} s  ` : "";
  const retained = isRetained ? "  (retained)" : "";
  const who = taker === undefined ? "nobody took it" : `${taker.kind} ${taker.name}`;
  return [
    `${time}${printable(topic)}${retained}  ${printable(payload)}`,
    `  ${who}, broker ${printable(broker)}`,
    ...findingLines(findings, "    "),
    ...notes.map((note) => `    ${printable(note)}`),
    ...(nobody === undefined ? [] : nobodyLines(nobody)),
    "",
  ]
    .map((line) => `${line}\n`)
    .join("");
};

const findingJson = ({ finding, text }: ExplainedFinding) => ({ ...finding, text });

/** An explanation for programs: one line. */
export const explanationJson = (explanation: Explanation): string => {
  const { broker, atMs, topic, isRetained, payload, taker, findings, notes, nobody } = explanation;
  const object = {
    broker,
    at: atMs / millisecondsPerSecond,
    topic,
    retained: isRetained,
    payload,
    taken: taker === undefined ? null : { [taker.kind]: taker.name },
    findings: findings.map(findingJson),
    notes,
    ...(nobody === undefined
      ? {}
      : {
          nearest_rule: nobody.nearestRule ?? null,
          candidates: nobody.candidates.map(({ dialect, isUseful, findings: would }) => ({
            dialect,
            useful: isUseful,
            findings: would.map(findingJson),
          })),
        }),
  };
  return `${JSON.stringify(object)}\n`;
};

/** The metrics that are there in the end. */
export const metricsText = (lines: readonly string[], isJson: boolean): string => {
  if (isJson) return `${JSON.stringify({ metrics: lines })}\n`;
  if (lines.length === 0) return "No metric comes of it.\n";
  return `Metrics in the end:\n${lines.map((line) => `${line}\n`).join("")}`;
};

/** The topics that nobody took. */
export const unmatchedText = (topics: readonly UnmatchedTopic[], isJson: boolean): string => {
  if (isJson) return topics.map((topic) => `${JSON.stringify(topic)}\n`).join("");
  if (topics.length === 0) return "Every topic was taken.\n";
  return topics
    .map(({ topic, messages, payload, would }) => {
      const hint = would.length === 0 ? "" : `  (the dialect ${would.join(" or ")} would take it)`;
      const times = messages === 1 ? "" : ` ×${messages}`;
      return `${printable(topic)}${times}  ${printable(payload)}${hint}\n`;
    })
    .join("");
};
