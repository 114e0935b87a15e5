import type { Births, Definition } from "./births.ts";
import type { PublishedMetric, PublishedPayload, PublishedValue } from "./payload.ts";

/** A value that the rest of the bridge knows; null if the device says that it has none. */
export type Value = number | boolean | string | null;

// Sparkplug 3.0.0, section 6.4: data types by their number.
const signedBits: ReadonlyMap<number, number> = new Map([
  [1, 8],
  [2, 16],
  [3, 32],
  [4, 64],
]);
const unsignedBits: ReadonlyMap<number, number> = new Map([
  [5, 8],
  [6, 16],
  [7, 32],
  [8, 64],
]);
/** Data type of states. */
export const booleanType = 11;
const textTypes: ReadonlySet<number> = new Set([12, 14]);
const floatTypes: ReadonlySet<number> = new Set([9, 10]);

/** OPC qualities: 192 and above are good, 0 is bad, and 500 says that the value is stale. */
const isBad = (quality: PublishedValue | undefined): boolean =>
  quality !== undefined && (Number(quality) < 192 || Number(quality) > 255);

/** Without a data type a large number may be a negative one. */
const valueOfUntyped = (value: PublishedValue): Value | undefined => {
  if (typeof value === "bigint") return value < 2n ** 63n ? Number(value) : undefined;
  return typeof value === "number" && value >= 2 ** 31 ? undefined : value;
};

/** As its own bytes, or with the sign carried on to the 32 or 64 bits of the field. */
const signedOf = (whole: bigint, bits: number): number | undefined => {
  const signed = BigInt.asIntN(bits, whole);
  const isWritten = [bits, 32, 64].some((width) => BigInt.asUintN(width, signed) === whole);
  return isWritten ? Number(signed) : undefined;
};

const integerOf = (value: PublishedValue, datatype: number): number | undefined => {
  if (typeof value !== "bigint" && !Number.isSafeInteger(value)) return undefined;
  const whole = BigInt(value);
  const signed = signedBits.get(datatype);
  if (signed !== undefined) return signedOf(whole, signed);
  const unsigned = unsignedBits.get(datatype);
  return unsigned !== undefined && BigInt.asUintN(unsigned, whole) === whole
    ? Number(whole)
    : undefined;
};

const valueOfType = (value: PublishedValue, datatype: number): Value | undefined => {
  if (datatype === booleanType) return typeof value === "boolean" ? value : undefined;
  if (textTypes.has(datatype)) return typeof value === "string" ? value : undefined;
  if (floatTypes.has(datatype)) return typeof value === "number" ? value : undefined;
  return integerOf(value, datatype);
};

const valueOfMetric = (
  { isNull, value, properties, datatype }: PublishedMetric,
  defined: number | undefined,
): Value | undefined => {
  if (isNull === true || isBad(properties?.get("Quality"))) return null;
  if (value === undefined) return undefined;
  const type = datatype ?? defined;
  return type === undefined ? valueOfUntyped(value) : valueOfType(value, type);
};

/** How a metric that a birth has defined says that it has no value: in a word, since it is known what that ends. */
export const noValue = "null";

/** True for metrics that are numbers or states. */
export const isMeasured = (datatype: number | undefined): boolean =>
  datatype !== undefined &&
  (datatype === booleanType ||
    floatTypes.has(datatype) ||
    signedBits.has(datatype) ||
    unsignedBits.has(datatype));

/** How a metric is shown whose alias no birth has named. */
export const unnamed = "alias ";

/** Its own name, or the one that the latest birth gives its alias. */
const definitionFor = (
  { name, alias = "" }: PublishedMetric,
  births: Births,
): Partial<Definition> | undefined =>
  name === undefined || name === ""
    ? births.byAlias(alias)
    : (births.byName(name) ?? { name, datatype: undefined });

/** Undefined for what is neither a number nor a state nor a text. */
const shownValue = (
  metric: PublishedMetric,
  { name, datatype }: Partial<Definition>,
): Value | undefined => {
  if (name === undefined) return "not yet named";
  const value = valueOfMetric(metric, datatype);
  return value === null && isMeasured(datatype) ? noValue : value;
};

/** The current values of a message by name; what was stored while there was no connection is left out. */
export const valuesOf = (
  { metrics }: PublishedPayload,
  births: Births,
): Readonly<Record<string, Value>> => {
  // Names are published, so that `__proto__` is one like any other.
  const values = new Map<string, Value>();
  for (const metric of metrics) {
    if (metric.isHistorical === true) continue;
    const definition = definitionFor(metric, births) ?? {};
    const value = shownValue(metric, definition);
    if (value !== undefined)
      values.set(definition.name ?? `${unnamed}${metric.alias ?? ""}`, value);
  }
  return Object.fromEntries(values);
};
