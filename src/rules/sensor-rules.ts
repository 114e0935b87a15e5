import type { AlertConfig, SensorConfig } from "../config/config.ts";
import { formatDuration } from "../config/durations.ts";
import { displayName } from "../display.ts";
import { health } from "../health.ts";
import { definitionOf, type Quantity, quantityByName, quantityNames } from "../quantities.ts";
import { convertFromBase, unitsOf } from "../units.ts";
import { type AlertRule, literal, type Matchers, type RuleGroup, select } from "./rule.ts";

const minuteMs = 60_000;
const millisecondsPerSecond = 1000;
// Prometheus needs several scrapes to tell an increase.
const shortestWindowMs = 5 * minuteMs;

/** One sensor, and what its series have in common. */
interface Subject {
  readonly sensor: SensorConfig;
  readonly matchers: Matchers;
  readonly instance: Matchers;
}

// The label sensor is that of the series, and tells promtool that no two of these rules are the same.
const labelsOf = ({ name }: SensorConfig, severity: AlertConfig["severity"]) => ({
  severity,
  sensor: literal(name),
});

const who = "{{ $labels.sensor }} of {{ $labels.instance }}";
const sameSensor = "on (job, instance, sensor)";

/** Up, and yet without a reading for longer than its readings live, by the board's own clock. */
const silent = ({ sensor, matchers, instance }: Subject): AlertRule => {
  const { intervalMs, expiresMs } = sensor;
  const now = select(health.time.name, instance);
  const newest = select(health.lastReading.name, matchers);
  const rejected = select(health.rejectedReadings.name, matchers);
  const window = formatDuration(Math.max(2 * expiresMs, shortestWindowMs));
  return {
    alert: "SensorSilent",
    expression:
      `${now} - on (job, instance) group_right () ${newest} > ${expiresMs / millisecondsPerSecond}` +
      ` and ${sameSensor} ${select(health.up.name, matchers)} == 1` +
      ` unless ${sameSensor} increase(${rejected}[${window}]) > 0`,
    forMs: Math.max(intervalMs, minuteMs),
    labels: labelsOf(sensor, "warning"),
    summary: `Sensor ${who} is silent`,
    description: `It is up, but its newest reading is {{ $value | humanizeDuration }} old; ${formatDuration(expiresMs)} are allowed.`,
  };
};

/** Down for as long as its readings live, so that they are gone. */
const failing = ({ sensor, matchers }: Subject): AlertRule => {
  const forMs = Math.max(sensor.expiresMs, minuteMs);
  return {
    alert: "SensorFailing",
    expression: `${select(health.up.name, matchers)} == 0`,
    forMs,
    labels: labelsOf(sensor, "warning"),
    summary: `Sensor ${who} fails`,
    description: `All its polls of the last ${formatDuration(forMs)} have failed.`,
  };
};

const significantDigits = 9;

/** A value in the unit that people read. */
const shown = (quantity: Quantity, value: number): string => {
  const { dimension, display } = definitionOf(quantity);
  const converted = convertFromBase(dimension, display.unit, value) ?? value;
  return `${Number(converted.toPrecision(significantDigits))} ${display.unit}`.trimEnd();
};

/** The value of the alert as a template of Prometheus, which cannot convert units. */
const valueNow = (quantity: Quantity): string => {
  const { dimension } = definitionOf(quantity);
  if (dimension === "ratio") return "{{ $value | humanizePercentage }}";
  return `{{ $value | printf "%.6g" }} ${unitsOf(dimension)[0] ?? ""}`.trimEnd();
};

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** An alert on one quantity of a sensor, without what depends on its kind. */
const about = ({ sensor }: Subject, quantity: Quantity, { severity, forMs }: AlertConfig) => ({
  labels: { ...labelsOf(sensor, severity), quantity: definitionOf(quantity).name },
  forMs,
  name: `${capital(displayName(quantity))} of ${who}`,
  since: forMs === 0 ? "" : ` It has been so for ${formatDuration(forMs)}.`,
});

const bound = (
  subject: Subject,
  quantity: Quantity,
  alert: AlertConfig,
  direction: "below" | "above",
): readonly AlertRule[] => {
  const limit = alert[direction];
  if (limit === undefined) return [];
  const { labels, forMs, name, since } = about(subject, quantity, alert);
  const series = select(definitionOf(quantity).metric, subject.matchers);
  return [
    {
      alert: direction === "below" ? "BelowLimit" : "AboveLimit",
      expression: `${series} ${direction === "below" ? "<" : ">"} ${limit}`,
      forMs,
      labels,
      summary: `${name} is ${direction} ${shown(quantity, limit)}`,
      description: `It is ${valueNow(quantity)}.${since}`,
    },
  ];
};

const lasting = (
  subject: Subject,
  quantity: Quantity,
  alert: AlertConfig,
): readonly AlertRule[] => {
  if (alert.is === undefined) return [];
  const { labels, forMs, name, since } = about(subject, quantity, alert);
  return [
    {
      alert: "StateLasts",
      expression: `${select(definitionOf(quantity).metric, subject.matchers)} == ${alert.is}`,
      forMs,
      labels,
      summary: `${name} is ${alert.is}`,
      description: since === "" ? "It is so now." : since.trimStart(),
    },
  ];
};

const unchanging = (
  subject: Subject,
  quantity: Quantity,
  alert: AlertConfig,
): readonly AlertRule[] => {
  if (alert.unchangedMs === undefined) return [];
  const { metric, type } = definitionOf(quantity);
  const series = select(metric, subject.matchers);
  const duration = formatDuration(alert.unchangedMs);
  const { labels, name } = about(subject, quantity, alert);
  const isTotal = type === "counter";
  return [
    {
      alert: isTotal ? "CounterStalled" : "ValueStuck",
      expression: isTotal
        ? `${series} == ${series} offset ${duration}`
        : `changes(${series}[${duration}]) == 0 and ${series} and ${series} offset ${duration}`,
      forMs: 0,
      labels,
      summary: `${name} ${isTotal ? "does not rise any more" : "is always the same"}`,
      description: `It has not changed for ${duration}.`,
    },
  ];
};

const ofQuantity = (subject: Subject, quantity: Quantity): readonly AlertRule[] => {
  const alert = subject.sensor.alerts[quantity];
  if (alert === undefined) return [];
  return [
    ...bound(subject, quantity, alert, "below"),
    ...bound(subject, quantity, alert, "above"),
    ...lasting(subject, quantity, alert),
    ...unchanging(subject, quantity, alert),
  ];
};

/** The alerts of one sensor: with its own interval and expiry, and those that its configuration asks for. */
export const sensorRules = (sensor: SensorConfig, instance: Matchers): RuleGroup => {
  const subject = { sensor, matchers: { ...instance, sensor: sensor.name }, instance };
  const quantities = quantityNames.flatMap((name) => quantityByName(name) ?? []);
  return {
    name: `sensor ${sensor.name}`,
    rules: [
      failing(subject),
      silent(subject),
      ...quantities.flatMap((quantity) => ofQuantity(subject, quantity)),
    ],
  };
};
