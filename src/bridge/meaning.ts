import type { Quantity } from "../quantities.ts";
import { definitionOf } from "../quantities.ts";
import type { Labels } from "../reading.ts";
import { type Family, familyOf } from "../store.ts";
import { type Converter, converterToBase } from "../units.ts";
import type { Device } from "./device.ts";
import { saysNoValue, strictNumber } from "./number.ts";

/** A metric that a user has made up, outside the catalogue. */
interface OwnMetric {
  readonly family: Family;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
}

/** What a field of a message says: which quantity, in which unit, of which part of the device. */
export interface Meaning {
  readonly quantity: Quantity | OwnMetric;
  /** As the device writes it; the base unit if left out. A unit that the quantity does not know is an error. */
  readonly unit?: string | undefined;
  /** Value in `unit` = published × scale + offset. */
  readonly scale?: number | undefined;
  readonly offset?: number | undefined;
  /** Tells it from its siblings: `channel`, `phase`. */
  readonly labels?: Labels | undefined;
  /** The device behind the one whose topic it is. */
  readonly device?: Device | undefined;
  /** Words that stand for numbers; of a state, the usual ones are known. */
  readonly words?: Readonly<Record<string, number>> | undefined;
  /** What every other text stands for; numbers and booleans are words then too, and nothing else is a number. */
  readonly otherwise?: number | undefined;
  /** Numbers, as published, by which the device says that it has no value. */
  readonly absent?: readonly number[] | undefined;
}

const refusals = [
  "no-value",
  "not-a-number",
  "unknown-word",
  "wrong-type",
  "out-of-range",
  "not-finite",
  "template-failed",
] as const;

/** Why a value did not become a reading; values of the `reason` label. */
export type Refusal = (typeof refusals)[number];

/** True for one of those reasons. */
export const isRefusal = (text: string): text is Refusal =>
  refusals.some((refusal) => refusal === text);

/** A number in the base unit, or why it is none. */
export type Measure = (published: unknown) => number | Refusal;

const stateWords: Readonly<Record<string, number>> = {
  on: 1,
  off: 0,
  true: 1,
  false: 0,
  yes: 1,
  no: 0,
  open: 1,
  opened: 1,
  closed: 0,
  online: 1,
  offline: 0,
};

const wordOf = (words: Readonly<Record<string, number>>, text: string): number | undefined => {
  const trimmed = text.trim();
  if (Object.hasOwn(words, trimmed)) return words[trimmed];
  const folded = trimmed.toLowerCase();
  return Object.hasOwn(words, folded) ? words[folded] : undefined;
};

type Words = Readonly<Record<string, number>> | undefined;

const textNumber = (text: string, words: Words): number | Refusal => {
  const number = (words && wordOf(words, text)) ?? strictNumber(text);
  if (number !== undefined) return number;
  if (saysNoValue(text)) return "no-value";
  return words === undefined ? "not-a-number" : "unknown-word";
};

const publishedNumber = (published: unknown, words: Words): number | Refusal => {
  if (typeof published === "number") return Number.isFinite(published) ? published : "not-finite";
  if (typeof published === "string") return textNumber(published, words);
  if (published === null || published === undefined) return "no-value";
  if (typeof published !== "boolean") return "wrong-type";
  return words === undefined ? "not-a-number" : textNumber(String(published), words);
};

/** As above, where every text is a word. */
const wordNumber = (
  published: unknown,
  words: Readonly<Record<string, number>>,
  otherwise: number,
): number | Refusal => {
  if (published === null || published === undefined) return "no-value";
  if (typeof published === "object") return "wrong-type";
  const text = String(published);
  return wordOf(words, text) ?? (saysNoValue(text) ? "no-value" : otherwise);
};

/** The family of a meaning's metric. */
export const familyOfMeaning = ({ quantity }: Pick<Meaning, "quantity">): Family =>
  typeof quantity === "string" ? familyOf(quantity) : quantity.family;

const limitsOf = ({
  quantity,
}: Meaning): { readonly minimum: number; readonly maximum: number } => {
  const { minimum = -Infinity, maximum = Infinity } =
    typeof quantity === "string" ? definitionOf(quantity) : quantity;
  return { minimum, maximum };
};

const identity: Converter = (value) => value;

const converterOf = ({ quantity, unit }: Meaning): Converter | undefined => {
  if (unit === undefined || typeof quantity !== "string") return identity;
  return converterToBase(definitionOf(quantity).dimension, unit);
};

const wordsOf = ({ quantity, words }: Meaning): Words => {
  const isState = typeof quantity === "string" && definitionOf(quantity).dimension === "state";
  return isState ? { ...stateWords, ...words } : words;
};

const numberReader = (meaning: Meaning): Measure => {
  const { otherwise } = meaning;
  const words = wordsOf(meaning);
  if (otherwise === undefined) return (published) => publishedNumber(published, words);
  const own = meaning.words ?? {};
  return (published) => wordNumber(published, own, otherwise);
};

/** True if the quantity of a meaning knows its unit. */
export const knowsUnit = (meaning: Pick<Meaning, "quantity" | "unit">): boolean =>
  converterOf(meaning) !== undefined;

const significantDigits = 15;

/**
 * Without the noise of binary arithmetic: 291.26 K are 18.11 °C, and not 18.110000000000014. Every decimal of 15 digits
 * survives a double, so nothing that a device said is lost.
 */
const withoutNoise = (value: number): number => Number(value.toPrecision(significantDigits));

/** Compiles a meaning, so that a value costs neither a look at units nor at words. Throws on an unknown unit. */
export const compileMeasure = (meaning: Meaning): Measure => {
  const convert = converterOf(meaning);
  if (convert === undefined) throw new TypeError(`unknown unit ${meaning.unit ?? ""}`);
  const { minimum, maximum } = limitsOf(meaning);
  const { scale = 1, offset = 0, absent = [] } = meaning;
  const numberOf = numberReader(meaning);
  return (published) => {
    const number = numberOf(published);
    if (typeof number === "string") return number;
    if (absent.includes(number)) return "no-value";
    const converted = convert(number * scale + offset);
    if (converted === undefined || !Number.isFinite(converted)) return "not-finite";
    const value = converted === number ? number : withoutNoise(converted);
    return value >= minimum && value <= maximum ? value : "out-of-range";
  };
};
