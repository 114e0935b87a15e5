import type { LabelSource, RuleConfig } from "../../config/bridge-config.ts";
import type { Labels } from "../../reading.ts";
import { valueAt } from "../payload.ts";
import { parsePath } from "./path.ts";

/** Whose readings a message has. */
export interface RuleIdentity {
  readonly sensor: string;
  readonly labels: Labels;
}

/** Finds out whose readings a message has, from its topic and, where the rule says so, its payload. */
export interface Identify {
  /** True if the topic alone tells. */
  readonly isByTopic: boolean;
  /** Undefined if the payload lacks what the rule wants of it. */
  readonly identify: (parts: Labels, record: unknown) => RuleIdentity | undefined;
}

type Part = (parts: Labels, record: unknown) => string | undefined;

const longestLabel = 256;

const textAt = (record: unknown, path: readonly string[]): string | undefined => {
  const value = valueAt(record, path);
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") {
    return undefined;
  }
  const text = String(value).slice(0, longestLabel);
  return text === "" ? undefined : text;
};

const reference = /\{(\$\.)?([^{}]+)\}/gu;

/** True if a template of a sensor's name looks into the payload. */
const looksInside = (template: string): boolean => /\{\$\./u.test(template);

const piecePart = (inside: string | undefined, name: string): Part => {
  if (inside === undefined) return (parts) => parts[name];
  const parsed = parsePath(name);
  return (_parts, record) => ("path" in parsed ? textAt(record, parsed.path) : undefined);
};

/** Text and parts in turn, so that a part which looks like a reference is none. */
const piecesOf = (template: string): readonly Part[] => {
  let end = 0;
  const pieces: Part[] = [];
  const addText = (text: string) => {
    if (text !== "") pieces.push(() => text);
  };
  for (const found of template.matchAll(reference)) {
    const [whole, inside, name = ""] = found;
    addText(template.slice(end, found.index));
    pieces.push(piecePart(inside, name));
    end = found.index + whole.length;
  }
  addText(template.slice(end));
  return pieces;
};

const namePart = (template: string): Part => {
  const pieces = piecesOf(template);
  return (parts, record) => {
    const found = pieces.map((piece) => piece(parts, record));
    const isWhole = found.every((text) => text !== undefined);
    // A sensor without a name would share its readings with all others of that kind.
    return isWhole ? found.join("").trim() || undefined : undefined;
  };
};

const labelPart = (source: LabelSource): Part =>
  "text" in source ? () => source.text : (_parts, record) => textAt(record, source.path);

/** Compiles how a rule names its sensors. Parts of the topic other than `sensor` are labels. */
export const createIdentify = ({ sensor, labels }: RuleConfig): Identify => {
  const name = namePart(sensor);
  const sources = Object.entries(labels).map(
    ([label, source]) => [label, labelPart(source)] as const,
  );
  const isByTopic =
    !looksInside(sensor) && Object.values(labels).every((source) => "text" in source);
  return {
    isByTopic,
    identify: (parts, record) => {
      const found = name(parts, record);
      if (found === undefined) return undefined;
      const { sensor: _, ...named } = parts;
      const own: Record<string, string> = { ...named };
      for (const [label, source] of sources) {
        const text = source(parts, record);
        if (text === undefined) return undefined;
        own[label] = text;
      }
      return { sensor: found, labels: own };
    },
  };
};
