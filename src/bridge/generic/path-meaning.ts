import { definitionOf, type Quantity } from "../../quantities.ts";
import type { Meaning } from "../meaning.ts";
import { saysNoValue, strictNumber } from "../number.ts";
import { meaningOfName, meaningOfUnknown, wordsOfKey } from "../vocabulary.ts";
import { isSerialNumber, looksHexadecimal } from "./identifier.ts";

/** Identifiers, times, versions, codes and settings, by the last word of a key. */
const withoutReadings: ReadonlySet<string> = new Set(
  (
    "id ids uid uuid guid eui mac addr address serial sn imei imsi ip port pid version ver fw firmware " +
    "build rev revision timestamp time ts tst tz timezone datetime date epoch utc code error errno type model " +
    "hash crc checksum seq sequence fcnt idx order color colour rgb hue from to unit units precision status mode " +
    "interval timeout threshold calibration offset config setting settings ack key token password pin slot " +
    "baudrate vendor product"
  ).split(" "),
);
/** Parts of a date, only by themselves: `energy_day` is something else. */
const datePart = /^(?:year|month|day|hour|minute|second|weekday)$/u;
/** Where people are is nobody's business unless the user says so. */
const position = /^(?:lat|lon|lng|latitude|longitude)$/u;
/** `temperature: {tC: 20, tF: 68}`: the quantity of the key above, but in a unit that is not its usual one. */
const otherUnit = /^t?[fk]$|^fahrenheit$|^kelvin$|^raw$/iu;
/** Keys that say nothing beside the one that they are below. */
const emptyKey = /^(?:value|val|v|reading|measurement)$/iu;

const isReading = (value: string | number | boolean): boolean =>
  typeof value !== "string" ||
  saysNoValue(value) ||
  (strictNumber(value) !== undefined && !isSerialNumber(value) && !looksHexadecimal(value));

const isState = (quantity: Meaning["quantity"]): boolean =>
  typeof quantity === "string" && definitionOf(quantity).dimension === "state";

/** Sizes of memories are often called totals. */
const withoutTotals = (quantity: Meaning["quantity"]): Meaning["quantity"] =>
  quantity === "dataTransferredBytesTotal" ? "dataSizeBytes" : quantity;

const channelOf = (parts: readonly (string | undefined)[]): Meaning["labels"] => {
  const channel = parts.filter((part) => part !== undefined && part !== "").join("_");
  return channel === "" ? undefined : { channel: channel.slice(0, 128) };
};

const named = (path: readonly string[]): Meaning | undefined => {
  const key = path.at(-1) ?? "";
  const own = meaningOfName(key);
  if (own !== undefined) {
    return { ...own, labels: channelOf([...path.slice(0, -1), own.labels?.["channel"]]) };
  }
  // `temperatures: {in: 20, out: 5}`, `currents: [1, 2, 3]`.
  if (otherUnit.test(key)) return undefined;
  const parent = meaningOfName(path.at(-2) ?? "");
  if (parent === undefined) return undefined;
  return { ...parent, labels: channelOf([...path.slice(0, -2), parent.labels?.["channel"], key]) };
};

const reasonAgainst = (path: readonly string[]): string | undefined => {
  const key = path.at(-1) ?? "";
  const words = wordsOfKey(key);
  const last = words.at(-1) ?? "";
  if (position.test(last)) return "a position";
  if (meaningOfName(key) !== undefined) return undefined;
  return withoutReadings.has(last) || datePart.test(words.join("_"))
    ? "an identifier, a time, a code or a setting"
    : undefined;
};

const meaningOfState = (path: readonly string[]): Meaning => {
  const known = named(path);
  const state: Quantity = "state";
  return known !== undefined && isState(known.quantity)
    ? known
    : { quantity: state, labels: channelOf(path) };
};

/** What a value at a path of names means, the path of a topic or of JSON; or why it is no reading. */
export const meaningOfPath = (
  names: readonly string[],
  value: string | number | boolean,
): Meaning | string => {
  if (!isReading(value)) return "text";
  const isWrapped = names.length > 1 && emptyKey.test(names.at(-1) ?? "");
  const path = isWrapped ? names.slice(0, -1) : names;
  const reason = reasonAgainst(path);
  if (reason !== undefined) return reason;
  if (typeof value === "boolean") return meaningOfState(path);
  const meaning = named(path);
  return meaning === undefined
    ? meaningOfUnknown(path.join("_"))
    : { ...meaning, quantity: withoutTotals(meaning.quantity) };
};
