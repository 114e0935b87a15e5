import { type Budget, RenderFailure } from "./bounds.ts";
import {
  bounded,
  decimalsOf,
  finite,
  operandOf,
  readFloat,
  readInteger,
  rounded,
  roundedUnits,
  truncated,
} from "./numbers.ts";
import {
  type Arguments,
  argument,
  defaultOr,
  integerArgument,
  isAsked,
  type Operation,
  type Operations,
} from "./operation.ts";
import { operators, order } from "./operators.ts";
import { isTruthy, itemsOf, listOf, typeName, type Value } from "./values.ts";

// A default does not help: Python's float() and int() of Jinja's undefined fail in a way of their own.
const required = (given: Arguments, operation: string): Value => {
  const value = argument(given, "value");
  if (value === undefined) {
    throw new RenderFailure(`${operation} of undefined`, { isUndefined: true });
  }
  return value;
};

const float: Operation = {
  parameters: ["value", "default"],
  apply: (given) => {
    const value = required(given, "float");
    return readFloat(value) ?? defaultOr(given, `float of ${typeName(value)}`);
  },
};

const integer: Operation = {
  parameters: ["value", "default", "base"],
  apply: (given) => {
    const value = required(given, "int");
    const base = integerArgument(given, "base", 10);
    if (base < 2 || base > 36) throw new RenderFailure("base out of range");
    const whole = typeof value === "string" ? readInteger(value, base) : undefined;
    if (whole !== undefined) return bounded(whole);
    if (typeof value === "bigint") return value;
    const number = readFloat(value);
    return number === undefined ? defaultOr(given, `int of ${typeName(value)}`) : truncated(number);
  },
};

const trueWords = new Set(["1", "true", "yes", "on", "enable"]);
const falseWords = new Set(["0", "false", "no", "off", "disable"]);
const wordCharactersMax = 100;

// Home Assistant's cv.boolean: words for texts, and numbers by being other than zero.
const booleanOf = (value: Value): boolean | undefined => {
  if (typeof value === "string") {
    const word = value.slice(0, wordCharactersMax).trim().toLowerCase();
    if (trueWords.has(word)) return true;
    return falseWords.has(word) ? false : undefined;
  }
  const isNumber = typeof value === "bigint" || typeof value === "number";
  return isNumber || typeof value === "boolean" ? Boolean(value) : undefined;
};

const boolean: Operation = {
  parameters: ["value", "default"],
  apply: (given) => {
    const value = argument(given, "value");
    return booleanOf(value) ?? defaultOr(given, `bool of ${typeName(value)}`);
  },
};

const roundedBy = (number: number, method: Value, decimals: number): number => {
  if (method === "half") return Number(roundedUnits(finite(number * 2), 0)) / 2;
  if (method !== "floor" && method !== "ceil") return rounded(number, decimals);
  const multiplier = 10 ** decimals;
  return finite(Number(truncated(Math[method](finite(number * multiplier)))) / multiplier);
};

// Home Assistant replaces Jinja's filter: it takes texts too, and gives an int for precision 0.
const round: Operation = {
  parameters: ["value", "precision", "method", "default"],
  apply: (given) => {
    const value = required(given, "round");
    const number = readFloat(value);
    if (number === undefined) return defaultOr(given, `round of ${typeName(value)}`);
    const decimals = decimalsOf(argument(given, "precision", 0n));
    const method = argument(given, "method", "common");
    if (decimals !== 0) return roundedBy(number, method, decimals);
    return method === "common" ? roundedUnits(number, 0) : truncated(roundedBy(number, method, 0));
  },
};

const scaled = (name: string, compute: (value: number, amount: number) => number): Operation => ({
  parameters: ["value", "amount", "default"],
  required: 2,
  apply: (given) => {
    const number = readFloat(required(given, name));
    const amount = argument(given, "amount");
    if (number === undefined || typeof amount === "string")
      return defaultOr(given, `${name} of text`);
    return finite(compute(number, Number(operandOf(amount, name))));
  },
});

const absolute: Operation = {
  parameters: ["value"],
  apply: (given) => {
    const operand = operandOf(argument(given, "value"), "abs");
    if (typeof operand === "number") return Math.abs(operand);
    return operand < 0n ? -operand : operand;
  },
};

const isNumber: Operation = {
  parameters: ["value"],
  apply: (given) => readFloat(argument(given, "value")) !== undefined,
};

const immediateIf: Operation = {
  parameters: ["value", "if_true", "if_false", "if_none"],
  apply: (given, budget) => {
    const value = argument(given, "value");
    if (value === null && given.named.has("if_none")) return argument(given, "if_none");
    return isTruthy(value, budget)
      ? argument(given, "if_true", true)
      : argument(given, "if_false", false);
  },
};

// Jinja compares texts without regard to case there.
const folded = (value: Value): Value => (typeof value === "string" ? value.toLowerCase() : value);

const extreme = (sign: 1 | -1): Operation => ({
  parameters: ["value"],
  isVariadic: true,
  apply: (given, budget) => {
    const value = argument(given, "value");
    const list = given.rest.length > 0 ? listOf([value, ...given.rest]) : value;
    const items = itemsOf(list, budget);
    if (items.length === 0) return undefined;
    return items.reduce((best, item) =>
      order(folded(item), folded(best)) * sign > 0 ? item : best,
    );
  },
});

const sumOf = (items: readonly Value[], budget: Budget): Value =>
  items.reduce((total, item) => operators.get("+")?.(total, item, budget), 0n);

const sum: Operation = {
  parameters: ["value"],
  apply: (given, budget) => sumOf(itemsOf(argument(given, "value"), budget), budget),
};

const fallback: Operation = {
  parameters: ["value", "default_value", "boolean"],
  apply: (given, budget) => {
    const value = argument(given, "value");
    const isFalseReplaced = isAsked(given, "boolean", budget);
    const isReplaced = value === undefined || (isFalseReplaced && !isTruthy(value, budget));
    return isReplaced ? argument(given, "default_value", "") : value;
  },
};

/** Functions of Home Assistant and Jinja which give numbers and choices; all are filters too. */
export const numberFunctions: Operations = new Map([
  ["float", float],
  ["int", integer],
  ["bool", boolean],
  ["is_number", isNumber],
  ["iif", immediateIf],
  ["min", extreme(-1)],
  ["max", extreme(1)],
  ["abs", absolute],
]);

/** Filters of Home Assistant and Jinja which give numbers and choices. */
export const numberFilters: Operations = new Map([
  ...numberFunctions,
  ["round", round],
  ["multiply", scaled("multiply", (value, amount) => value * amount)],
  ["add", scaled("add", (value, amount) => value + amount)],
  ["sum", sum],
  ["default", fallback],
  ["d", fallback],
]);
