import { parsePath } from "../../bridge/rules/path.ts";
import { compilePattern } from "../../bridge/topic-pattern.ts";
import { canBeRuleLabel } from "../labels.ts";
import { type Statement, say } from "../messages.ts";
import { at, entriesIn, type Finding, itemsIn, textAt } from "./finding.ts";
import { checkMetrics } from "./metric-checks.ts";
import { partsOf, usualSensor } from "./rule-config.ts";
import { checkValue, type GivenValue, valuesOf } from "./value-checks.ts";

const sensorPart = "sensor";

const checkParts = (rule: unknown): readonly Finding[] => {
  const wrong = partsOf(textAt(rule, "topic") ?? "").find(
    (part) => part !== sensorPart && !canBeRuleLabel(part),
  );
  return wrong === undefined ? [] : [{ path: ["topic"], statement: say("topic-part", wrong) }];
};

const reference = /\{(\$\.)?([^{}]*)\}/gu;

const referenceFault = (
  isInside: boolean,
  name: string,
  parts: readonly string[],
): Statement | undefined => {
  if (!isInside) return parts.includes(name) ? undefined : say("rule-sensor-part", name, parts);
  const parsed = parsePath(name);
  if ("problem" in parsed) return say("path-form", parsed.problem);
  return parsed.path.includes("*") ? say("path-star") : undefined;
};

const checkSensor = (rule: unknown): readonly Finding[] => {
  const topic = textAt(rule, "topic");
  const sensor = textAt(rule, "sensor");
  const path = ["sensor"];
  if (topic === undefined || "problem" in compilePattern(topic)) return [];
  if (sensor === undefined) {
    const isMissing = at(rule, "sensor") === undefined && usualSensor(topic) === undefined;
    return isMissing ? [{ path, statement: say("rule-sensor-missing") }] : [];
  }
  const parts = partsOf(topic);
  const fault = [...sensor.matchAll(reference)]
    .map(([, inside, name = ""]) => referenceFault(inside !== undefined, name, parts))
    .find((each) => each !== undefined);
  if (fault !== undefined) return [{ path, statement: fault }];
  return /[{}]/u.test(sensor.replaceAll(reference, ""))
    ? [{ path, statement: say("rule-sensor-form") }]
    : [];
};

/** Labels that all readings of a rule have: parts of the topic, and its own. */
const ruleLabels = (rule: unknown): readonly string[] => [
  ...partsOf(textAt(rule, "topic") ?? "").filter((part) => part !== sensorPart),
  ...entriesIn(at(rule, "labels")).map(([label]) => label),
];

const ownLabels = ({ keys }: GivenValue): readonly (readonly [string, string])[] => [
  ...itemsIn(at(keys, "fan")).map((label) => ["fan", String(label)] as const),
  ...(at(keys, "states") === undefined ? [] : [["states", "state"] as const]),
  ...entriesIn(at(keys, "labels")).map(([label]) => ["labels", label] as const),
];

const checkLabels = (rule: unknown, values: readonly GivenValue[]): readonly Finding[] => {
  const parts = partsOf(textAt(rule, "topic") ?? "");
  const ofRule = entriesIn(at(rule, "labels")).flatMap(([label]) =>
    parts.includes(label)
      ? [{ path: ["labels", label], statement: say("value-label-twice", label), isKey: true }]
      : [],
  );
  const all = ruleLabels(rule);
  const ofValues = values.flatMap((value) => {
    const labels = ownLabels(value);
    const names = labels.map(([, label]) => label);
    const twice = labels.find(
      ([, label], index) => all.includes(label) || names.indexOf(label) < index,
    );
    if (twice === undefined) return [];
    const [key, label] = twice;
    const path = [...value.path, key];
    return [{ path, statement: say("value-label-twice", label), isKey: true }];
  });
  return [...ofRule, ...ofValues];
};

// What `*` and states tell apart is different by its label; the rest is by its text.
const seriesOf = (value: GivenValue): string =>
  JSON.stringify([
    value.metric,
    entriesIn(at(value.keys, "labels"))
      .map(([label, text]) => `${label}=${String(text)}`)
      .toSorted(),
    ownLabels(value)
      .filter(([key]) => key !== "labels")
      .map(([, label]) => label)
      .toSorted(),
  ]);

const checkTwice = (values: readonly GivenValue[]): readonly Finding[] => {
  const seen = new Set<string>();
  return values.flatMap((value) => {
    const series = seriesOf(value);
    if (seen.has(series)) return [{ path: value.path, statement: say("value-twice"), isKey: true }];
    seen.add(series);
    return [];
  });
};

const wordsAt = (availability: unknown, key: "online" | "offline"): readonly string[] => {
  const given = at(availability, key);
  return given === undefined ? [key] : itemsIn(given).map((word) => String(word).toLowerCase());
};

const checkAvailability = (rule: unknown): readonly Finding[] => {
  const availability = at(rule, "availability");
  if (availability === undefined) return [];
  const online = wordsAt(availability, "online");
  const both = wordsAt(availability, "offline").find((word) => online.includes(word));
  return both === undefined
    ? []
    : [{ path: ["availability"], statement: say("availability-words", both), isKey: true }];
};

const takesNothing = (rule: unknown): boolean =>
  entriesIn(at(rule, "values")).length + entriesIn(at(rule, "metrics")).length === 0 &&
  at(rule, "availability") === undefined;

/** What the keys of one rule mean together; keys that are wrong by themselves count as left out. */
export const checkRule = (rule: unknown): readonly Finding[] => {
  const values = valuesOf(rule);
  const isRule = entriesIn(rule).length > 0;
  return [
    ...(isRule && takesNothing(rule) ? [{ path: [], statement: say("rule-empty") }] : []),
    ...checkParts(rule),
    ...checkSensor(rule),
    ...values.flatMap(checkValue),
    ...checkLabels(rule, values),
    ...checkTwice(values),
    ...checkMetrics(rule),
    ...checkAvailability(rule),
  ];
};

/** Rules of one broker that would be counted as one, or as a dialect. */
export const checkRuleNames = (
  rules: readonly unknown[],
  dialectNames: readonly string[],
): readonly Finding[] => {
  const seen = new Set(dialectNames);
  return rules.flatMap((rule, index) => {
    const name = textAt(rule, "name") ?? textAt(rule, "topic");
    if (name === undefined) return [];
    const isTaken = seen.has(name);
    seen.add(name);
    const key = at(rule, "name") === undefined ? "topic" : "name";
    return isTaken
      ? [{ path: ["subscriptions", index, key], statement: say("rule-name-taken", name) }]
      : [];
  });
};
