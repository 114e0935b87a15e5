import { UnsupportedTemplate } from "./bounds.ts";
import { type Cursor, expectSign, isToken, peek, take } from "./cursor.ts";
import type { Operation } from "./operation.ts";
import type { Evaluate } from "./scope.ts";
import type { Value } from "./values.ts";

/** The arguments of a call as they are written. */
export interface WrittenArguments {
  readonly positional: readonly Evaluate[];
  readonly keyword: ReadonlyMap<string, Evaluate>;
}

/** No arguments. */
export const noArguments: WrittenArguments = { positional: [], keyword: new Map() };

/** Compiles `(a, b, name=c)`, the cursor being at its bracket. */
export const argumentsAt = (
  cursor: Cursor,
  expression: (cursor: Cursor) => Evaluate,
): WrittenArguments => {
  const positional: Evaluate[] = [];
  const keyword = new Map<string, Evaluate>();
  expectSign(cursor, "(");
  while (!take(cursor, "sign", ")")) {
    const name = peek(cursor);
    if (name?.kind === "name" && isToken(peek(cursor, 1), "sign", "=")) {
      cursor.at += 2;
      keyword.set(name.text, expression(cursor));
    } else {
      positional.push(expression(cursor));
    }
    if (!isToken(peek(cursor), "sign", ")")) expectSign(cursor, ",");
  }
  return { positional, keyword };
};

const check = (
  { parameters, required = 1, isVariadic }: Operation,
  { positional, keyword }: WrittenArguments,
  label: string,
): void => {
  const unknown = [...keyword.keys()].find((name) => !parameters.includes(name));
  if (unknown !== undefined) throw new UnsupportedTemplate(`${label} with ${unknown}`);
  const isMissing = (name: string, index: number): boolean =>
    index >= positional.length && !keyword.has(name);
  const isTooMany = positional.length > parameters.length && isVariadic !== true;
  const isDouble = parameters.some((name, index) => index < positional.length && keyword.has(name));
  if (isTooMany || isDouble || parameters.slice(0, required).some(isMissing)) {
    throw new UnsupportedTemplate(`${label} with these arguments`);
  }
};

/** The call of an operation; the label names it in a refusal. */
export const call = (operation: Operation, written: WrittenArguments, label: string): Evaluate => {
  check(operation, written, label);
  const { parameters } = operation;
  const named = parameters.flatMap((name, index): readonly (readonly [string, Evaluate])[] => {
    const evaluate = written.positional[index] ?? written.keyword.get(name);
    return evaluate === undefined ? [] : [[name, evaluate]];
  });
  const variadic = written.positional.slice(parameters.length);
  return (scope) => {
    const values = new Map<string, Value>();
    for (const [name, evaluate] of named) values.set(name, evaluate(scope));
    const rest = variadic.map((evaluate) => evaluate(scope));
    return operation.apply({ named: values, rest }, scope.budget);
  };
};
