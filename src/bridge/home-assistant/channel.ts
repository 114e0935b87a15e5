import type { Quantity } from "../../quantities.ts";
import type { Labels } from "../../reading.ts";
import { names } from "../vocabulary/names.ts";
import { wordsOfKey } from "../vocabulary.ts";

/** What the channel of a reading is made of. */
export interface Naming {
  /** Null if the entity is the device itself, undefined if it is called by its class. */
  readonly name: string | null | undefined;
  readonly objectId: string;
  readonly deviceClass: string | undefined;
  readonly quantity: Quantity;
  readonly deviceName: string;
  readonly model: string | undefined;
}

type Words = readonly string[];

/** Words of an entity's name that add nothing to its quantity. */
const synonyms: ReadonlyMap<Quantity, ReadonlySet<string>> = new Map<Quantity, ReadonlySet<string>>(
  [
    ["batteryRatio", new Set(["state_of_charge", "battery_charge"])],
    ["carbonDioxidePpm", new Set(["carbondioxide"])],
    ["contactOpen", new Set(["contact"])],
    ["leakDetected", new Set(["moisture", "water", "flood", "wet"])],
    ["occupancyDetected", new Set(["occupied"])],
    ["signalStrengthDbm", new Set(["wifi_signal_strength", "wifi_strength"])],
    ["rainAmountMillimeters", new Set(["rain", "rainfall"])],
    ["switchOn", new Set(["switch", "light", "state"])],
    ["motionDetected", new Set(["moving"])],
  ],
);

const startsWith = (words: Words, prefix: Words): boolean =>
  prefix.length > 0 && prefix.every((word, index) => words[index] === word);

/** Home Assistant, too, drops the device's name from the beginning of an entity's. */
const withoutDevice = (words: Words, { deviceName, model = "" }: Naming): Words => {
  const device = wordsOfKey(deviceName);
  const rest = startsWith(words, device) ? words.slice(device.length) : words;
  const modelWords = wordsOfKey(model);
  const [first = ""] = rest;
  // A word with a digit is a part number; any other may say something of the entity too.
  if (!/\d/u.test(first) || first !== modelWords[0]) return rest;
  const end = rest.findIndex((word, index) => word !== modelWords[index]);
  return end < 0 ? [] : rest.slice(end);
};

const says = (words: Words, { quantity, deviceClass }: Naming): boolean => {
  const joined = words.join("_");
  const named = names.get(joined) ?? names.get(words.join(""));
  return (
    named?.quantity === quantity ||
    joined === deviceClass ||
    synonyms.get(quantity)?.has(joined) === true
  );
};

const longestQuantity = 4;

/** The words without those of the quantity, the longest ones there are. */
const withoutQuantity = (words: Words, naming: Naming): Words => {
  for (let length = Math.min(words.length, longestQuantity); length > 0; length -= 1) {
    // From the end, where English has it.
    for (let start = words.length - length; start >= 0; start -= 1) {
      if (!says(words.slice(start, start + length), naming)) continue;
      return [...words.slice(0, start), ...words.slice(start + length)];
    }
  }
  return words;
};

const longestName = 200;
const longestLabel = 100;

const labelsOf = (words: Words): Labels => {
  const at = words.findIndex(
    (word, index) => word === "phase" && /^(?:[a-c]|l?[1-3])$/u.test(words[index + 1] ?? ""),
  );
  const phase = at < 0 ? undefined : words[at + 1];
  const rest = phase === undefined ? words : [...words.slice(0, at), ...words.slice(at + 2)];
  const channel = rest.join("_").slice(0, longestLabel);
  return {
    ...(channel === "" ? {} : { channel }),
    ...(phase === undefined ? {} : { phase }),
  };
};

const meaningful = (words: Words): Words => words.filter((word) => word !== "sensor");

/** Labels that tell a reading from others of its device, from the entity's name alone, whatever others there are. */
export const labelsOfName = (naming: Naming): Labels => {
  const { name, objectId, deviceClass, quantity } = naming;
  if (name === null && quantity !== "value") return {};
  if (name === undefined && deviceClass !== undefined && quantity !== "value") return {};
  const words = withoutDevice(wordsOfKey((name ?? objectId).slice(0, longestName)), naming);
  return labelsOf(quantity === "value" ? words : meaningful(withoutQuantity(words, naming)));
};

/** Labels for readings whose names do not tell them apart; `isAlike` if their object ids do not either. */
export const labelsOfId = (naming: Naming, key: string, isAlike: boolean): Labels => {
  const words = wordsOfKey(isAlike ? key : naming.objectId);
  return labelsOf(isAlike ? words : withoutDevice(words, naming));
};
