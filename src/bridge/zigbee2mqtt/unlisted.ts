import type { Meaning } from "../meaning.ts";
import { isObject } from "../payload.ts";
import { detectedNames, labelsOf, measuredAs, type Split, splitName } from "./names.ts";

/** The highest brightness of a lamp, as the Zigbee cluster library has it. */
const fullBrightness = 254;

/** No socket has more volts than this: what a battery device writes beyond is millivolts. */
const highestMainsVolts = 300;
/** Where no battery is known of, only this much cannot be volts. */
const highestVolts = 1000;

const voltageOf = (volts: number, root: unknown, split: Split): Meaning => {
  const isOfBattery = isObject(root) && Object.hasOwn(root, "battery");
  const isMillivolts = volts > (isOfBattery ? highestMainsVolts : highestVolts);
  return isMillivolts
    ? { quantity: "batteryVoltageVolts", unit: "mV", labels: labelsOf(undefined, split) }
    : { quantity: "voltageVolts", unit: "V", labels: labelsOf(undefined, split) };
};

const numberOf = (split: Split, value: number, root: unknown): Meaning | string => {
  const { base } = split;
  if (base === "voltage") return voltageOf(value, root, split);
  if (base === "brightness") {
    return {
      quantity: "brightnessRatio",
      scale: 1 / fullBrightness,
      labels: labelsOf(undefined, split),
    };
  }
  const isRaw = base === "illuminance" && isObject(root) && Object.hasOwn(root, "illuminance_lux");
  // Without a list of devices nobody says the unit: the usual one, but of illuminance the first, which is lux.
  const found =
    base === "illuminance" && !isRaw ? measuredAs(base, "lx") : measuredAs(base, undefined);
  if (found === undefined) return "unknown without the list of devices";
  const { quantity, unit, channel } = found;
  const isTwin =
    base === "local_temperature" && isObject(root) && Object.hasOwn(root, "temperature");
  return { quantity, unit, labels: labelsOf(isTwin ? "local" : channel, split) };
};

const booleanOf = (split: Split): Meaning | string => {
  const found = detectedNames.get(split.base);
  if (found === undefined) return "unknown without the list of devices";
  const { quantity, channel } = found;
  const isClosed = quantity === "contactOpen";
  return {
    quantity,
    labels: labelsOf(channel, split),
    // The magnet is near: the contact is closed.
    words: isClosed ? { true: 0, false: 1 } : { true: 1, false: 0 },
  };
};

const textOf = (split: Split, text: string): Meaning | string => {
  const word = text.toUpperCase();
  const labels = labelsOf(undefined, split);
  if (split.base !== "state") return "text";
  if (word === "ON" || word === "OFF") return { quantity: "switchOn", labels };
  if (word === "LOCK" || word === "UNLOCK") {
    return { quantity: "lockOpen", labels, words: { LOCK: 0, UNLOCK: 1 } };
  }
  return "text";
};

/** What a property of a device means of which there is no description, by its name and its first value. */
export const interpretUnlisted = (
  path: readonly string[],
  value: string | number | boolean,
  root: unknown,
): Meaning | string => {
  const [name = "", ...below] = path;
  if (below.length > 0) return "a part of something";
  const split = splitName(name);
  if (typeof value === "number") return numberOf(split, value, root);
  return typeof value === "boolean" ? booleanOf(split) : textOf(split, value);
};
