import { locateRefusal, withoutEnvironment } from "../issues.ts";
import type { Statement } from "../messages.ts";
import type { Located, Path } from "../problems.ts";
import { findNode, type TreeNode } from "../tree.ts";

/** Something wrong about keys that are each right by themselves; the path starts at the entry of a broker. */
export interface Finding {
  readonly path: Path;
  readonly statement: Statement;
  /** Points at the key instead of its value. */
  readonly isKey?: boolean;
}

/** Findings at their places in the file. */
export const locateFindings = (
  root: TreeNode,
  base: Path,
  findings: readonly Finding[],
): readonly Located[] =>
  findings.flatMap(({ path, statement, isKey = false }) => {
    const fullPath = [...base, ...path];
    const { node, position, keyPosition } = findNode(root, fullPath);
    if (node === undefined) return [{ statement, position, path: fullPath }];
    if (!isKey) return locateRefusal(root, fullPath, { statement });
    const problem = withoutEnvironment(statement, node);
    return [{ statement: { ...statement, problem }, position: keyPosition, path: fullPath }];
  });

/** The keys of a mapping that nobody has checked; none if it is something else. */
export const entriesIn = (value: unknown): readonly (readonly [string, unknown])[] =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [];

/** The value of a key of something that nobody has checked. */
export const at = (value: unknown, key: string): unknown =>
  entriesIn(value).find(([name]) => name === key)?.[1];

/** The text of a key; undefined if there is none. */
export const textAt = (value: unknown, key: string): string | undefined => {
  const found = at(value, key);
  return typeof found === "string" ? found : undefined;
};

/** The items of what may be a list. */
export const itemsIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
