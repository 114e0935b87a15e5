import { type Budget, RenderFailure, spend, spendText } from "./bounds.ts";
import { formatted } from "./format.ts";
import { bounded, finite, operandOf } from "./numbers.ts";
import { textOf } from "./text.ts";
import {
  areEqual,
  isDict,
  isList,
  itemsOf,
  keyOf,
  listOf,
  typeName,
  type Value,
} from "./values.ts";

/** What an operator makes of its two operands. */
export type Operator = (left: Value, right: Value, budget: Budget) => Value;

const quotientFloor = (left: bigint, right: bigint): bigint => {
  const quotient = left / right;
  return left % right !== 0n && left < 0n !== right < 0n ? quotient - 1n : quotient;
};

const requireDivisor = (divisor: bigint | number): void => {
  if (Number(divisor) === 0) throw new RenderFailure("division by zero");
};

// Python takes the sign of the divisor, JavaScript that of the dividend.
const remainder = (left: number, right: number): number => {
  const rest = left % right;
  if (rest === 0) return right < 0 ? -0 : 0;
  return rest < 0 !== right < 0 ? rest + right : rest;
};

// As CPython's float_floor_div computes it: by the remainder, which is exact where the quotient is not.
const floatQuotientFloor = (left: number, right: number): number => {
  const rest = left % right;
  const isAbove = rest !== 0 && rest < 0 !== right < 0;
  const quotient = (left - rest) / right - (isAbove ? 1 : 0);
  const floor = Math.floor(quotient);
  return quotient - floor > 0.5 ? floor + 1 : floor;
};

const power = (base: bigint | number, exponent: bigint | number): Value => {
  const estimate = finite(Number(base) ** Number(exponent));
  return typeof base === "bigint" && typeof exponent === "bigint" && exponent >= 0n
    ? bounded(base ** exponent)
    : estimate;
};

const arithmetic =
  (
    symbol: string,
    integers: (left: bigint, right: bigint) => bigint,
    floats: (left: number, right: number) => number,
  ): Operator =>
  (leftValue, rightValue) => {
    const left = operandOf(leftValue, symbol);
    const right = operandOf(rightValue, symbol);
    if (symbol === "//" || symbol === "%") requireDivisor(right);
    return typeof left === "bigint" && typeof right === "bigint"
      ? bounded(integers(left, right))
      : finite(floats(Number(left), Number(right)));
  };

const sum = arithmetic(
  "+",
  (a, b) => a + b,
  (a, b) => a + b,
);
const product = arithmetic(
  "*",
  (a, b) => a * b,
  (a, b) => a * b,
);
const modulo = arithmetic("%", (a, b) => a - b * quotientFloor(a, b), remainder);

const add: Operator = (left, right, budget) => {
  if (typeof left === "string" && typeof right === "string") {
    spendText(budget, left.length + right.length);
    return left + right;
  }
  if (isList(left) && isList(right)) {
    return listOf([...itemsOf(left, budget), ...itemsOf(right, budget)]);
  }
  return sum(left, right, budget);
};

const repeated = (value: Value, count: bigint, budget: Budget): Value => {
  const times = count > 0n ? Number(count) : 0;
  if (typeof value === "string") {
    spendText(budget, value.length * times);
    return value.repeat(times);
  }
  const items = itemsOf(value, budget);
  spend(budget, items.length * times);
  return listOf(Array.from({ length: items.length * times }, (_, at) => items[at % items.length]));
};

const isSequence = (value: Value): boolean => typeof value === "string" || isList(value);

const multiply: Operator = (left, right, budget) => {
  if (isSequence(left) && typeof right === "bigint") return repeated(left, right, budget);
  if (isSequence(right) && typeof left === "bigint") return repeated(right, left, budget);
  return product(left, right, budget);
};

const divide: Operator = (left, right) => {
  const divisor = operandOf(right, "/");
  requireDivisor(divisor);
  return finite(Number(operandOf(left, "/")) / Number(divisor));
};

/** The operators that compute, by their sign. */
export const operators: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ["+", add],
  [
    "-",
    arithmetic(
      "-",
      (a, b) => a - b,
      (a, b) => a - b,
    ),
  ],
  ["*", multiply],
  ["/", divide],
  ["//", arithmetic("//", quotientFloor, floatQuotientFloor)],
  [
    "%",
    (left, right, budget) =>
      typeof left === "string"
        ? formatted(left, isList(right) ? itemsOf(right, budget) : [right], budget)
        : modulo(left, right, budget),
  ],
  ["**", (left, right) => power(operandOf(left, "**"), operandOf(right, "**"))],
  [
    "~",
    (left, right, budget) => {
      const text = textOf(left, budget) + textOf(right, budget);
      spendText(budget, text.length);
      return text;
    },
  ],
]);

/** Below zero if the left comes first, above if the right does; fails unless both are numbers or both are texts. */
export const order = (left: Value, right: Value): number => {
  if (typeof left === "string" && typeof right === "string") {
    if (left === right) return 0;
    return left < right ? -1 : 1;
  }
  const first = operandOf(left, "comparison");
  const second = operandOf(right, "comparison");
  if (first < second) return -1;
  return first > second ? 1 : 0;
};

const isIn = (value: Value, container: Value, budget: Budget): boolean => {
  if (container === undefined) return false;
  if (isDict(container)) return container.has(keyOf(value));
  if (isList(container)) {
    return itemsOf(container, budget).some((item) => areEqual(item, value, budget));
  }
  if (typeof container !== "string" || typeof value !== "string") {
    throw new RenderFailure(`${typeName(value)} in ${typeName(container)}`);
  }
  spendText(budget, container.length);
  return container.includes(value);
};

/** The comparisons, by their sign. */
export const comparisons: ReadonlyMap<
  string,
  (left: Value, right: Value, budget: Budget) => boolean
> = new Map([
  ["==", areEqual],
  ["!=", (left: Value, right: Value, budget: Budget) => !areEqual(left, right, budget)],
  ["<", (left: Value, right: Value) => order(left, right) < 0],
  ["<=", (left: Value, right: Value) => order(left, right) <= 0],
  [">", (left: Value, right: Value) => order(left, right) > 0],
  [">=", (left: Value, right: Value) => order(left, right) >= 0],
  ["in", isIn],
  ["not in", (left: Value, right: Value, budget: Budget) => !isIn(left, right, budget)],
]);
