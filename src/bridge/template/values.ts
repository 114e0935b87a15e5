import { type Budget, depthMax, RenderFailure, spend } from "./bounds.ts";

/** A sequence; items of a JSON array are converted as they are asked for. */
export interface List {
  readonly kind: "list";
  readonly length: number;
  /** The item at that index from 0, undefined outside. */
  readonly at: (index: number) => Value;
}

/** What may be a key: an integral float is the same key as the integer, and True the same as 1. */
export type Key = string | bigint | number | null;

/** A mapping; values of a JSON object are converted as they are asked for. */
export interface Dict {
  readonly kind: "dict";
  readonly has: (key: Key) => boolean;
  readonly at: (key: Key) => Value;
  /** All keys; listing them is paid for, as they may be many. */
  readonly keys: (budget: Budget) => readonly Key[];
}

/** A value as Python knows it: `bigint` is its int, `number` its float, `null` its None, `undefined` Jinja's undefined. */
export type Value = undefined | null | boolean | bigint | number | string | List | Dict;

/** A list of these items. */
export const listOf = (items: readonly Value[]): List => ({
  kind: "list",
  length: items.length,
  at: (index) => items[index],
});

const paidFor = (keys: readonly Key[], budget: Budget): readonly Key[] => {
  spend(budget, 1 + (keys.length >> 3));
  return keys;
};

/** A mapping of these entries. */
export const dictOf = (entries: ReadonlyMap<Key, Value>): Dict => ({
  kind: "dict",
  has: (key) => entries.has(key),
  at: (key) => entries.get(key),
  keys: (budget) => paidFor([...entries.keys()], budget),
});

const dictOfJson = (object: object): Dict => {
  // Own properties only: `__proto__` and `constructor` are keys like any other, and mostly absent.
  const propertyOf = (key: Key): PropertyDescriptor | undefined =>
    typeof key === "string" ? Object.getOwnPropertyDescriptor(object, key) : undefined;
  return {
    kind: "dict",
    has: (key) => typeof key === "string" && Object.hasOwn(object, key),
    at: (key) => fromJson(propertyOf(key)?.value),
    keys: (budget) => paidFor(Object.keys(object), budget),
  };
};

// JSON.parse does not tell 21.0 from 21, so both are the integer here. Home Assistant prints the
// first as 21.0; as the text is read as a number afterwards, the difference is lost there anyway.
const fromJsonNumber = (json: number): Value =>
  Number.isSafeInteger(json) && !Object.is(json, -0) ? BigInt(json) : json;

/** The value of what JSON.parse returned; containers are converted step by step, as they are used. */
export const fromJson = (json: unknown): Value => {
  if (typeof json === "number") return fromJsonNumber(json);
  if (json === null || typeof json === "string" || typeof json === "boolean") return json;
  if (typeof json !== "object") return undefined;
  if (!Array.isArray(json)) return dictOfJson(json);
  const items: readonly unknown[] = json;
  return { kind: "list", length: items.length, at: (index) => fromJson(items[index]) };
};

/** True for a list. */
export const isList = (value: Value): value is List =>
  typeof value === "object" && value !== null && value.kind === "list";

/** True for a mapping. */
export const isDict = (value: Value): value is Dict =>
  typeof value === "object" && value !== null && value.kind === "dict";

const pythonNames: ReadonlyMap<string, string> = new Map([
  ["bigint", "int"],
  ["number", "float"],
  ["boolean", "bool"],
  ["string", "text"],
]);

/** What Python calls the type of the value. */
export const typeName = (value: Value): string => {
  if (value === null) return "None";
  if (isList(value)) return "list";
  if (isDict(value)) return "dict";
  return pythonNames.get(typeof value) ?? "undefined";
};

/** The key that the value is in a mapping. */
export const keyOf = (value: Value): Key => {
  if (typeof value === "boolean") return value ? 1n : 0n;
  if (typeof value === "number") return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (value === undefined || (typeof value === "object" && value !== null)) {
    throw new RenderFailure(`${typeName(value)} as a key`);
  }
  return value;
};

/** Whether Python takes the value for true: not if it is empty, zero, None or undefined. */
export const isTruthy = (value: Value, budget: Budget): boolean => {
  if (isList(value)) return value.length > 0;
  if (isDict(value)) return value.keys(budget).length > 0;
  return Boolean(value);
};

/** The characters of the text as Python counts them: code points. */
export const charactersOf = (text: string): string | readonly string[] =>
  /[\ud800-\udfff]/.test(text) ? Array.from(text) : text;

/** What iterating over the value gives: items, keys or characters. */
export const itemsOf = (value: Value, budget: Budget): readonly Value[] => {
  if (value === undefined) return [];
  if (typeof value === "string") {
    spend(budget, value.length);
    return Array.from(value);
  }
  if (isDict(value)) {
    const keys = value.keys(budget);
    spend(budget, keys.length);
    return keys;
  }
  if (!isList(value)) throw new RenderFailure(`items of ${typeName(value)}`);
  spend(budget, value.length);
  return Array.from({ length: value.length }, (_, index) => value.at(index));
};

const numeric = (value: Value): Value => (typeof value === "boolean" ? BigInt(value) : value);

const areListsEqual = (left: List, right: List, budget: Budget, depth: number): boolean =>
  left.length === right.length &&
  itemsOf(left, budget).every((item, index) => areEqual(item, right.at(index), budget, depth));

const areDictsEqual = (left: Dict, right: Dict, budget: Budget, depth: number): boolean => {
  const keys = left.keys(budget);
  if (keys.length !== right.keys(budget).length) return false;
  return keys.every(
    (key) => right.has(key) && areEqual(left.at(key), right.at(key), budget, depth),
  );
};

/** Whether the two are equal to Python: 1, 1.0 and True are, containers are by content. */
export const areEqual = (first: Value, second: Value, budget: Budget, depth = 0): boolean => {
  spend(budget, 1);
  if (depth > depthMax) throw new RenderFailure("nested too deeply");
  const left = numeric(first);
  const right = numeric(second);
  if (isList(left) && isList(right)) return areListsEqual(left, right, budget, depth + 1);
  if (isDict(left) && isDict(right)) return areDictsEqual(left, right, budget, depth + 1);
  if (typeof left === "bigint" && typeof right === "number") return right === Number(left);
  if (typeof left === "number" && typeof right === "bigint") return left === Number(right);
  return left === right;
};
