import type { Labels } from "../reading.ts";

// Metric and label names as every version of Prometheus reads them, and not what it reserves for itself.
const labelName = /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/;
const metricName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const escapes: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", '"': '\\"' };

/** True for a name that a metric can have, without the colons that are left to recording rules. */
export const isMetricName = (name: string): boolean => metricName.test(name);

/** Text as it stands in the exposition: half a character is replaced, since one invalid byte fails a whole scrape. */
export const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, "\ufffd");

const escapeLabelValue = (value: string): string =>
  wellFormed(value).replace(/[\\\n"]/g, (character) => escapes[character] ?? character);

/** Compares two different texts by their code units. */
export const inOrder = (left: string, right: string): number => (left < right ? -1 : 1);

/**
 * Labels in braces, `sensor` first and the others sorted, or the empty string if there are none; undefined if a name
 * is invalid. An empty value is left out, as Prometheus holds it equal to no label at all.
 */
export const renderLabels = (labels: Labels): string | undefined => {
  const { sensor = "", ...others } = labels;
  const names = Object.keys(others).filter((name) => others[name] !== "");
  if (!names.every((name) => labelName.test(name))) return undefined;
  const rendered = names
    .sort(inOrder)
    .map((name) => `${name}="${escapeLabelValue(others[name] ?? "")}"`);
  if (sensor !== "") rendered.unshift(`sensor="${escapeLabelValue(sensor)}"`);
  return rendered.length === 0 ? "" : `{${rendered.join(",")}}`;
};

/** The shortest decimal that reads back as the same double; minus zero is zero. */
export const renderNumber = (value: number): string => String(value);

/**
 * One piece of text. What `+` makes stays a tree of its parts in V8 until somebody reads it, which takes several times
 * the memory, and time in every scrape.
 */
export const joined = (...parts: readonly string[]): string => parts.join("");
