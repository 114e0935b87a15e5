import type { ListedDevice } from "../bridge/devices.ts";
import { displayName, displayValue } from "../display.ts";
import { health } from "../health.ts";
import type { Labels } from "../reading.ts";
import type { RosterEntry } from "../sensors/roster.ts";
import type { StoredReading } from "../store.ts";
import type { PageReading, PageSensor } from "./page.ts";

const millisecondsPerSecond = 1000;

const labelsText = (labels: Labels): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(" ");

const ownNames: ReadonlySet<string> = new Set(Object.values(health).map(({ name }) => name));

/** What tells a reading from its siblings: its labels but for those of the sensor. */
const channelOf = (labels: Labels, sensorLabels: Labels): string | undefined => {
  const values = Object.entries(labels)
    .filter(([name]) => name !== "sensor" && !Object.hasOwn(sensorLabels, name))
    .map(([, value]) => value);
  return values.length === 0 ? undefined : values.join(" ");
};

const readingOf = (
  { quantity, family, labels, value, atMs }: StoredReading,
  sensorLabels: Labels,
  nowMs: number,
): PageReading => {
  const channel = channelOf(labels, sensorLabels);
  const ageSeconds = (nowMs - atMs) / millisecondsPerSecond;
  // A metric of the user's own has a name and no more.
  if (quantity === undefined) {
    return { label: [family.name, channel].join(" ").trim(), text: String(value), ageSeconds };
  }
  return { label: displayName(quantity, channel), text: displayValue(quantity, value), ageSeconds };
};

/** A sensor without its readings. */
interface SensorHead extends Omit<PageSensor, "readings" | "labels"> {
  readonly labels: Labels;
}

/** The sensors of the board, in the order of the configuration. */
export const localSensors = (entries: readonly RosterEntry[]): readonly SensorHead[] =>
  entries.map(({ config, status }) => {
    const { state, error } = status();
    return {
      name: config.name,
      driver: config.driver,
      labels: config.labels,
      state,
      problem: error === undefined ? undefined : { message: error.message, remedy: error.remedy },
    };
  });

const byName = (left: SensorHead, right: SensorHead): number => (left.name < right.name ? -1 : 1);

/** The devices that publish on brokers, by name. */
export const remoteSensors = (
  devices: readonly ListedDevice[],
  brokers: readonly { readonly name: string; readonly isConnected: boolean }[],
  nowMs: number,
): readonly SensorHead[] => {
  const reached = new Set(brokers.flatMap(({ name, isConnected }) => (isConnected ? name : [])));
  // Of what cannot be reached, nobody knows that it is there.
  const stateOf = ({ device, broker }: ListedDevice) =>
    reached.has(broker) || device.liveReadings(nowMs) > 0 ? device.state(nowMs) : "down";
  return devices
    .map((listed) => ({
      name: listed.device.sensor(),
      driver: `${listed.dialect} on ${listed.broker}`,
      labels: listed.device.labels,
      state: stateOf(listed),
    }))
    .sort(byName);
};

/** Two sensors of one name are told apart by the labels that the user gave them. */
const isOf = ({ labels }: StoredReading, sensorLabels: Labels): boolean =>
  Object.entries(sensorLabels).every(([name, value]) => labels[name] === value);

/** More sensors than anybody reads; the metrics have them all. */
const maximumSensors = 1000;

/** What the landing page shows of each sensor. */
export const pageSensors = (
  sensors: readonly SensorHead[],
  readings: Iterable<StoredReading>,
  nowMs: number,
): readonly PageSensor[] => {
  const bySensor = new Map<string, StoredReading[]>();
  for (const reading of readings) {
    if (reading.quantity === undefined && ownNames.has(reading.family.name)) continue;
    const { sensor = "" } = reading.labels;
    const known = bySensor.get(sensor);
    if (known === undefined) bySensor.set(sensor, [reading]);
    else known.push(reading);
  }
  return sensors.slice(0, maximumSensors).map((sensor) => ({
    ...sensor,
    labels: labelsText(sensor.labels),
    readings: (bySensor.get(sensor.name) ?? [])
      .filter((reading) => isOf(reading, sensor.labels))
      .map((reading) => readingOf(reading, sensor.labels, nowMs)),
  }));
};
