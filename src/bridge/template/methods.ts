import { RenderFailure, spendText } from "./bounds.ts";
import {
  type Arguments,
  argument,
  integerArgument,
  type Operation,
  type Operations,
  textArgument,
} from "./operation.ts";
import { type Ends, replaced, split, stripped } from "./strings.ts";
import {
  type Dict,
  isDict,
  isList,
  itemsOf,
  keyOf,
  listOf,
  typeName,
  type Value,
} from "./values.ts";

const requireMethod = (name: string, value: Value): never => {
  throw new RenderFailure(`${name}() of ${typeName(value)}`, { isUndefined: value === undefined });
};

const textOfOwner = (given: Arguments, name: string): string => {
  const owner = argument(given, "value");
  return typeof owner === "string" ? owner : requireMethod(name, owner);
};

const dictOfOwner = (given: Arguments, name: string): Dict => {
  const owner = argument(given, "value");
  return isDict(owner) ? owner : requireMethod(name, owner);
};

const cased = (name: string, change: (text: string) => string): Operation => ({
  parameters: ["value"],
  apply: (given, budget) => {
    const text = textOfOwner(given, name);
    spendText(budget, text.length);
    return change(text);
  },
});

const stripping = (name: string, ends: Ends): Operation => ({
  parameters: ["value", "chars"],
  apply: (given, budget) =>
    stripped(textOfOwner(given, name), argument(given, "chars", null), budget, ends),
});

const affix = (name: "startsWith" | "endsWith", method: string): Operation => ({
  parameters: ["value", "affix"],
  required: 2,
  apply: (given, budget) => {
    const text = textOfOwner(given, method);
    const affixes = argument(given, "affix");
    const candidates = isList(affixes) ? itemsOf(affixes, budget) : [affixes];
    return candidates.some((candidate) =>
      typeof candidate === "string" ? text[name](candidate) : requireMethod(method, candidate),
    );
  },
});

const splitting: Operation = {
  parameters: ["value", "sep", "maxsplit"],
  apply: (given, budget) => {
    const most = BigInt(integerArgument(given, "maxsplit", -1));
    return split(textOfOwner(given, "split"), argument(given, "sep", null), most, budget);
  },
};

const replacing: Operation = {
  parameters: ["value", "old", "new", "count"],
  required: 3,
  apply: (given, budget) => {
    const replacement = textArgument(given, "new");
    const old = textArgument(given, "old");
    const text = textOfOwner(given, "replace");
    return replaced({ text, old, replacement }, argument(given, "count", null), budget);
  },
};

const get: Operation = {
  parameters: ["value", "key", "default"],
  required: 2,
  apply: (given) => {
    const dict = dictOfOwner(given, "get");
    const key = keyOf(argument(given, "key"));
    return dict.has(key) ? dict.at(key) : argument(given, "default", null);
  },
};

const listing = (name: string, itemOf: (dict: Dict, key: Value) => Value): Operation => ({
  parameters: ["value"],
  apply: (given, budget) => {
    const dict = dictOfOwner(given, name);
    return listOf(itemsOf(dict, budget).map((key) => itemOf(dict, key)));
  },
});

/** Methods of Python's str and dict. */
export const methods: Operations = new Map([
  ["get", get],
  ["keys", listing("keys", (_, key) => key)],
  ["values", listing("values", (dict, key) => dict.at(keyOf(key)))],
  ["split", splitting],
  ["replace", replacing],
  ["strip", stripping("strip", "both")],
  ["lstrip", stripping("lstrip", "left")],
  ["rstrip", stripping("rstrip", "right")],
  ["lower", cased("lower", (text) => text.toLowerCase())],
  ["upper", cased("upper", (text) => text.toUpperCase())],
  ["startswith", affix("startsWith", "startswith")],
  ["endswith", affix("endsWith", "endswith")],
]);
