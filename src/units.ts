import type { Conversion } from "./units/definition.ts";
import { electricity } from "./units/electricity.ts";
import { environment } from "./units/environment.ts";
import { general } from "./units/general.ts";
import { mechanics } from "./units/mechanics.ts";
import { findUnit } from "./units/spelling.ts";

/** Units by dimension under their usual symbol; the first of each dimension is its base unit. */
export const dimensions = {
  ...environment,
  ...electricity,
  ...mechanics,
  ...general,
} as const;

/** A kind of measure whose units convert into each other, such as `pressure`. */
export type Dimension = keyof typeof dimensions;

/** The usual symbols of a dimension's units, the base unit first. */
export const unitsOf = (dimension: Dimension): readonly string[] =>
  Object.keys(dimensions[dimension]);

const finite = (value: number): number | undefined => (Number.isFinite(value) ? value : undefined);

const toBase = (conversion: Conversion, value: number): number | undefined => {
  const { add = 0, multiply = 1, divide = 1, reciprocal } = conversion;
  return finite(
    reciprocal === undefined ? ((value + add) * multiply) / divide : reciprocal / value,
  );
};

const fromBase = (conversion: Conversion, value: number): number | undefined => {
  const { add = 0, multiply = 1, divide = 1, reciprocal } = conversion;
  return finite(reciprocal === undefined ? (value * divide) / multiply - add : reciprocal / value);
};

/** Turns values of a unit into the base unit, or into undefined where the result is not finite. */
export type Converter = (value: number) => number | undefined;

/** The converter of a unit, found once for many values; undefined if the dimension has no such unit. */
export const converterToBase = (dimension: Dimension, unit: string): Converter | undefined => {
  const conversion = findUnit(dimensions[dimension], unit);
  return conversion === undefined ? undefined : (value) => toBase(conversion, value);
};

/** The value in the base unit of the dimension; undefined if the unit is unknown or the result is not finite. */
export const convertToBase = (
  dimension: Dimension,
  unit: string,
  value: number,
): number | undefined => {
  const conversion = findUnit(dimensions[dimension], unit);
  return conversion === undefined ? undefined : toBase(conversion, value);
};

/** The value, given in the base unit, in another unit; undefined as for `convertToBase`. */
export const convertFromBase = (
  dimension: Dimension,
  unit: string,
  value: number,
): number | undefined => {
  const conversion = findUnit(dimensions[dimension], unit);
  return conversion === undefined ? undefined : fromBase(conversion, value);
};

/** A value in the base unit, or what is wrong with the text and which units it may have. */
export type ParsedMeasure = { readonly value: number } | { readonly problem: string };

/** The whole text is a decimal number and perhaps a unit, which does not start like a number goes on. */
const measure = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)(?![\d.,])\s*(.*)$/u;

const listed = (introduction: string, symbols: readonly string[]): string => {
  const named = symbols.filter((symbol) => symbol !== "");
  return named.length === 0 ? "" : `${introduction} ${named.join(", ")}`;
};

const parse = (
  text: string,
  dimension: Dimension,
  convert: (conversion: Conversion, value: number) => number | undefined,
): ParsedMeasure => {
  const [, digits, unit = ""] = measure.exec(text.trim()) ?? [];
  const symbols = unitsOf(dimension);
  if (digits === undefined) {
    return { problem: `"${text}" is not a number${listed(" with one of the units", symbols)}` };
  }
  const conversion = findUnit(dimensions[dimension], unit === "" ? (symbols[0] ?? "") : unit);
  if (conversion === undefined) {
    const remedy = listed(": use", symbols) || ": it has none";
    return { problem: `"${unit}" is not a unit of ${dimension.replaceAll("_", " ")}${remedy}` };
  }
  const value = convert(conversion, Number(digits));
  return value === undefined ? { problem: `"${text}" is beyond what can be expressed` } : { value };
};

/** Reads a measure such as `0.2794mm`, `-0.8 °C` or `1013.25`; a plain number is in the base unit. */
export const parseMeasure = (text: string, dimension: Dimension): ParsedMeasure =>
  parse(text, dimension, toBase);

/** Reads a difference of two measures: as `parseMeasure`, but zeros do not shift, so `1.8 °F` is 1 kelvin. */
export const parseMeasureDifference = (text: string, dimension: Dimension): ParsedMeasure =>
  parse(text, dimension, ({ add: _, ...scale }, value) => toBase(scale, value));
