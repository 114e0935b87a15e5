import type { Labels } from "../../reading.ts";
import type { Device } from "../device.ts";
import type { Meaning } from "../meaning.ts";
import { strictNumber } from "../number.ts";
import { valueAt } from "../payload.ts";
import type { Interpret } from "../plan.ts";
import { meaningOfUnknown } from "../vocabulary.ts";
import { attributeOf, energyAttributeOf, meaningOf, type Named, type Units } from "./names.ts";
import { interpretOpenTherm } from "./opentherm.ts";
import { type RelayWords, relayOf, shutterOf } from "./state.ts";
import { isUnitKey, unitsIn } from "./units.ts";

type Scalar = string | number | boolean;

/** Numbers that say no quantity: identifiers, settings, codes. */
const meaningless: ReadonlySet<string> = new Set(
  "Id ID Address Addr mac MAC Time Epoch Endpoint Timestamp Version Firmware Btn PairBtn Serial RAW Card AvgCard Range".split(
    " ",
  ),
);

const channelOf = (parts: readonly (string | undefined)[]): Labels | undefined => {
  const channel = parts.filter((part) => part !== undefined && part !== "").join("_");
  return channel === "" ? undefined : { channel: channel.slice(0, 128) };
};

/** Index or key of one of several values: `0`, `Phase1`. */
const siblingOf = (key: string): string | undefined => {
  if (/^\d{1,2}$/u.test(key)) return String(Number(key) + 1);
  return /^Phase(\d)$/u.exec(key)?.[1];
};

const energyLabels = ({ channel }: Named, sibling: string | undefined): Labels | undefined => {
  if (sibling === undefined) return channelOf([channel]);
  if (channel === "tariff") return channelOf([channel, sibling]);
  return { ...channelOf([channel]), phase: sibling };
};

const energy = (path: readonly string[], units: Units): Meaning | string => {
  const [name = "", key, ...rest] = path;
  const sibling = key === undefined ? undefined : siblingOf(key);
  if (key !== undefined && sibling === undefined) return attribute(path, units, undefined);
  const found = rest.length > 0 ? undefined : energyAttributeOf(name);
  if (found === undefined) return meaningOfUnknown(["ENERGY", ...path].join("_"));
  return meaningOf(found, units, energyLabels(found, sibling)) ?? "a unit that is not known";
};

const speeds: ReadonlyMap<string, Named> = new Map<string, Named>([
  ["Act", { quantity: "windSpeedMetersPerSecond", unitKey: "SpeedUnit" }],
  ["Avg", { quantity: "windSpeedMetersPerSecond", unitKey: "SpeedUnit", channel: "Avg" }],
  ["Min", { quantity: "windSpeedMetersPerSecond", unitKey: "SpeedUnit", channel: "Min" }],
  ["Max", { quantity: "windGustMetersPerSecond", unitKey: "SpeedUnit" }],
]);
const directions: ReadonlyMap<string, Named> = new Map<string, Named>([
  ["Deg", { quantity: "windDirectionDegrees", unit: "°" }],
  ["Avg", { quantity: "windDirectionDegrees", unit: "°", channel: "Avg" }],
]);

/** An anemometer, TX20 or TX23: `Speed` and `Dir` have parts. */
const wind = ([sensor, name, part = ""]: readonly string[]): Named | undefined => {
  const parts = name === "Speed" ? speeds : name === "Dir" ? directions : undefined;
  return /^TX2\d/u.test(sensor ?? "") ? parts?.get(part) : undefined;
};

/** An ultrasonic sensor measures in centimeters, a laser in millimeters. */
const distance = (sensor: string): Named | undefined => {
  if (/^SR04/u.test(sensor)) return { quantity: "distanceMeters", unit: "cm" };
  return /^VL53/u.test(sensor) ? { quantity: "distanceMeters", unit: "mm" } : undefined;
};

/** `Temperature2` is the second one; `PM10` and `CF1` are names. */
const numberedAttribute = (name: string): { readonly found?: Named; readonly number?: string } => {
  const whole = attributeOf(name);
  if (whole !== undefined) return { found: whole };
  const [, base = "", number = ""] = /^(\D+)(\d{1,2})$/u.exec(name) ?? [];
  const found = attributeOf(base);
  return found === undefined ? {} : { found, number };
};

/** The attribute at the end of a path; what is before it is the channel. */
const attribute = (
  path: readonly string[],
  units: Units,
  device: Device | undefined,
): Meaning | string => {
  const name = path.at(-1) ?? "";
  if (meaningless.has(name)) return "an identifier or a code";
  const before = path.slice(0, -1);
  const ofWind = wind(path);
  if (ofWind !== undefined) {
    const labels = channelOf([path[0], ofWind.channel]);
    return meaningOf(ofWind, units, labels) ?? "a unit that is not known";
  }
  const { found = name === "Distance" ? distance(path[0] ?? "") : undefined, number } =
    numberedAttribute(name);
  if (found === undefined) return { ...meaningOfUnknown(path.join("_")), device };
  const labels = channelOf([...before, found.channel, number]);
  const meaning = meaningOf(found, units, labels);
  return meaning === undefined ? "a unit that is not known" : { ...meaning, device };
};

const counter = ([name = ""]: readonly string[]): Meaning | string =>
  /^C\d$/u.test(name)
    ? { quantity: "pulsesTotal", labels: { channel: name } }
    : "no count of pulses";

/** Bluetooth devices are called by their kind and half their address; probes at a wire are not. */
const bluetooth = /^(?!DS18)[\w ]{2,32}-[0-9a-f]{6}$/u;

const sensorAt = (
  path: readonly string[],
  units: Units,
  deviceOf: (name: string) => Device,
): Meaning | string => {
  const [sensor = "", ...below] = path;
  if (sensor === "ENERGY") return energy(below, units);
  if (sensor === "COUNTER") return counter(below);
  if (sensor === "OPENTHERM") return interpretOpenTherm(below);
  // Whatever passes by, under ever new addresses.
  if (sensor.startsWith("IBEACON")) return "a beacon";
  if (bluetooth.test(sensor)) return attribute(below, units, deviceOf(sensor));
  return attribute(path, units, undefined);
};

const atRoot = (key: string, value: Scalar, units: Units, words: RelayWords): Meaning | string => {
  if (isUnitKey(key) || meaningless.has(key)) return "a unit, a time or an identifier";
  const [, number] = /^Switch(\d{1,2})$/u.exec(key) ?? [];
  if (number !== undefined) {
    return { quantity: "inputActive", words, labels: { channel: number } };
  }
  const relay = relayOf(key, words);
  if (relay !== undefined) return relay;
  if (typeof value !== "number") return "text";
  const found = attributeOf(key);
  if (found === undefined) return "no reading of a sensor";
  return meaningOf(found, units, channelOf([found.channel])) ?? "a unit that is not known";
};

const isNumber = (value: Scalar): boolean =>
  typeof value === "number" || (typeof value === "string" && strictNumber(value) !== undefined);

/** What interpreting sensors takes. */
export interface SensorPlace {
  /** Where in the message the sensors are. */
  readonly within: readonly string[];
  readonly words: RelayWords;
  /** Units for messages that name none. */
  readonly units: () => Units;
  /** The device behind this one. */
  readonly deviceOf: (name: string) => Device;
}

/** What SENSOR says, and STATUS8 and STATUS10 below `StatusSNS`. */
export const interpretSensor =
  ({ within, words, units, deviceOf }: SensorPlace): Interpret =>
  (path, value, root) => {
    const [first = ""] = path;
    if (first === "ZbReceived") return "interpreted apart";
    const shutter = shutterOf(path);
    if (shutter !== undefined) return shutter;
    const written = unitsIn(within.length === 0 ? root : valueAt(root, within), units());
    if (path.length === 1) return atRoot(first, value, written, words);
    return isNumber(value) ? sensorAt(path, written, deviceOf) : "no number";
  };
