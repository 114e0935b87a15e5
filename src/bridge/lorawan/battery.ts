import type { Meaning } from "../meaning.ts";
import { meaningOfUnknown } from "../vocabulary.ts";

const voltage: Meaning = { quantity: "batteryVoltageVolts" };
const millivolts: Meaning = { quantity: "batteryVoltageVolts", unit: "mV" };

const batteryName = /^(?:bat|batt|battery)(mv|v|volts?|voltage|level)?$/u;

/** No battery of a node has 100 volts, so that a decoder which writes more writes millivolts. */
const meaningOfVoltage = (value: number): Meaning => (value > 100 ? millivolts : voltage);

/** Of a number that says neither, what only one unit can be. */
const meaningOfPlain = (key: string, value: number): Meaning => {
  if (value > 1000) return millivolts;
  if (!Number.isInteger(value)) return value < 5 ? voltage : meaningOfUnknown(key);
  return value > 5 && value <= 100
    ? { quantity: "batteryRatio", unit: "%" }
    : meaningOfUnknown(key);
};

/**
 * What a battery's value means, whose name is given in lower case without separators: decoders write percent, volts
 * and millivolts under the same name, and only the number tells. Undefined if it is no battery's.
 */
export const meaningOfBattery = (
  key: string,
  name: string,
  value: string | number | boolean,
): Meaning | undefined => {
  if (name === "vbat") return meaningOfVoltage(Number(value));
  const [found, unit] = batteryName.exec(name) ?? [];
  if (found === undefined) return undefined;
  if (unit === "mv") return millivolts;
  if (unit === "level") return { quantity: "batteryRatio", unit: "%" };
  return unit === undefined ? meaningOfPlain(key, Number(value)) : meaningOfVoltage(Number(value));
};
