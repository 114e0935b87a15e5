import { definitionOf, type Quantity } from "../../quantities.ts";
import { knowsUnit, type Meaning } from "../meaning.ts";
import { meaningOfName, meaningOfUnit, meaningOfUnknown, wordsOfKey } from "../vocabulary.ts";
import { binaryClasses, type SensorClass, sensorClasses, textClasses } from "./device-classes.ts";

/** What an announcement says about the kind of an entity's value. */
export interface ValueKind {
  /** Of the entity; what tells it apart if it has none. */
  readonly name: string;
  readonly deviceClass: string | undefined;
  readonly unit: string | undefined;
  readonly stateClass: string | undefined;
}

/** Quantities of the same measure that no device class tells apart, but people's names do. */
const finer: ReadonlyMap<Quantity, ReadonlySet<Quantity>> = new Map<
  Quantity,
  ReadonlySet<Quantity>
>([
  [
    "temperatureCelsius",
    new Set(["apparentTemperatureCelsius", "dewPointCelsius", "temperatureSetpointCelsius"]),
  ],
  ["pressurePascals", new Set(["seaLevelPressurePascals"])],
  ["relativeHumidityRatio", new Set(["soilMoistureRatio"])],
  ["voltageVolts", new Set(["batteryVoltageVolts"])],
  ["energyJoulesTotal", new Set(["energyReturnedJoulesTotal"])],
  ["windSpeedMetersPerSecond", new Set(["windGustMetersPerSecond"])],
  ["speedMetersPerSecond", new Set(["windSpeedMetersPerSecond", "windGustMetersPerSecond"])],
  ["durationSeconds", new Set(["uptimeSeconds"])],
  // What says how long it has been running begins anew, and is no total of anything.
  ["onSecondsTotal", new Set(["uptimeSeconds"])],
  ["signalStrengthDbm", new Set(["signalToNoiseDecibels"])],
]);

const namedQuantity = (name: string): Quantity | undefined => {
  const quantity = meaningOfName(name)?.quantity;
  return typeof quantity === "string" ? quantity : undefined;
};

const refined = (quantity: Quantity, unit: string | undefined, name: string): Meaning => {
  const named = namedQuantity(name);
  const isFiner = named !== undefined && finer.get(quantity)?.has(named) === true;
  return isFiner && knowsUnit({ quantity: named, unit })
    ? { quantity: named, unit }
    : { quantity, unit };
};

const isCounting = (entry: SensorClass | undefined, stateClass: string | undefined): boolean =>
  stateClass === "total_increasing" || (stateClass === "total" && entry?.isMeter === true);

const meaningOfClass = (
  entry: SensorClass,
  { unit = entry.unit, stateClass, name }: ValueKind,
): Meaning | undefined => {
  if (unit === undefined) return undefined;
  const total = isCounting(entry, stateClass) ? entry.total : undefined;
  const candidates = total === undefined ? entry.quantities : [total];
  const quantity = candidates.find((each) => knowsUnit({ quantity: each, unit }));
  return quantity === undefined ? undefined : refined(quantity, unit, name);
};

const meaningOfTotal = (name: string, unit: string): Meaning => {
  const counter = meaningOfUnit(name, unit, true);
  return counter.quantity === "value" ? meaningOfUnit(name, unit, false) : counter;
};

/** Numbers under such names are none. */
const notMeasured =
  /^(?:version|firmware|software|hardware|serial|sn|id|uid|uuid|imei|imsi|iccid|ip|mac|address|ssid|bssid|code|date|time|timestamp|build|hash|pin|password|key|url|hostname|model)$/u;

/** Without class, unit and state class Home Assistant takes a value for text; a number may still be one. */
const meaningOfBare = (name: string, stateClass: string | undefined): Meaning | string => {
  if (stateClass === "total_increasing") return { quantity: "eventsTotal" };
  const named = namedQuantity(name);
  if (named !== undefined && definitionOf(named).dimension === "index") return { quantity: named };
  if (stateClass === undefined && wordsOfKey(name).some((word) => notMeasured.test(word))) {
    return "its name speaks of no reading";
  }
  return meaningOfUnknown(name);
};

/** What a sensor's value means, or why it is no reading. Its labels are not yet those of the entity. */
export const meaningOfSensor = (kind: ValueKind): Meaning | string => {
  const { name, deviceClass, unit, stateClass } = kind;
  if (deviceClass === "timestamp") return { quantity: "timestampSeconds" };
  if (deviceClass !== undefined && textClasses.has(deviceClass)) return `text: ${deviceClass}`;
  const entry = deviceClass === undefined ? undefined : sensorClasses.get(deviceClass);
  const classed = entry === undefined ? undefined : meaningOfClass(entry, kind);
  if (classed !== undefined) return classed;
  if (unit === undefined) {
    return entry === undefined ? meaningOfBare(name, stateClass) : meaningOfUnknown(name);
  }
  // Not microvolts, for which it would pass where case is forgiven.
  if (unit === "UV") return { quantity: "uvIndex" };
  if (isCounting(entry, stateClass)) return meaningOfTotal(name, unit);
  return meaningOfUnit(name, unit, stateClass === undefined ? undefined : false);
};

/** States that a name alone says, since nobody would use it for the opposite. */
const sayingStates: ReadonlySet<Quantity> = new Set<Quantity>([
  "batteryLow",
  "leakDetected",
  "motionDetected",
  "occupancyDetected",
  "smokeDetected",
  "tamperDetected",
  "vibrationDetected",
]);

/** What a binary sensor's `on` means. */
export const meaningOfBinarySensor = (name: string, deviceClass: string | undefined): Meaning => {
  const quantity = deviceClass === undefined ? undefined : binaryClasses.get(deviceClass);
  if (quantity !== undefined) return { quantity };
  const named = namedQuantity(name);
  return { quantity: named !== undefined && sayingStates.has(named) ? named : "state" };
};
