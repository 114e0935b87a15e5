import { RenderFailure } from "./bounds.ts";
import { typeName, type Value } from "./values.ts";

// Longer ones are no measurements, and reading them takes time that grows with the square of their length.
const numberCharactersMax = 400;
const integerMax = 2n ** 1024n;
const decimalsMax = 30;

// Python's float() also takes nan, inf and 1_000, none of which is a measurement.
const floatPattern = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/** The float, unless it overflowed. */
export const finite = (number: number): number => {
  if (!Number.isFinite(number)) throw new RenderFailure("number too large");
  return number;
};

/** The integer, unless it is beyond every float. */
export const bounded = (integer: bigint): bigint => {
  if (integer > integerMax || integer < -integerMax) throw new RenderFailure("number too large");
  return integer;
};

/** The value as Python's float() reads it, undefined if it is no finite number. */
export const readFloat = (value: Value): number | undefined => {
  if (typeof value === "boolean" || typeof value === "bigint" || typeof value === "number") {
    const number = Number(value);
    return Number.isFinite(number) ? number : undefined;
  }
  if (typeof value !== "string" || value.length > numberCharactersMax) return undefined;
  const text = value.trim();
  if (!floatPattern.test(text)) return undefined;
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
};

const prefixes: ReadonlyMap<number, RegExp> = new Map([
  [2, /^0b/i],
  [8, /^0o/i],
  [16, /^0x/i],
]);

/** The text as Python's int() reads it in that base of 2 to 36, undefined if it is no such number. */
export const readInteger = (text: string, base: number): bigint | undefined => {
  if (text.length > numberCharactersMax) return undefined;
  const trimmed = text.trim().toLowerCase();
  const isNegative = trimmed.startsWith("-");
  const unsigned = trimmed.replace(/^[+-]/, "");
  const digits = unsigned.replace(prefixes.get(base) ?? /^$/, "");
  if (!/^[0-9a-z]+$/.test(digits)) return undefined;
  let integer = 0n;
  for (const digit of digits) {
    const amount = Number.parseInt(digit, 36);
    if (amount >= base) return undefined;
    integer = integer * BigInt(base) + BigInt(amount);
  }
  return isNegative ? -integer : integer;
};

/** The integer part of a float. */
export const truncated = (number: number): bigint => BigInt(Math.trunc(number));

/** The value as an operand of arithmetic, where True counts 1. */
export const operandOf = (value: Value, operator: string): bigint | number => {
  if (typeof value === "boolean") return BigInt(value);
  if (typeof value === "bigint" || typeof value === "number") return value;
  throw new RenderFailure(`${operator} of ${typeName(value)}`, {
    isUndefined: value === undefined,
  });
};

// The float exactly, as a fraction: IEEE 754 binary64 has 52 bits of fraction and an exponent biased by 1023.
const fractionOf = (number: number): readonly [numerator: bigint, denominator: bigint] => {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, number);
  const bits = view.getBigUint64(0);
  const biased = (bits >> 52n) & 0x7ffn;
  const mantissa = (bits & 0xf_ffff_ffff_ffffn) | (biased === 0n ? 0n : 1n << 52n);
  const exponent = (biased === 0n ? 1n : biased) - 1075n;
  const signed = bits >> 63n === 1n ? -mantissa : mantissa;
  return exponent >= 0n ? [signed << exponent, 1n] : [signed, 1n << -exponent];
};

const roundedQuotient = (numerator: bigint, denominator: bigint): bigint => {
  const isNegative = numerator < 0n;
  const magnitude = isNegative ? -numerator : numerator;
  const floor = magnitude / denominator;
  const twice = 2n * (magnitude % denominator);
  const isUp = twice > denominator || (twice === denominator && floor % 2n === 1n);
  const quotient = isUp ? floor + 1n : floor;
  return isNegative ? -quotient : quotient;
};

/** The number of decimals that was asked for, at most 30. */
export const decimalsOf = (value: Value): number => {
  const decimals = Number(operandOf(value, "precision"));
  if (!Number.isInteger(decimals) || Math.abs(decimals) > decimalsMax) {
    throw new RenderFailure("precision out of range");
  }
  return decimals;
};

/** The number in units of the last of that many decimals, half to even as Python rounds the exact binary value. */
export const roundedUnits = (number: number, decimals: number): bigint => {
  const [numerator, denominator] = fractionOf(number);
  const scale = 10n ** BigInt(Math.abs(decimals));
  return decimals >= 0
    ? roundedQuotient(numerator * scale, denominator)
    : roundedQuotient(numerator, denominator * scale);
};

/** The number rounded to that many decimals; what is rounded to zero keeps its sign. */
export const rounded = (number: number, decimals: number): number => {
  const magnitude = finite(Number(`${roundedUnits(Math.abs(number), decimals)}e${-decimals}`));
  return number < 0 ? -magnitude : magnitude;
};

/** A float as Python prints it: shortest digits that read back, with an exponent below 1e-4 and from 1e16. */
export const floatText = (number: number): string => {
  const [digits = "0", exponentText = "0"] = number.toExponential().split("e");
  const exponent = Number(exponentText);
  if (number !== 0 && (exponent < -4 || exponent >= 16)) {
    const sign = exponent < 0 ? "-" : "+";
    return `${digits}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  const text = Object.is(number, -0) ? "-0" : String(number);
  return text.includes(".") ? text : `${text}.0`;
};
