import { readFloat } from "./numbers.ts";
import { argument, type Operation, type Operations } from "./operation.ts";
import { comparisons } from "./operators.ts";
import { isDict, isList, type Value } from "./values.ts";

const test = (holds: (value: Value) => boolean): Operation => ({
  parameters: ["value"],
  apply: (given) => holds(argument(given, "value")),
});

const comparison = (sign: string): Operation => ({
  parameters: ["value", "other"],
  required: 2,
  apply: (given, budget) =>
    comparisons.get(sign)?.(argument(given, "value"), argument(given, "other"), budget),
});

const isNumber = (value: Value): boolean =>
  typeof value === "bigint" || typeof value === "number" || typeof value === "boolean";

const isSequence = (value: Value): boolean =>
  typeof value === "string" || isList(value) || isDict(value);

/** What may follow `is`, by name: Jinja's list of builtin tests, and Home Assistant's is_number. */
export const tests: Operations = new Map([
  ["defined", test((value) => value !== undefined)],
  ["undefined", test((value) => value === undefined)],
  ["none", test((value) => value === null)],
  ["number", test(isNumber)],
  ["integer", test((value) => typeof value === "bigint")],
  ["float", test((value) => typeof value === "number")],
  ["string", test((value) => typeof value === "string")],
  ["boolean", test((value) => typeof value === "boolean")],
  ["mapping", test(isDict)],
  ["sequence", test(isSequence)],
  ["true", test((value) => value === true)],
  ["false", test((value) => value === false)],
  ["is_number", test((value) => readFloat(value) !== undefined)],
  ["eq", comparison("==")],
  ["equalto", comparison("==")],
  ["ne", comparison("!=")],
  ["lt", comparison("<")],
  ["le", comparison("<=")],
  ["gt", comparison(">")],
  ["ge", comparison(">=")],
  ["in", comparison("in")],
]);
