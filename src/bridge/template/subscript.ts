import { type Budget, RenderFailure, spendText } from "./bounds.ts";
import {
  charactersOf,
  isDict,
  isList,
  itemsOf,
  keyOf,
  listOf,
  typeName,
  type Value,
} from "./values.ts";

const boundOf = (value: Value, absent: number): number => {
  if (value === null) return absent;
  if (typeof value === "boolean" || typeof value === "bigint") return Number(value);
  throw new RenderFailure(`slice by ${typeName(value)}`, { isUndefined: value === undefined });
};

// The first and the end index of a slice, as Python's slice.indices() gives them.
const clipped = (index: number, length: number, step: number): number => {
  const lowest = step > 0 ? 0 : -1;
  const highest = step > 0 ? length : length - 1;
  return Math.min(highest, Math.max(lowest, index < 0 ? index + length : index));
};

/** `value[start:stop:step]` as Python cuts it; None stands for a bound that is left out. */
export const slice = (
  value: Value,
  [start = null, stop = null, step = null]: readonly Value[],
  budget: Budget,
): Value => {
  if (value === undefined) throw new RenderFailure("slice of undefined", { isUndefined: true });
  if (typeof value !== "string" && !isList(value)) return undefined;
  const items = itemsOf(value, budget);
  const stride = boundOf(step, 1);
  if (stride === 0) throw new RenderFailure("slice by zero");
  const backwards = stride < 0;
  const first = start === null ? (backwards ? items.length - 1 : 0) : boundOf(start, 0);
  const end = boundOf(stop, 0);
  const from = start === null ? first : clipped(first, items.length, stride);
  const openEnd = backwards ? -1 : items.length;
  const to = stop === null ? openEnd : clipped(end, items.length, stride);
  const count = Math.max(0, Math.ceil((to - from) / stride));
  const cut = Array.from({ length: count }, (_, index) => items[from + index * stride]);
  return typeof value === "string" ? cut.join("") : listOf(cut);
};

const indexed = (value: Value, index: bigint, budget: Budget): Value => {
  if (!isList(value) && typeof value !== "string") return undefined;
  if (typeof value === "string") spendText(budget, value.length);
  const sequence = typeof value === "string" ? charactersOf(value) : value;
  return sequence.at(Number(index < 0n ? index + BigInt(sequence.length) : index));
};

/** The value's item or attribute of that key: undefined if it has none, a failure if it is undefined itself. */
export const subscript = (value: Value, key: Value, budget: Budget): Value => {
  if (value === undefined) {
    throw new RenderFailure("attribute of undefined", { isUndefined: true });
  }
  if (isDict(value)) return value.at(keyOf(key));
  const index = typeof key === "boolean" ? BigInt(key) : key;
  return typeof index === "bigint" ? indexed(value, index, budget) : undefined;
};
