import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  parseYaml,
  type Scalar,
  type YAMLMap,
} from "./document.ts";
import { type Environment, expandEnvironment } from "./environment.ts";
import { say } from "./messages.ts";
import type { Located, Path, Position } from "./problems.ts";
import { countValues, type Reading, refuse, startReading } from "./reading.ts";
import { maximumDepth } from "./syntax.ts";
import type { MappingNode, ScalarNode, TreeNode } from "./tree.ts";

/** The file as a tree (undefined if it is empty or no YAML), and everything wrong with it. */
export interface Tree {
  readonly root: TreeNode | undefined;
  readonly faults: readonly Located[];
}

/** Reads YAML into a tree with positions: aliases and merge keys followed, environment references replaced. */
export const readTree = (text: string, environment: Environment): Tree => {
  const document = parseYaml(text);
  if ("fault" in document) {
    const { fault, position } = document;
    return { root: undefined, faults: [{ statement: fault, position, path: [] }] };
  }
  const { contents, positionAt } = document;
  if (contents === undefined) return { root: undefined, faults: [] };
  const reading = startReading(environment, positionAt);
  const root = readNode(reading, contents, [], positionAt(0));
  // What is beyond the limit is missing from the tree, so there is no sense in checking the rest.
  const excess = reading.faults.filter(
    ({ statement }) => statement.code === "yaml-too-many-values",
  );
  return excess.length > 0 ? { root: undefined, faults: excess } : { root, faults: reading.faults };
};

const readNode = (reading: Reading, node: unknown, path: Path, key: Position): TreeNode => {
  const position = positionOf(reading, node, key);
  if (path.length > maximumDepth) {
    return refuse(reading, say("yaml-too-deep", maximumDepth), position, path.slice(0, 2));
  }
  if (isAlias(node)) return readAlias(reading, node, path, position);
  const excess = countValues(reading, 1, position);
  if (excess !== undefined) return excess;
  const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
  if (anchor === undefined) return readContent(reading, node, path, position);
  const before = reading.values.count;
  reading.anchors.set(anchor, undefined);
  const content = readContent(reading, node, path, position);
  reading.anchors.set(anchor, { node: content, values: reading.values.count - before + 1 });
  return content;
};

// A value left empty has no place of its own, but its key has.
const positionOf = (reading: Reading, node: unknown, key: Position): Position => {
  if (isScalar(node) && node.value === null && (node.source ?? "") === "") return key;
  const offset =
    isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range?.[0] : undefined;
  return offset === undefined ? key : reading.positionAt(offset);
};

const readAlias = (reading: Reading, alias: Alias, path: Path, position: Position): TreeNode => {
  const anchored = reading.anchors.get(alias.source);
  if (anchored !== undefined) {
    return countValues(reading, anchored.values, position) ?? anchored.node;
  }
  const code = reading.anchors.has(alias.source) ? "yaml-alias-cycle" : "yaml-alias";
  return refuse(reading, say(code), position, path);
};

const readContent = (reading: Reading, node: unknown, path: Path, position: Position): TreeNode => {
  if (isMap(node)) return readMapping(reading, node, path, position);
  if (isSeq(node)) {
    const items = node.items.map((item, index) =>
      readNode(reading, item, [...path, index], position),
    );
    return { kind: "sequence", position, items };
  }
  return readScalar(reading, isScalar(node) ? node : undefined, path, position);
};

const readScalar = (
  reading: Reading,
  scalar: Scalar | undefined,
  path: Path,
  position: Position,
): ScalarNode => {
  const { value, source = "" } = scalar ?? {};
  const plain = {
    kind: "scalar",
    position,
    source,
    isFromEnvironment: false,
    isBroken: false,
  } as const;
  if (typeof value === "number" || typeof value === "boolean") return { ...plain, value };
  if (typeof value !== "string") return { ...plain, value: null };
  const expansion = expandEnvironment(value, reading.environment);
  if ("fault" in expansion) return refuse(reading, expansion.fault, position, path);
  const { text, isFromEnvironment } = expansion;
  return { ...plain, value: text, isFromEnvironment };
};

interface Entry {
  readonly key: Position;
  readonly value: TreeNode;
}

type Entries = Map<string, Entry>;

const readMapping = (
  reading: Reading,
  map: YAMLMap,
  path: Path,
  position: Position,
): MappingNode => {
  const entries: Entries = new Map();
  const merged: (readonly [string, Entry])[] = [];
  for (const pair of map.items) {
    if (isMerge(pair)) merged.push(...readMerge(reading, pair, path, position));
    else readPair(reading, pair, path, entries, position);
  }
  // Own entries win over merged ones, and the first merged mapping over the next.
  for (const [name, entry] of merged) {
    if (!entries.has(name)) entries.set(name, entry);
  }
  return { kind: "mapping", position, entries };
};

const isMerge = ({ key }: Pair): boolean =>
  isScalar(key) && key.value === "<<" && key.type === "PLAIN";

const readPair = (
  reading: Reading,
  pair: Pair,
  path: Path,
  entries: Entries,
  position: Position,
): void => {
  const key = positionOf(reading, pair.key, position);
  const name = nameOf(pair);
  if (name === undefined) {
    refuse(reading, say("yaml-key"), key, path);
    return;
  }
  const keyPath = [...path, name];
  const first = entries.get(name);
  if (first === undefined) {
    entries.set(name, { key, value: readNode(reading, pair.value, keyPath, key) });
  } else {
    refuse(reading, say("yaml-duplicate-key", first.key), key, keyPath);
  }
};

// As written, so that 010 and 1.10 stay what they are. __proto__ would vanish from a plain object.
const nameOf = ({ key }: Pair): string | undefined => {
  if (!isScalar(key) || key.value === null) return undefined;
  const name = typeof key.value === "string" ? key.value : key.source;
  return name === "__proto__" ? undefined : name;
};

const readMerge = (
  reading: Reading,
  pair: Pair,
  path: Path,
  position: Position,
): readonly (readonly [string, Entry])[] => {
  const key = positionOf(reading, pair.key, position);
  const node = readNode(reading, pair.value, [...path, "<<"], key);
  const nodes = node.kind === "sequence" ? node.items : [node];
  return nodes.flatMap((item) => {
    if (item.kind === "mapping") return [...item.entries];
    const isReported = item.kind === "scalar" && item.isBroken;
    if (!isReported) refuse(reading, say("yaml-merge"), key, path);
    return [];
  });
};
