import { UnsupportedTemplate, whenDefined } from "./bounds.ts";
import { argumentsAt, call, noArguments, type WrittenArguments } from "./calls.ts";
import {
  type Cursor,
  countOperator,
  expectName,
  expectSign,
  isToken,
  peek,
  take,
} from "./cursor.ts";
import { methods } from "./methods.ts";
import { numberFilters } from "./number-operations.ts";
import type { Operation } from "./operation.ts";
import type { Evaluate } from "./scope.ts";
import { slice, subscript } from "./subscript.ts";
import { tests } from "./tests.ts";
import { textFilters } from "./text-operations.ts";
import type { Value } from "./values.ts";

type Expression = (cursor: Cursor) => Evaluate;

const isAtBracket = (cursor: Cursor): boolean => isToken(peek(cursor), "sign", "(");

const applied = (
  operation: Operation,
  operand: Evaluate,
  { positional, keyword }: WrittenArguments,
  label: string,
): Evaluate => call(operation, { positional: [operand, ...positional], keyword }, label);

const item =
  (owner: Evaluate, key: Evaluate): Evaluate =>
  (scope) =>
    subscript(owner(scope), key(scope), scope.budget);

const afterDot = (cursor: Cursor, owner: Evaluate, expression: Expression): Evaluate => {
  const token = peek(cursor);
  if (token?.kind === "integer") {
    cursor.at += 1;
    const index = BigInt(token.text.replaceAll("_", ""));
    return item(owner, () => index);
  }
  const name = expectName(cursor);
  if (!isAtBracket(cursor)) return item(owner, () => name);
  const method = methods.get(name);
  if (method === undefined) throw new UnsupportedTemplate(`method ${name}`);
  return applied(method, owner, argumentsAt(cursor, expression), `method ${name}`);
};

const none: Evaluate = () => null;

const isAtBound = (cursor: Cursor): boolean =>
  !isToken(peek(cursor), "sign", ":") && !isToken(peek(cursor), "sign", "]");

const afterSquareBracket = (cursor: Cursor, owner: Evaluate, expression: Expression): Evaluate => {
  const bounds: Evaluate[] = [isAtBound(cursor) ? expression(cursor) : none];
  while (bounds.length < 3 && take(cursor, "sign", ":")) {
    bounds.push(isAtBound(cursor) ? expression(cursor) : none);
  }
  expectSign(cursor, "]");
  const [key] = bounds;
  if (bounds.length === 1 && key !== undefined && key !== none) return item(owner, key);
  if (bounds.length === 1) throw new UnsupportedTemplate("syntax: empty subscript");
  return (scope) => {
    const values: readonly Value[] = bounds.map((bound) => bound(scope));
    return slice(owner(scope), values, scope.budget);
  };
};

/** Compiles the attributes, subscripts and method calls behind a primary expression. */
export const postfix = (cursor: Cursor, owner: Evaluate, expression: Expression): Evaluate => {
  let evaluate = owner;
  for (;;) {
    if (take(cursor, "sign", ".")) {
      evaluate = afterDot(cursor, evaluate, expression);
    } else if (take(cursor, "sign", "[")) {
      evaluate = afterSquareBracket(cursor, evaluate, expression);
    } else if (isAtBracket(cursor)) {
      throw new UnsupportedTemplate("call of a value");
    } else {
      return evaluate;
    }
    countOperator(cursor);
  }
};

const isDefined =
  (operand: Evaluate): Evaluate =>
  (scope) =>
    whenDefined(() => operand(scope));

const filter = (cursor: Cursor, operand: Evaluate, expression: Expression): Evaluate => {
  const name = expectName(cursor);
  const written = isAtBracket(cursor) ? argumentsAt(cursor, expression) : noArguments;
  if (name === "is_defined") return isDefined(operand);
  const operation = numberFilters.get(name) ?? textFilters.get(name);
  if (operation === undefined) throw new UnsupportedTemplate(`filter ${name}`);
  return applied(operation, operand, written, `filter ${name}`);
};

const test = (
  cursor: Cursor,
  operand: Evaluate,
  expression: Expression,
  other: Expression,
): Evaluate => {
  const isNegated = take(cursor, "name", "not");
  const name = expectName(cursor);
  const operation = tests.get(name.toLowerCase());
  if (operation === undefined) throw new UnsupportedTemplate(`test ${name}`);
  let written = noArguments;
  if (isAtBracket(cursor)) written = argumentsAt(cursor, expression);
  else if (operation.parameters.length > 1)
    written = { ...noArguments, positional: [other(cursor)] };
  const evaluate = applied(operation, operand, written, `test ${name}`);
  return isNegated ? (scope) => evaluate(scope) !== true : evaluate;
};

/** Compiles the filters and tests behind an expression; `other` compiles what a test compares with. */
export const filtersAndTests = (
  cursor: Cursor,
  operand: Evaluate,
  expression: Expression,
  other: Expression,
): Evaluate => {
  let evaluate = operand;
  for (;;) {
    if (take(cursor, "sign", "|")) evaluate = filter(cursor, evaluate, expression);
    else if (take(cursor, "name", "is")) evaluate = test(cursor, evaluate, expression, other);
    else return evaluate;
    countOperator(cursor);
  }
};
