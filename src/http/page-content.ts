import { displayName, displayValue } from "../display.ts";
import type { Labels } from "../reading.ts";
import type { RosterEntry } from "../sensors/roster.ts";
import type { StoredReading } from "../store.ts";
import type { PageReading, PageSensor } from "./page.ts";

const millisecondsPerSecond = 1000;

const labelsText = (labels: Labels): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(" ");

const readingOf = (
  { quantity, labels, value, atMs }: StoredReading,
  nowMs: number,
): readonly PageReading[] =>
  quantity === undefined
    ? []
    : [
        {
          label: displayName(quantity, labels["channel"]),
          text: displayValue(quantity, value),
          ageSeconds: (nowMs - atMs) / millisecondsPerSecond,
        },
      ];

/** What the landing page shows of each sensor, in the order of the configuration. */
export const pageSensors = (
  entries: readonly RosterEntry[],
  readings: Iterable<StoredReading>,
  nowMs: number,
): readonly PageSensor[] => {
  const bySensor = new Map<string, PageReading[]>();
  for (const reading of readings) {
    const name = reading.labels["sensor"] ?? "";
    bySensor.set(name, [...(bySensor.get(name) ?? []), ...readingOf(reading, nowMs)]);
  }
  return entries.map(({ config, status }) => {
    const { state, error } = status();
    return {
      name: config.name,
      driver: config.driver,
      labels: labelsText(config.labels),
      state,
      problem: error === undefined ? undefined : { message: error.message, remedy: error.remedy },
      readings: bySensor.get(config.name) ?? [],
    };
  });
};
