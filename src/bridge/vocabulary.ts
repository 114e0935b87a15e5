import { definitionOf, type Quantity } from "../quantities.ts";
import type { Labels } from "../reading.ts";
import type { Meaning } from "./meaning.ts";
import { type Named, names } from "./vocabulary/names.ts";
import { shortSuffixes, suffixes } from "./vocabulary/suffixes.ts";
import { hasUnit, quantityOfUnit } from "./vocabulary/units.ts";

/**
 * Words of a key in lower case: `TempC_SHT` is temp, c, sht; digits stay with the letters before them, and a single
 * small letter with the capital behind it: `Bat_mV`, `energy_kWh`, `pH`.
 */
export const wordsOfKey = (key: string): readonly string[] =>
  key
    .slice(0, 128)
    .replace(/(?<=[a-z\d][a-z])(?=[A-Z])/gu, " ")
    .toLowerCase()
    .split(/[^\p{L}\d]+/u)
    .filter((word) => word !== "");

interface Found extends Named {
  /** What of the key is left to tell siblings apart. */
  readonly channel: string;
}

const lookUp = (words: readonly string[]): Named | undefined =>
  names.get(words.join("_")) ?? names.get(words.join(""));

const numbered = /^(.*\p{L})_?(\d{1,2})$/u;

const findWhole = (words: readonly string[]): Found | undefined => {
  const known = lookUp(words);
  if (known !== undefined) return { ...known, channel: "" };
  const [, name = "", digits = ""] = numbered.exec(words.join("_")) ?? [];
  const found = name === "" ? undefined : names.get(name);
  return found === undefined ? undefined : { ...found, channel: digits };
};

/** `outdoor_temperature`: the quantity is the last word, as in English. */
const findTail = (words: readonly string[]): Found | undefined => {
  for (let start = 1; start < words.length; start += 1) {
    const found = findWhole(words.slice(start));
    if (found === undefined) continue;
    return {
      ...found,
      channel: [...words.slice(0, start), found.channel].filter(Boolean).join("_"),
    };
  }
  return undefined;
};

/** `Hum_SHT`: the quantity is the first word. */
const findHead = (words: readonly string[]): Found | undefined => {
  for (let end = words.length - 1; end > 0; end -= 1) {
    const found = lookUp(words.slice(0, end));
    if (found !== undefined) return { ...found, channel: words.slice(end).join("_") };
  }
  return undefined;
};

const isTotalName = (words: readonly string[]): boolean =>
  words.some((word) =>
    /^(?:total|sum|imported?|exported?|delivered|returned|consumed|produced|counter|cumulative)\d*$/u.test(
      word,
    ),
  );

const findWithUnit = (rest: readonly string[], suffix: string, unit: string): Found | undefined => {
  const found = findWhole(rest) ?? findTail(rest);
  if (found !== undefined && hasUnit(found.quantity, unit)) return { ...found, unit };
  // A battery is a share of its charge, unless it is in volts.
  if (found?.quantity === "batteryRatio" && hasUnit("batteryVoltageVolts", unit)) {
    return { ...found, quantity: "batteryVoltageVolts", unit };
  }
  if (shortSuffixes.has(suffix)) return undefined;
  const quantity = quantityOfUnit(unit, isTotalName(rest));
  return quantity === undefined ? undefined : { quantity, unit, channel: rest.join("_") };
};

const findSuffixed = (words: readonly string[]): Found | undefined => {
  for (const length of [2, 1]) {
    const suffix = words.slice(-length).join("_");
    const unit = words.length > length ? suffixes.get(suffix) : undefined;
    const found =
      unit === undefined ? undefined : findWithUnit(words.slice(0, -length), suffix, unit);
    if (found !== undefined) return found;
  }
  return undefined;
};

const channelLabels = (channel: string): Labels | undefined =>
  channel === "" ? undefined : { channel };

/** How far a key may be interpreted. */
export interface NameOptions {
  /** True where keys begin with the quantity and go on with a part of the device. */
  readonly allowsHead?: boolean;
}

/**
 * What a key means where nothing else says so: quantity, the unit of its suffix or the usual one, and what is left of
 * the key as the `channel` label. Undefined if it is none of the known words.
 */
export const meaningOfName = (
  key: string,
  { allowsHead = false }: NameOptions = {},
): Meaning | undefined => {
  const words = wordsOfKey(key);
  const found =
    findWhole(words) ??
    findSuffixed(words) ??
    findTail(words) ??
    (allowsHead ? findHead(words) : undefined);
  if (found === undefined) return undefined;
  const { quantity, unit, channel } = found;
  return { quantity, unit, labels: channelLabels(channel) };
};

/** A value whose kind nobody knows, told from others by the `channel` label. */
export const meaningOfUnknown = (channel: string): Meaning => ({
  quantity: "value",
  labels: channelLabels(channel.slice(0, 128)),
});

/** True for a quantity that only counts upwards. */
const isCounter = (quantity: Quantity): boolean => definitionOf(quantity).type === "counter";

/**
 * What a value means of which the device says the unit: the quantity that its name says if that has the unit, else
 * what the unit says by itself, else an unknown value. `isTotal` is known to be a counter, or known not to be one.
 */
export const meaningOfUnit = (name: string, unit: string, isTotal?: boolean): Meaning => {
  const words = wordsOfKey(name);
  const named = findWhole(words) ?? findTail(words);
  const fits = named !== undefined && hasUnit(named.quantity, unit);
  if (fits && (isTotal === undefined || isCounter(named.quantity) === isTotal)) {
    return { quantity: named.quantity, unit, labels: channelLabels(named.channel) };
  }
  const quantity = quantityOfUnit(unit, isTotal ?? isTotalName(words));
  return quantity === undefined
    ? meaningOfUnknown(name)
    : { quantity, unit, labels: channelLabels(words.join("_")) };
};
