import type { Path, Position } from "./problems.ts";

/** A value of the file, its position and how it was written kept. */
export interface ScalarNode {
  readonly kind: "scalar";
  readonly position: Position;
  readonly value: string | number | boolean | null;
  /** As written, for numbers and booleans that are meant as text: `1.10` stays `1.10`. */
  readonly source: string;
  /** At least part of it came from an environment variable, so it is never shown. */
  readonly isFromEnvironment: boolean;
  /** A problem with it was reported already; whatever else is wrong with it follows from that. */
  readonly isBroken: boolean;
}

/** A mapping of the file; merged keys are among its entries. */
export interface MappingNode {
  readonly kind: "mapping";
  readonly position: Position;
  readonly entries: ReadonlyMap<string, { readonly key: Position; readonly value: TreeNode }>;
}

/** A list of the file. */
interface SequenceNode {
  readonly kind: "sequence";
  readonly position: Position;
  readonly items: readonly TreeNode[];
}

/** Any value of the file. */
export type TreeNode = ScalarNode | MappingNode | SequenceNode;

/** What was found on the way along a path. */
export interface Found {
  /** The value, or undefined if the path ends before it. */
  readonly node: TreeNode | undefined;
  /** Where to point for the value: itself, or the nearest key above it that exists. */
  readonly position: Position;
  /** Where to point for the key of the value. */
  readonly keyPosition: Position;
}

/** Follows a path down the tree as far as it goes. */
export const findNode = (root: TreeNode, path: Path): Found => {
  let found: Found = { node: root, position: root.position, keyPosition: root.position };
  for (const part of path) {
    const next = child(found.node, part);
    if (next === undefined) return { ...found, node: undefined, position: found.keyPosition };
    found = next;
  }
  return found;
};

const child = (node: TreeNode | undefined, part: string | number): Found | undefined => {
  if (node?.kind === "mapping") {
    const entry = node.entries.get(String(part));
    if (entry === undefined) return undefined;
    return { node: entry.value, position: entry.value.position, keyPosition: entry.key };
  }
  if (node?.kind !== "sequence") return undefined;
  const item = node.items[Number(part)];
  return item && { node: item, position: item.position, keyPosition: item.position };
};

/** The bare value, for a schema to check; numbers and booleans as written if `asText`. */
export const plainValue = (node: TreeNode, asText = false): unknown => {
  if (node.kind === "sequence") return node.items.map((item) => plainValue(item, asText));
  if (node.kind === "mapping") {
    // Without a prototype, so that a key such as `constructor` means nothing special.
    const plain: Record<string, unknown> = Object.create(null);
    for (const [key, { value }] of node.entries) plain[key] = plainValue(value, asText);
    return plain;
  }
  const isWritten = typeof node.value === "number" || typeof node.value === "boolean";
  return asText && isWritten ? node.source : node.value;
};

/** A mapping with only those entries whose key passes. */
export const filterEntries = (
  mapping: MappingNode,
  passes: (key: string) => boolean,
): MappingNode => ({
  ...mapping,
  entries: new Map([...mapping.entries].filter(([key]) => passes(key))),
});

const longestShown = 40;

/** How a value is named in a message; never what came from the environment, never more than a few words. */
export const describeNode = (node: TreeNode): string => {
  if (node.kind === "mapping") return "a mapping";
  if (node.kind === "sequence") return "a list";
  if (node.isFromEnvironment) return "a value from the environment";
  if (node.value === null) return "empty";
  if (typeof node.value !== "string") return shorten(node.source);
  return JSON.stringify(shorten(node.value));
};

// The user and password of a URL, wherever that stands.
const userInformation = /\/\/[^/\s]*@/gu;

const shorten = (text: string): string => {
  const shown = text.replace(userInformation, "//…@");
  return shown.length > longestShown ? `${shown.slice(0, longestShown)}…` : shown;
};
