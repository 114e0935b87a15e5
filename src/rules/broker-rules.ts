import type { RuleConfig } from "../config/bridge-config.ts";
import type { Config } from "../config/config.ts";
import { formatDuration } from "../config/durations.ts";
import { health } from "../health.ts";
import { type AlertRule, literal, type Matchers, type RuleGroup, select } from "./rule.ts";

const shortestSilenceMs = 15 * 60_000;

/** A rule of which nothing has come since the start: its topic, most likely, is wrong. What was heard once is a sensor. */
const silent = (
  { name, expiresMs }: RuleConfig,
  { instance, broker: brokerName }: { readonly instance: Matchers; readonly broker: string },
): AlertRule => {
  const broker: Matchers = { ...instance, broker: brokerName };
  const rule: Matchers = { ...broker, rule: name };
  const forMs = Math.max(expiresMs, shortestSilenceMs);
  return {
    alert: "MqttRuleSilent",
    expression:
      `${select(health.mqttSeries.name, rule)} == 0` +
      ` and on (job, instance, broker) ${select(health.mqttConnected.name, broker)} == 1` +
      ` unless on (job, instance, broker, rule) ${select(health.sensor.name, rule)}`,
    forMs,
    labels: { severity: "warning", broker: literal(brokerName), rule: literal(name) },
    summary: "Nothing comes of {{ $labels.rule }} on {{ $labels.instance }}",
    description: `Broker {{ $labels.broker }} is connected, and for ${formatDuration(forMs)} no sensor was heard of.`,
  };
};

/** The alerts of the rules of each broker. */
export const brokerRules = ({ mqtt, broker }: Config, instance: Matchers): readonly RuleGroup[] => {
  const remote = mqtt.map(({ connection: { name }, rules }) => ({ name, rules }));
  return [...(broker === undefined ? [] : [broker]), ...remote]
    .filter(({ rules }) => rules.length > 0)
    .map(({ name, rules }) => ({
      name: `broker ${name}`,
      rules: rules.map((rule) => silent(rule, { instance, broker: name })),
    }));
};
