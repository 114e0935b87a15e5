import { spend, UnsupportedTemplate } from "./bounds.ts";
import { argumentsAt, call } from "./calls.ts";
import { type Cursor, countOperator, expectSign, isToken, peek, refuse, take } from "./cursor.ts";
import { numberFunctions } from "./number-operations.ts";
import type { Evaluate } from "./scope.ts";
import { dictOf, fromJson, type Key, keyOf, listOf, type Value } from "./values.ts";

type Expression = (cursor: Cursor) => Evaluate;

const constants: ReadonlyMap<string, Value> = new Map<string, Value>([
  ["true", true],
  ["True", true],
  ["false", false],
  ["False", false],
  ["none", null],
  ["None", null],
]);

const reserved = new Set(["and", "or", "not", "if", "else", "elif", "is", "in"]);

/** Whether the name stands for a constant or belongs to the syntax. */
export const isReserved = (name: string): boolean => constants.has(name) || reserved.has(name);

const variable = (cursor: Cursor, name: string): Evaluate => {
  const isKnown = name === "value" || name === "value_json" || cursor.compilation.names.has(name);
  // Home Assistant knows more names, such as `states` and `this`: nothing is guessed about them.
  if (!isKnown) throw new UnsupportedTemplate(name);
  return ({ budget, payload, variables }) => {
    spend(budget, 1);
    if (variables.has(name)) return variables.get(name);
    if (name === "value") return payload.value;
    if (name !== "value_json") return undefined;
    const json = fromJson(payload.valueJson());
    // The payload is parsed once, however often it is named.
    variables.set(name, json);
    return json;
  };
};

const nameAt = (cursor: Cursor, name: string, expression: Expression): Evaluate => {
  if (constants.has(name)) return () => constants.get(name);
  if (reserved.has(name)) {
    cursor.at -= 1;
    return refuse(cursor);
  }
  if (!isToken(peek(cursor), "sign", "(")) return variable(cursor, name);
  const operation = numberFunctions.get(name);
  if (operation === undefined) throw new UnsupportedTemplate(`${name}()`);
  countOperator(cursor);
  return call(operation, argumentsAt(cursor, expression), `${name}()`);
};

const numberFrom = (kind: "integer" | "float", text: string): Value => {
  const digits = text.replaceAll("_", "");
  const number = Number(digits);
  if (!Number.isFinite(number)) throw new UnsupportedTemplate("number too large");
  return kind === "integer" ? BigInt(digits) : number;
};

const items = (cursor: Cursor, close: string, expression: Expression): readonly Evaluate[] => {
  const evaluates: Evaluate[] = [];
  while (!take(cursor, "sign", close)) {
    evaluates.push(expression(cursor));
    if (!isToken(peek(cursor), "sign", close)) expectSign(cursor, ",");
  }
  return evaluates;
};

const list =
  (evaluates: readonly Evaluate[]): Evaluate =>
  (scope) => {
    spend(scope.budget, evaluates.length);
    return listOf(evaluates.map((evaluate) => evaluate(scope)));
  };

// A tuple is taken for a list: it differs only in how it is printed.
const bracketed = (cursor: Cursor, expression: Expression): Evaluate => {
  if (take(cursor, "sign", ")")) return list([]);
  const first = expression(cursor);
  if (take(cursor, "sign", ")")) return first;
  expectSign(cursor, ",");
  return list([first, ...items(cursor, ")", expression)]);
};

const dict = (cursor: Cursor, expression: Expression): Evaluate => {
  const entries: (readonly [Evaluate, Evaluate])[] = [];
  while (!take(cursor, "sign", "}")) {
    const key = expression(cursor);
    expectSign(cursor, ":");
    entries.push([key, expression(cursor)]);
    if (!isToken(peek(cursor), "sign", "}")) expectSign(cursor, ",");
  }
  return (scope) => {
    spend(scope.budget, entries.length);
    const values = new Map<Key, Value>();
    for (const [key, value] of entries) values.set(keyOf(key(scope)), value(scope));
    return dictOf(values);
  };
};

const adjacentTexts = (cursor: Cursor, first: string): Evaluate => {
  let text = first;
  for (let next = peek(cursor); next?.kind === "text"; next = peek(cursor)) {
    text += next.text;
    cursor.at += 1;
  }
  return () => text;
};

/** Compiles a literal, a variable, a function call, or what is in brackets. */
export const primary = (cursor: Cursor, expression: Expression): Evaluate => {
  const token = peek(cursor);
  if (token === undefined) return refuse(cursor);
  cursor.at += 1;
  if (token.kind === "name") return nameAt(cursor, token.text, expression);
  if (token.kind === "text") return adjacentTexts(cursor, token.text);
  if (token.kind === "integer" || token.kind === "float") {
    const number = numberFrom(token.kind, token.text);
    return () => number;
  }
  if (token.text === "(") return bracketed(cursor, expression);
  if (token.text === "[") return list(items(cursor, "]", expression));
  if (token.text === "{") return dict(cursor, expression);
  cursor.at -= 1;
  return refuse(cursor);
};
