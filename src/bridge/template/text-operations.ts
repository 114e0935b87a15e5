import { type Budget, RenderFailure, spendText } from "./bounds.ts";
import { formatted } from "./format.ts";
import {
  argument,
  integerArgument,
  isAsked,
  type Operation,
  type Operations,
  textArgument,
} from "./operation.ts";
import { substituted } from "./regular-expression.ts";
import { replaced, stripped } from "./strings.ts";
import { jsonOf, textOf } from "./text.ts";
import { charactersOf, isDict, isList, itemsOf, listOf, typeName, type Value } from "./values.ts";

const onText = (change: (text: string) => string): Operation => ({
  parameters: ["value"],
  apply: (given, budget) => change(textOf(argument(given, "value"), budget)),
});

const capitalized = (text: string): string =>
  text.slice(0, 1).toUpperCase() + text.slice(1).toLowerCase();

const trim: Operation = {
  parameters: ["value", "chars"],
  apply: (given, budget) =>
    stripped(textOf(argument(given, "value"), budget), argument(given, "chars", null), budget),
};

const replace: Operation = {
  parameters: ["value", "old", "new", "count"],
  required: 3,
  apply: (given, budget) => {
    const [text, old, replacement] = ["value", "old", "new"].map((name) =>
      textOf(argument(given, name), budget),
    );
    return replaced(
      { text: text ?? "", old: old ?? "", replacement: replacement ?? "" },
      argument(given, "count", null),
      budget,
    );
  },
};

const lengthOf = (value: Value, budget: Budget): number => {
  if (value === undefined) return 0;
  if (typeof value === "string") {
    spendText(budget, value.length);
    return charactersOf(value).length;
  }
  if (isList(value)) return value.length;
  if (isDict(value)) return value.keys(budget).length;
  throw new RenderFailure(`length of ${typeName(value)}`);
};

const length: Operation = {
  parameters: ["value"],
  apply: (given, budget) => BigInt(lengthOf(argument(given, "value"), budget)),
};

const join: Operation = {
  parameters: ["value", "d"],
  apply: (given, budget) => {
    const separator = textOf(argument(given, "d", ""), budget);
    const items = itemsOf(argument(given, "value"), budget);
    spendText(budget, items.length * separator.length);
    const text = items.map((item) => textOf(item, budget)).join(separator);
    spendText(budget, text.length);
    return text;
  },
};

const format: Operation = {
  parameters: ["value"],
  isVariadic: true,
  apply: (given, budget) => formatted(textOf(argument(given, "value"), budget), given.rest, budget),
};

const regexReplace: Operation = {
  parameters: ["value", "find", "replace", "ignorecase"],
  apply: (given, budget) =>
    substituted(
      textOf(argument(given, "value"), budget),
      {
        pattern: textArgument(given, "find", ""),
        replacement: textArgument(given, "replace", ""),
        isCaseIgnored: isAsked(given, "ignorecase", budget),
      },
      budget,
    ),
};

// Jinja's policy `truncate.leeway` is 5: a text that is only so much too long is left whole.
const truncate: Operation = {
  parameters: ["value", "length", "killwords", "end", "leeway"],
  apply: (given, budget) => {
    const value = textOf(argument(given, "value"), budget);
    const characters = itemsOf(value, budget);
    const end = textArgument(given, "end", "...");
    const longest = integerArgument(given, "length", 255);
    if (characters.length <= longest + integerArgument(given, "leeway", 5)) return value;
    if (longest < end.length) throw new RenderFailure("truncate shorter than its end");
    const cut = characters.slice(0, longest - end.length).join("");
    const blank = cut.lastIndexOf(" ");
    return (isAsked(given, "killwords", budget) || blank === -1 ? cut : cut.slice(0, blank)) + end;
  },
};

const toJson: Operation = {
  parameters: ["value"],
  apply: (given, budget) => jsonOf(argument(given, "value"), budget),
};

/** Filters of Jinja and Home Assistant on texts and lists. */
export const textFilters: Operations = new Map([
  ["string", onText((text) => text)],
  ["lower", onText((text) => text.toLowerCase())],
  ["upper", onText((text) => text.toUpperCase())],
  ["capitalize", onText(capitalized)],
  ["trim", trim],
  ["replace", replace],
  ["length", length],
  ["count", length],
  [
    "first",
    {
      parameters: ["value"],
      apply: (given, budget) => itemsOf(argument(given, "value"), budget)[0],
    },
  ],
  [
    "last",
    {
      parameters: ["value"],
      apply: (given, budget) => itemsOf(argument(given, "value"), budget).at(-1),
    },
  ],
  [
    "list",
    {
      parameters: ["value"],
      apply: (given, budget) => listOf(itemsOf(argument(given, "value"), budget)),
    },
  ],
  ["join", join],
  ["format", format],
  ["regex_replace", regexReplace],
  ["truncate", truncate],
  ["tojson", toJson],
  ["to_json", toJson],
]);
