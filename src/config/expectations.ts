import type { z } from "zod";
import { type Statement, say } from "./messages.ts";
import { nearestWord } from "./nearest.ts";
import type { TreeNode } from "./tree.ts";

type Issue = z.core.$ZodIssue;

/** What the schema wants instead, in our words; `isHidden` if the value must not be shown beside it. */
export interface Expectation {
  readonly statement: Statement;
  readonly isHidden?: boolean;
}

/** Turns what a schema has refused into words; nothing that zod wrote is passed on. */
export const expectationOf = (issue: Issue, node: TreeNode | undefined): Expectation => {
  // A schema's own message is told from zod's by the word it starts with.
  if (issue.message.startsWith("must ")) return { statement: say("refused", issue.message) };
  switch (issue.code) {
    case "invalid_type":
      return { statement: typeStatement(issue.expected, node) };
    case "invalid_value":
      return { statement: choiceStatement(issue.values, node) };
    case "too_small":
      return { statement: say("too-small", bound("at least", "more than", issue, issue.minimum)) };
    case "too_big":
      return { statement: say("too-large", bound("at most", "less than", issue, issue.maximum)) };
    case "not_multiple_of":
      return { statement: say("not-a-multiple", String(issue.divisor)) };
    case "invalid_format":
      return { statement: say("wrong-form", formOf(issue)) };
    case "invalid_union":
      return { statement: variantStatement(issue) };
    case "custom":
      return ownExpectation(issue);
    default:
      return { statement: say("refused", "must be something else") };
  }
};

const typeNames: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "a mapping",
  record: "a mapping",
  array: "a list",
};

const typeStatement = (expected: string, node: TreeNode | undefined): Statement =>
  say("wrong-type", typeNames[expected] ?? expected, typeRemedy(expected, node));

const typeRemedy = (expected: string, node: TreeNode | undefined): string | undefined => {
  if (node?.kind !== "scalar" || node.value === null) return undefined;
  if (expected === "string") return "put it in quotes";
  if (typeof node.value !== "string") return undefined;
  if (node.isFromEnvironment) return "a variable always gives text";
  const isNumber = node.value.trim() !== "" && Number.isFinite(Number(node.value));
  return isNumber && ["number", "int"].includes(expected) ? "write it without quotes" : undefined;
};

const choiceStatement = (choices: readonly unknown[], node: TreeNode | undefined): Statement => {
  const isText = node?.kind === "scalar" && typeof node.value === "string";
  const word = isText && !node.isFromEnvironment ? String(node.value) : "";
  const words = choices.filter((choice) => typeof choice === "string");
  const isUnquoted = node?.kind === "scalar" && !isText && words.includes(node.source);
  if (isUnquoted) return say("not-text", node.source);
  return say("not-a-choice", choices, word === "" ? undefined : nearestWord(word, words));
};

const counted: Readonly<Record<string, readonly [one: string, many: string]>> = {
  string: [" character", " characters"],
  array: [" entry", " entries"],
};

const bound = (
  inclusive: string,
  exclusive: string,
  issue: { readonly origin: string; readonly inclusive?: boolean },
  limit: number | bigint,
): string => {
  const [one, many] = counted[issue.origin] ?? ["", ""];
  const direction = issue.inclusive === false ? exclusive : inclusive;
  return `${direction} ${limit}${limit === 1 ? one : many}`;
};

const formOf = (issue: z.core.$ZodIssueInvalidStringFormat): string =>
  issue.pattern === undefined ? `of the form ${issue.format}` : `of the form ${issue.pattern}`;

/** The refusals of the variant that comes nearest: of the value's own type, with the fewest. Undefined if none is. */
export const nearestVariant = (issue: Issue): readonly Issue[] | undefined => {
  if (issue.code !== "invalid_union") return undefined;
  return issue.errors
    .filter((errors) => errors.some(({ path }) => path.length > 0) || !errors.every(isOfOtherType))
    .toSorted((left, right) => left.length - right.length)[0];
};

const isOfOtherType = ({ code }: Issue): boolean =>
  code === "invalid_type" || code === "invalid_value";

const variantStatement = (issue: z.core.$ZodIssueInvalidUnion): Statement => {
  if ("options" in issue) return say("not-a-choice", issue.options ?? [], undefined);
  const wanted = issue.errors
    .flat()
    .map((error) => expectationOf(error, undefined).statement.problem.replace(/^must be /, ""));
  return say("no-variant", [...new Set(wanted)]);
};

const ownExpectation = (issue: z.core.$ZodIssueCustom): Expectation => {
  const { statement, isHidden } = issue.params ?? {};
  if (!isStatement(statement)) return { statement: say("refused", issue.message) };
  return { statement, isHidden: isHidden === true };
};

const isStatement = (value: unknown): value is Statement =>
  typeof value === "object" && value !== null && "code" in value && "problem" in value;
