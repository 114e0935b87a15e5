import type { z } from "zod";
import { type Expectation, expectationOf, nearestVariant } from "./expectations.ts";
import { type Statement, say } from "./messages.ts";
import { nearestWord } from "./nearest.ts";
import { formatPath, type Located, type Path } from "./problems.ts";
import { describeNode, findNode, type TreeNode } from "./tree.ts";

/** The part of the file that a schema was asked about, and the keys that could stand at a path below it. */
export interface Subject {
  readonly root: TreeNode;
  readonly path: Path;
  readonly allowedAt: (path: Path) => readonly string[];
}

type Issue = z.core.$ZodIssue;

/** What a schema has refused, in words of ours, each at its place in the file. */
export const locateIssues = (issues: readonly Issue[], subject: Subject): readonly Located[] =>
  issues
    .filter((issue, index) => !isRepetition(issue, issues.slice(0, index)))
    .flatMap((issue) => locateIssue(issue, subject));

// Of several refusals of one value the first says most: "not a list" before "too long".
const isRepetition = (issue: Issue, before: readonly Issue[]): boolean =>
  issue.code !== "unrecognized_keys" &&
  before.some(
    ({ code, path }) =>
      code !== "unrecognized_keys" &&
      formatPath(stringPath(path)) === formatPath(stringPath(issue.path)),
  );

const locateIssue = (issue: Issue, subject: Subject): readonly Located[] => {
  const path = stringPath(issue.path);
  const nested = nearestVariant(issue);
  if (nested !== undefined) {
    return locateIssues(
      nested.map((inner) => ({ ...inner, path: [...path, ...inner.path] })),
      subject,
    );
  }
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => locateUnknownKey(subject, path, key));
  }
  const isKey = issue.code === "invalid_key";
  const inner = isKey ? issue.issues : [issue];
  return inner.flatMap((each) => locateValue(each, subject, path, isKey));
};

const stringPath = (path: readonly PropertyKey[]): Path =>
  path.map((part) => (typeof part === "number" ? part : String(part)));

const locateUnknownKey = (subject: Subject, path: Path, key: string): Located => {
  const allowed = subject.allowedAt(path);
  const fullPath = [...subject.path, ...path, key];
  return {
    statement: say("unknown-key", nearestWord(key, allowed), allowed),
    position: findNode(subject.root, fullPath).keyPosition,
    path: fullPath,
  };
};

const locateValue = (
  issue: Issue,
  { root, path: base }: Subject,
  path: Path,
  isKey: boolean,
): readonly Located[] => {
  const fullPath = [...base, ...path];
  const { node, keyPosition } = findNode(root, fullPath);
  if (!isKey) return locateRefusal(root, fullPath, expectationOf(issue, node));
  const { statement } = expectationOf(issue, undefined);
  return [{ statement, position: keyPosition, path: fullPath }];
};

/** What is wrong with the value at a path: that it is missing, or the message and what is there instead. */
export const locateRefusal = (
  root: TreeNode,
  path: Path,
  expectation: Expectation,
): readonly Located[] => {
  const { node, position } = findNode(root, path);
  // Whatever else is wrong with it follows from what was reported already.
  if (node?.kind === "scalar" && node.isBroken) return [];
  const statement =
    node === undefined
      ? say("missing", expectation.statement.problem)
      : withValue(expectation, node);
  return [{ statement, position, path }];
};

// Messages about the kind of value; what is there instead is worth saying of a list or a mapping too.
const aboutKind: readonly string[] = [
  "wrong-type",
  "not-a-choice",
  "no-variant",
  "duration-form",
  "measure-form",
  "driver-unknown",
];

const withValue = ({ statement, isHidden }: Expectation, node: TreeNode): Statement => {
  const problem = withoutEnvironment(statement, node);
  const isTelling = node.kind === "scalar" || aboutKind.includes(statement.code);
  const isShown = isHidden !== true && isTelling && problem.startsWith("must ");
  return { ...statement, problem: isShown ? `${problem}; is ${describeNode(node)}` : problem };
};

// Messages that quote a part of a value, which cannot be told from a part of a variable.
const aboutParts: readonly string[] = [
  "path-form",
  "topic-pattern",
  "topic-part",
  "rule-sensor-part",
  "value-expression",
];

/** A problem that may quote a value, without what came from the environment. */
export const withoutEnvironment = ({ code, problem }: Statement, node: TreeNode): string => {
  const secrets = environmentTexts(node);
  if (secrets.length > 0 && aboutParts.includes(code)) return "is not right with that variable";
  return secrets.reduce((text, secret) => text.replaceAll(secret, "…"), problem);
};

const environmentTexts = (node: TreeNode): readonly string[] => {
  if (node.kind === "sequence") return node.items.flatMap(environmentTexts);
  if (node.kind === "mapping") {
    return [...node.entries.values()].flatMap(({ value }) => environmentTexts(value));
  }
  const isSecret = node.isFromEnvironment && typeof node.value === "string" && node.value !== "";
  return isSecret ? [String(node.value)] : [];
};
