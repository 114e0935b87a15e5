import type { Quantity } from "../../quantities.ts";
import type { Meaning } from "../meaning.ts";
import type { Interpret } from "../plan.ts";
import { endsInUnit } from "../unit-suffix.ts";
import { meaningOfName, meaningOfUnknown, wordsOfKey } from "../vocabulary.ts";
import { meaningOfBattery } from "./battery.ts";
import { codeWords, decoderNames } from "./names.ts";

type Scalar = string | number | boolean;

/** Decoders write these in several units, so that without a unit in the name nobody knows which one. */
const doubtful: ReadonlySet<unknown> = new Set<Quantity>([
  "distanceMeters",
  "levelMeters",
  "weightGrams",
  "currentAmperes",
  "energyJoulesTotal",
  "energyReturnedJoulesTotal",
  "rainMillimetersTotal",
  "volumeLitersTotal",
  "gasVolumeLitersTotal",
]);

/** What a Dragino decoder writes for a probe that is not there: the largest raw value. */
const noProbe = [327.67, 3276.7];

const numeral = /^\d{1,4}$/u;
const axis = /^[xyz]$/u;
/** What may stand below a number, which otherwise counts the entries of a list. */
const ofPart = /^(?:[xyz]|latitude|longitude|altitude)$/u;

/** With the parts of the path before and behind the name, which tell siblings apart. */
const onChannel = (
  meaning: Meaning,
  before: readonly string[],
  after: readonly string[],
): Meaning => {
  const own = meaning.labels?.["channel"];
  const parts = [...before, ...(own === undefined ? [] : [own]), ...after];
  const channel = parts.join("_").slice(0, 128);
  return channel === "" ? meaning : { ...meaning, labels: { ...meaning.labels, channel } };
};

const plain = (key: string): string => key.toLowerCase().replace(/[^\p{L}\d]/gu, "");

/** `ADC_CH0V` and `TempC1` of Dragino, `digital_in_6` of Cayenne LPP: a number within or behind the name. */
const meaningOfNumbered = (key: string): Meaning | undefined => {
  const [, input] = /^ADC_(CH\d)V$/iu.exec(key) ?? [];
  if (input !== undefined) {
    return { quantity: "voltageVolts", labels: { channel: `adc_${input.toLowerCase()}` } };
  }
  const [, probe] = /^TempC(\d)$/iu.exec(key) ?? [];
  if (probe !== undefined) return { quantity: "temperatureCelsius", labels: { channel: probe } };
  const [, name = "", number = ""] = /^(.+)_(\d{1,3})$/u.exec(key) ?? [];
  const meaning = decoderNames.get(plain(name));
  return meaning === undefined ? undefined : onChannel(meaning, [], [number]);
};

const meaningOfWords = (key: string): Meaning | undefined => {
  const meaning = meaningOfName(key, { allowsHead: true });
  if (meaning === undefined) return undefined;
  if (doubtful.has(meaning.quantity) && !endsInUnit(key, meaning.unit)) {
    return meaningOfUnknown(key);
  }
  return meaning.quantity === "temperatureCelsius" ? { ...meaning, absent: noProbe } : meaning;
};

const meaningOfAxis = (above: readonly string[], key: string): Meaning | string => {
  const name = plain(above.find((part) => !numeral.test(part)) ?? "");
  const labels = { channel: key };
  if (/^acc/u.test(name)) {
    // Cayenne LPP: g and degrees per second.
    return { quantity: "accelerationMetersPerSecondSquared", scale: 9.80665, labels };
  }
  if (/^gyr/u.test(name)) return { quantity: "angularVelocityDegreesPerSecond", labels };
  return "a vector of nobody knows what";
};

const meaningOfOther = (key: string, value: Scalar): Meaning | string => {
  if (typeof value === "boolean") return { quantity: "state", labels: { channel: key } };
  return typeof value === "number" ? meaningOfUnknown(key) : "a text";
};

const meaningOfKey = (key: string, value: Scalar): Meaning | string => {
  const name = plain(key);
  const known = decoderNames.get(name) ?? meaningOfBattery(key, name, value);
  if (known !== undefined) return known;
  const numbered = meaningOfNumbered(key);
  if (numbered !== undefined) return numbered;
  if (wordsOfKey(key).some((word) => codeWords.has(word))) return "a code, a setting or a limit";
  return meaningOfWords(key) ?? meaningOfOther(key, value);
};

/** What a value of a decoded payload means, whoever has written the decoder. */
export const interpretDecoded: Interpret = (path, value) => {
  const end = path.findLastIndex((part) => !numeral.test(part));
  const key = path[end];
  if (key === undefined) return "a list";
  const above = path.slice(0, end);
  if (numeral.test(above.at(-1) ?? "") && !ofPart.test(key)) return "an entry of a list";
  const isAxis = axis.test(key) && above.length > 0;
  const meaning = isAxis ? meaningOfAxis(above, key) : meaningOfKey(key, value);
  if (typeof meaning === "string") return meaning;
  // Of a vector the name is said by the metric, and only its number tells it from another one.
  const parts = isAxis ? above.flatMap((part) => /\d+$/u.exec(part) ?? []) : above;
  return onChannel(meaning, parts, path.slice(end + 1));
};
