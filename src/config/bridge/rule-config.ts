import type { z } from "zod";
import { compilePattern } from "../../bridge/topic-pattern.ts";
import { quantityByName } from "../../quantities.ts";
import type { LabelSource, RuleConfig, ValueConfig } from "../bridge-config.ts";
import type { ruleSchema } from "./rule-schema.ts";
import type { metricSchema, valueSchema } from "./value-schema.ts";

type Rule = z.output<typeof ruleSchema>;
type Value = z.output<typeof valueSchema>;
type Metric = z.output<typeof metricSchema>;
type Detailed = Extract<Value, { readonly absent: unknown }>;

const isPath = (value: Value): value is readonly string[] =>
  Array.isArray(value) && value.every((part) => typeof part === "string");

const listOf = (value: Value): readonly (Detailed | readonly string[])[] => {
  if (isPath(value)) return [value];
  return "absent" in value ? [value] : value;
};

const valueConfig = (
  quantity: ValueConfig["quantity"],
  { map, expires, ...rest }: Omit<Detailed, "unit"> & { readonly unit?: string | undefined },
): ValueConfig => ({ quantity, ...rest, words: map, expiresMs: expires });

const bare = { absent: [], fan: [], labels: {} } as const;

const ofQuantity = ([name, value]: readonly [string, Value]): readonly ValueConfig[] => {
  const quantity = quantityByName(name);
  if (quantity === undefined) return [];
  return listOf(value).map((each) =>
    "absent" in each ? valueConfig(quantity, each) : { quantity, path: each, ...bare },
  );
};

const ofMetric = ([name, metric]: readonly [string, Metric]): ValueConfig => {
  const { type, help, unit, ...rest } = metric;
  return valueConfig({ name, type, help, unit }, rest);
};

const labelSource = (given: Rule["labels"][string]): LabelSource =>
  typeof given === "string" ? { text: given } : given;

/** Names of the parts of a topic; none if it is no pattern. */
export const partsOf = (topic: string): readonly string[] => {
  const pattern = compilePattern(topic);
  return "problem" in pattern ? [] : pattern.names;
};

/** How the sensor is named where the user says nothing; undefined if nothing could. */
export const usualSensor = (topic: string): string | undefined => {
  const names = partsOf(topic);
  const part = names.includes("sensor") ? "sensor" : names.at(-1);
  return part === undefined ? undefined : `{${part}}`;
};

/** A rule as the bridge wants it. */
export const ruleConfig = (rule: Rule): RuleConfig => {
  const { topic, name = topic, sensor = usualSensor(topic), labels, separator } = rule;
  return {
    name,
    topic,
    qos: rule.qos,
    share: rule.share,
    sensor: sensor ?? topic,
    labels: Object.fromEntries(
      Object.entries(labels).map(([label, source]) => [label, labelSource(source)]),
    ),
    expiresMs: rule.expires,
    ignoresRetained: rule.retained === "ignore",
    sleeping: rule.sleeping,
    separator: typeof separator === "string" ? { between: separator } : separator,
    values: [
      ...Object.entries(rule.values).flatMap(ofQuantity),
      ...Object.entries(rule.metrics).map(ofMetric),
    ],
    availability: rule.availability,
    allow: rule.allow,
    deny: rule.deny,
    maximumSeries: rule.series,
  };
};
