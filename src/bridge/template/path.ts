import { RenderFailure, whenDefined } from "./bounds.ts";
import { floatText, readFloat } from "./numbers.ts";
import type { Scope } from "./scope.ts";
import type { Program } from "./statements.ts";
import { subscript } from "./subscript.ts";
import { textOf } from "./text.ts";
import type { Part, Token } from "./tokens.ts";
import { fromJson, typeName, type Value } from "./values.ts";

/** A template that is only a path, which half of all templates are. */
interface Path {
  readonly root: "value" | "value_json";
  readonly keys: readonly (string | bigint)[];
  readonly isFloat: boolean;
  readonly isDefinedOnly: boolean;
}

// The tokens as signs and quoted texts; a text cannot be taken for a name.
const shapeOf = (tokens: readonly Token[]): string =>
  tokens.map(({ kind, text }) => (kind === "sign" ? text : kind[0])).join("");

const pathShape = /^n(?:\.n|\.i|\[t\]|\[i\])*(?<filters>(?:\|n){0,2})$/;

const keyOfToken = ({ kind, text }: Token): readonly (string | bigint)[] => {
  if (kind === "sign") return [];
  return [kind === "integer" ? BigInt(text.replaceAll("_", "")) : text];
};

const filtersOf = (
  names: readonly string[],
): Pick<Path, "isFloat" | "isDefinedOnly"> | undefined =>
  names.every((name) => name === "float" || name === "is_defined")
    ? { isFloat: names.includes("float"), isDefinedOnly: names.includes("is_defined") }
    : undefined;

const pathOf = (tokens: readonly Token[]): Path | undefined => {
  const filters = pathShape.exec(shapeOf(tokens))?.groups?.["filters"];
  const root = tokens[0]?.text;
  if (filters === undefined || (root !== "value" && root !== "value_json")) return undefined;
  const end = tokens.length - filters.length;
  const names = tokens.slice(end).filter(({ kind }) => kind === "name");
  const asked = filtersOf(names.map(({ text }) => text));
  return asked && { root, keys: tokens.slice(1, end).flatMap(keyOfToken), ...asked };
};

const found = ({ root, keys }: Path, { payload, budget }: Scope): Value => {
  let value = fromJson(root === "value" ? payload.value : payload.valueJson());
  for (const key of keys) value = subscript(value, key, budget);
  return value;
};

const floated = (value: Value): string => {
  const number = readFloat(value);
  if (number !== undefined) return floatText(number);
  throw new RenderFailure(`float of ${typeName(value)}`, { isUndefined: value === undefined });
};

// What is around the path is trimmed away.
const isBlank = (part: Part): boolean => part.kind === "text" && part.text.trim() === "";

/** The program of a template that is only a path, with `float` and `is_defined` at most; undefined for others. */
export const pathProgram = (parts: readonly Part[]): Program | undefined => {
  const [part, ...others] = parts.filter((each) => !isBlank(each));
  if (part?.kind !== "print" || others.length > 0) return undefined;
  const path = pathOf(part.tokens);
  if (path === undefined) return undefined;
  const text = (scope: Scope): string | undefined => {
    const value = found(path, scope);
    if (path.isFloat) return floated(value);
    return value === undefined && path.isDefinedOnly ? undefined : textOf(value, scope.budget);
  };
  if (!path.isDefinedOnly) return (scope) => text(scope) ?? "";
  return (scope) => whenDefined(() => text(scope));
};
