import { spend } from "./bounds.ts";
import { type Cursor, countOperator, isToken, nested, peek, take, takeOneOf } from "./cursor.ts";
import { operandOf } from "./numbers.ts";
import { comparisons, type Operator, operators } from "./operators.ts";
import { filtersAndTests, postfix } from "./postfix.ts";
import { primary } from "./primary.ts";
import type { Evaluate, Scope } from "./scope.ts";
import { isTruthy, type Value } from "./values.ts";

// Jinja's precedence, loosest first: inline if, or, and, not, comparisons and `in`, `+ -`, `~`,
// `* / // %`, `**`, sign, filters and tests, subscripts. All but inline if group to the left.
type Compile = (cursor: Cursor) => Evaluate;

const signed = (cursor: Cursor, isNegative: boolean): Evaluate => {
  const operand = nested(cursor.compilation, () => unfiltered(cursor));
  return (scope) => {
    const number = operandOf(operand(scope), "sign");
    return isNegative ? -number : number;
  };
};

const unfiltered: Compile = (cursor) => {
  const sign = takeOneOf(cursor, new Set(["-", "+"]));
  const operand = sign === undefined ? primary(cursor, expression) : signed(cursor, sign === "-");
  return postfix(cursor, operand, expression);
};

const unary: Compile = (cursor) =>
  filtersAndTests(cursor, unfiltered(cursor), expression, unfiltered);

const computed =
  (operator: Operator, left: Evaluate, right: Evaluate): Evaluate =>
  (scope) => {
    spend(scope.budget, 1);
    return operator(left(scope), right(scope), scope.budget);
  };

const leftToRight = (signs: readonly string[], operand: Compile): Compile => {
  const known = new Set(signs);
  return (cursor) => {
    let evaluate = operand(cursor);
    for (let sign = takeOneOf(cursor, known); sign !== undefined; sign = takeOneOf(cursor, known)) {
      countOperator(cursor);
      const operator = operators.get(sign);
      if (operator !== undefined) evaluate = computed(operator, evaluate, operand(cursor));
    }
    return evaluate;
  };
};

const power = leftToRight(["**"], unary);
const product = leftToRight(["*", "/", "//", "%"], power);
const joined = leftToRight(["~"], product);
const sum = leftToRight(["+", "-"], joined);

const comparisonSigns = new Set(["==", "!=", "<", "<=", ">", ">="]);

const comparisonSign = (cursor: Cursor): string | undefined => {
  const sign = takeOneOf(cursor, comparisonSigns);
  if (sign !== undefined) return sign;
  if (take(cursor, "name", "in")) return "in";
  if (!isToken(peek(cursor), "name", "not") || !isToken(peek(cursor, 1), "name", "in")) {
    return undefined;
  }
  cursor.at += 2;
  return "not in";
};

type Link = readonly [
  compare: (left: Value, right: Value, budget: Scope["budget"]) => boolean,
  right: Evaluate,
];

// 0 < x < 9 compares each with the next, and stops at the first that does not hold.
const chained =
  (first: Evaluate, links: readonly Link[]): Evaluate =>
  (scope) => {
    let left = first(scope);
    for (const [compare, evaluate] of links) {
      spend(scope.budget, 1);
      const right = evaluate(scope);
      if (!compare(left, right, scope.budget)) return false;
      left = right;
    }
    return true;
  };

const comparison: Compile = (cursor) => {
  const first = sum(cursor);
  const links: Link[] = [];
  for (let sign = comparisonSign(cursor); sign !== undefined; sign = comparisonSign(cursor)) {
    countOperator(cursor);
    const compare = comparisons.get(sign);
    if (compare !== undefined) links.push([compare, sum(cursor)]);
  }
  return links.length === 0 ? first : chained(first, links);
};

const negation: Compile = (cursor) => {
  if (!take(cursor, "name", "not")) return comparison(cursor);
  const operand = nested(cursor.compilation, () => negation(cursor));
  return (scope) => !isTruthy(operand(scope), scope.budget);
};

// As in Python, the result is the operand that decided.
const logical =
  (word: "and" | "or", operand: Compile): Compile =>
  (cursor) => {
    let evaluate = operand(cursor);
    while (take(cursor, "name", word)) {
      countOperator(cursor);
      const left = evaluate;
      const right = operand(cursor);
      evaluate = (scope) => {
        const value = left(scope);
        return isTruthy(value, scope.budget) === (word === "or") ? value : right(scope);
      };
    }
    return evaluate;
  };

const disjunction = logical("or", logical("and", negation));

/** Compiles an expression. */
export const expression: Compile = (cursor) =>
  nested(cursor.compilation, () => {
    let evaluate = disjunction(cursor);
    while (take(cursor, "name", "if")) {
      countOperator(cursor);
      const whenTrue = evaluate;
      const condition = disjunction(cursor);
      const whenFalse = take(cursor, "name", "else") ? expression(cursor) : () => undefined;
      evaluate = (scope) =>
        isTruthy(condition(scope), scope.budget) ? whenTrue(scope) : whenFalse(scope);
    }
    return evaluate;
  });
