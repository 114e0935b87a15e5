import { plainValue, type TreeNode } from "../tree.ts";

// Text that YAML would read as something else: `protocol: 5`, `min_version: 1.2`, `labels: { floor: 2 }`.
const textKeys: readonly string[] = [
  "labels",
  "listen",
  "min_version",
  "offline",
  "online",
  "path",
  "protocol",
  "rename",
  "states",
];
// What stands in it are the user's own words, which may be any of those.
const ownWords: readonly string[] = ["map", "metrics"];
// A value that is no mapping is a path, and a path may be a number.
const shortKeys: readonly string[] = ["values"];

/** The bare value of a broker's entry, with text as it is written where only text makes sense. */
export const plainEntry = (node: TreeNode, key = ""): unknown => {
  if (textKeys.includes(key)) return plainValue(node, true);
  if (node.kind === "scalar") return plainValue(node);
  if (node.kind === "sequence") return node.items.map((item) => plainEntry(item, key));
  const plain: Record<string, unknown> = Object.create(null);
  for (const [name, { value }] of node.entries) {
    const isShort = shortKeys.includes(key) && value.kind === "scalar";
    const isOwn = ownWords.includes(key) || shortKeys.includes(key);
    plain[name] = isShort ? plainValue(value, true) : plainEntry(value, isOwn ? "" : name);
  }
  return plain;
};
