import { type Budget, depthMax, RenderFailure, spend, spendText } from "./bounds.ts";
import { floatText } from "./numbers.ts";
import { type Dict, isDict, isList, itemsOf, type List, type Value } from "./values.ts";

// Python prints a text within a list with double quotes only if that saves a backslash.
const quoted = (text: string): string => {
  const escaped = text
    .replaceAll("\\", "\\\\")
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r")
    .replaceAll("\t", "\\t");
  if (!text.includes("'")) return `'${escaped}'`;
  return text.includes('"') ? `'${escaped.replaceAll("'", "\\'")}'` : `"${escaped}"`;
};

const scalarText = (value: Exclude<Value, string | List | Dict>): string => {
  if (value === undefined) return "Undefined";
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  return typeof value === "number" ? floatText(value) : String(value);
};

// JSON has no word for undefined; Home Assistant fails there.
const scalarJson = (value: Exclude<Value, string | List | Dict>): string => {
  if (value === undefined) throw new RenderFailure("to_json of undefined", { isUndefined: true });
  if (value === null || typeof value === "boolean") return String(value);
  return scalarText(value);
};

interface Notation {
  readonly comma: string;
  readonly colon: string;
  readonly scalar: (value: Exclude<Value, string | List | Dict>) => string;
  readonly text: (text: string) => string;
}

const python: Notation = { comma: ", ", colon: ": ", scalar: scalarText, text: quoted };
const json: Notation = { comma: ",", colon: ":", scalar: scalarJson, text: JSON.stringify };

const written = (value: Value, notation: Notation, budget: Budget, depth: number): string => {
  spend(budget, 1);
  if (depth > depthMax) throw new RenderFailure("nested too deeply");
  const inner = (item: Value): string => written(item, notation, budget, depth + 1);
  let text: string;
  if (isList(value)) {
    text = `[${itemsOf(value, budget).map(inner).join(notation.comma)}]`;
  } else if (isDict(value)) {
    const entries = value.keys(budget).map((key) => {
      const name = notation === json ? notation.text(textOf(key, budget)) : inner(key);
      return `${name}${notation.colon}${inner(value.at(key))}`;
    });
    text = `{${entries.join(notation.comma)}}`;
  } else {
    text = typeof value === "string" ? notation.text(value) : notation.scalar(value);
  }
  spendText(budget, text.length);
  return text;
};

/** The value as a template prints it: undefined as nothing, the rest as Python's str() does. */
export const textOf = (value: Value, budget: Budget): string => {
  if (value === undefined) return "";
  if (typeof value !== "string") return written(value, python, budget, 0);
  spendText(budget, value.length);
  return value;
};

/** The value as JSON without blanks. */
export const jsonOf = (value: Value, budget: Budget): string => written(value, json, budget, 0);
