import type { OwnMetricConfig, ValueConfig } from "../../config/bridge-config.ts";
import type { Labels } from "../../reading.ts";
import type { Device } from "../device.ts";
import type { Meaning } from "../meaning.ts";
import { jsonOf, type Payload, textOf, valueAt } from "../payload.ts";
import type { Keeping, NotFound, TopicPlan } from "../plan.ts";
import { compileTemplate } from "../template.ts";
import { pathText } from "../trace.ts";
import { wholeOf } from "./record.ts";

const quantityOf = (quantity: ValueConfig["quantity"]): Meaning["quantity"] => {
  if (typeof quantity === "string") return quantity;
  const { name, type, help, unit }: OwnMetricConfig = quantity;
  return { family: { name, type, help, unit }, ...(type === "counter" ? { minimum: 0 } : {}) };
};

/** What a value means; a state set is one meaning for each of its states. */
const meaningsOf = (value: ValueConfig, labels: Labels): readonly Meaning[] => {
  const { unit, scale, offset, words, states, absent } = value;
  const quantity = quantityOf(value.quantity);
  const all = { ...labels, ...value.labels };
  if (states === undefined) {
    return [{ quantity, unit, scale, offset, words, absent, labels: all }];
  }
  return states.map((state) => ({
    quantity,
    labels: { ...all, state },
    // In any case, unless two states differ by it; what is none of them is a state in which none holds.
    words: { [state.toLowerCase()]: 1, ...wordsOf(states, state) },
    otherwise: 0,
  }));
};

const wordsOf = (states: readonly string[], state: string): Readonly<Record<string, number>> =>
  Object.fromEntries(states.map((other) => [other, other === state ? 1 : 0]));

const missing: NotFound = { notFound: "missing" };

const outcomeOfExpression = (expression: string): ((payload: Payload) => unknown) => {
  const template = compileTemplate(`{{ ${expression} }}`);
  if ("unsupported" in template) return () => ({ notFound: template.unsupported });
  return (payload) => {
    const value = textOf(payload);
    if (value === undefined) return missing;
    const rendered = template.render({ value, valueJson: () => jsonOf(payload) });
    if (rendered.kind === "text") return rendered.text;
    return { notFound: rendered.kind === "unchanged" ? "missing" : rendered.reason };
  };
};

const extractorOf = (
  { path, expression }: ValueConfig,
  recordOf: (payload: Payload) => unknown,
): ((payload: Payload) => unknown) => {
  if (expression !== undefined) return outcomeOfExpression(expression);
  if (path === undefined) return (payload) => wholeOf(payload) ?? missing;
  return (payload) => {
    const found = valueAt(recordOf(payload), path);
    return found === undefined ? missing : found;
  };
};

/** Labels for the `*` of a path; undefined if the path is another one. */
const fannedLabels = (
  pattern: readonly string[],
  fan: readonly string[],
  path: readonly string[],
): Labels | undefined => {
  if (pattern.length !== path.length) return undefined;
  const labels: Record<string, string> = {};
  let star = 0;
  for (const [index, key] of pattern.entries()) {
    const found = path[index] ?? "";
    if (key === "*") {
      labels[fan[star] ?? `key_${star + 1}`] = found;
      star += 1;
    } else if (key !== found) return undefined;
  }
  return labels;
};

const fannedPlan = (
  value: ValueConfig,
  device: Device,
  keeping: Keeping,
  recordOf: (payload: Payload) => unknown,
): TopicPlan => {
  const { path = [], fan } = value;
  // Only below this is anything looked at, and that it is missing is said.
  const within = path.slice(0, path.indexOf("*"));
  const pattern = path.slice(within.length);
  return {
    kind: "fields",
    device,
    ...keeping,
    within,
    // What is no JSON is nothing to count: the same topic may carry plain values.
    ...(recordOf === jsonOf ? {} : { decode: recordOf }),
    interpret: (found) => {
      const labels = fannedLabels(pattern, fan, found);
      return labels === undefined ? "not a part of the rule's path" : meaningsOf(value, labels);
    },
  };
};

/** How the plans of one value of a rule are made: what all topics have in common is there once. */
export const createPlansOfValue = (
  value: ValueConfig,
  keeping: Keeping,
  recordOf: (payload: Payload) => unknown,
): ((device: Device) => readonly TopicPlan[]) => {
  if (value.path?.includes("*") === true) {
    return (device) => [fannedPlan(value, device, keeping, recordOf)];
  }
  const { path, expression } = value;
  const extract = extractorOf(value, recordOf);
  const from = expression ?? (path === undefined ? "payload" : pathText(path));
  const meanings = meaningsOf(value, {});
  return (device) =>
    meanings.map((meaning) => ({ kind: "reading", device, meaning, from, extract, ...keeping }));
};
