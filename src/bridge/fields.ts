import { createLeaf, type Leaf, type LeafPlace, writeLeaf } from "./leaf.ts";
import type { Meaning } from "./meaning.ts";
import { isObject, jsonOf, type Payload, valueAt } from "./payload.ts";
import type { FieldsPlan } from "./plan.ts";
import type { Arrival } from "./slot.ts";
import { countRefusal } from "./tally.ts";
import { pathText, type Trace } from "./trace.ts";

/** Deeper nesting is no reading of anything. */
const deepest = 12;
/** Fields that one topic may have; those beyond are ignored, so that keys without end use no memory without end. */
const maximumNodes = 2000;

interface Node {
  readonly path: readonly string[];
  /** Undefined until a scalar was seen here; a text says why it is no reading. */
  leaves: readonly Leaf[] | string | undefined;
  children: Map<string, Node> | undefined;
}

/** The fields of a topic, each interpreted once. */
export interface Fields {
  readonly run: (payload: Payload, arrival: Arrival, trace: Trace | undefined) => void;
  readonly close: () => void;
}

/** What a walk through a payload takes along. */
interface Walk {
  readonly whole: unknown;
  readonly arrival: Arrival;
  readonly trace: Trace | undefined;
}

const isScalar = (value: unknown): value is string | number | boolean =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean";

const entriesOf = (value: unknown): Iterable<readonly [string, unknown]> => {
  if (isObject(value)) return Object.entries(value);
  return Array.isArray(value) ? value.map((below, index) => [String(index), below] as const) : [];
};

const listOf = (meanings: Meaning | readonly Meaning[]): readonly Meaning[] =>
  "quantity" in meanings ? [meanings] : meanings;

/** Compiles a plan for the fields of a JSON payload as they turn up. */
export const compileFields = (
  { interpret, within = [], signature, decode }: FieldsPlan,
  place: LeafPlace,
): Fields => {
  const newNode = (path: readonly string[]): Node => ({
    path,
    leaves: undefined,
    children: undefined,
  });
  let root = newNode([]);
  let nodes = 0;
  let signed: string | undefined;
  const opened: Leaf[] = [];

  const closeAll = () => {
    for (const leaf of opened.splice(0)) leaf.slot.release();
    root = newNode([]);
    nodes = 0;
  };

  const interpretNode = (
    node: Node,
    value: string | number | boolean,
    whole: unknown,
  ): readonly Leaf[] | string => {
    const meaning = interpret(node.path, value, whole);
    if (typeof meaning === "string") return meaning;
    const from = pathText([...within, ...node.path]);
    const leaves = listOf(meaning).map((each) => createLeaf(each, place, from));
    opened.push(...leaves);
    return leaves;
  };

  const childOf = (node: Node, key: string): Node | undefined => {
    node.children ??= new Map();
    const known = node.children.get(key);
    if (known !== undefined || nodes >= maximumNodes) return known;
    nodes += 1;
    const created = newNode([...node.path, key]);
    node.children.set(key, created);
    return created;
  };

  const writeScalar = (
    node: Node,
    value: string | number | boolean | null,
    { whole, arrival, trace }: Walk,
  ): void => {
    // Nobody knows what a null means before it was something.
    if (value !== null) node.leaves ??= interpretNode(node, value, whole);
    const { leaves = "null" } = node;
    if (typeof leaves === "string") {
      trace?.({ kind: "ignored", from: pathText([...within, ...node.path]), why: leaves });
      return;
    }
    for (const leaf of leaves) writeLeaf(leaf, value, arrival, trace);
  };

  const step = (node: Node, key: string, value: unknown, about: Walk): void => {
    const child = childOf(node, key);
    if (child !== undefined) walk(child, value, about);
  };

  const walk = (node: Node, value: unknown, about: Walk): void => {
    if (isScalar(value) || value === null) writeScalar(node, value, about);
    else if (node.path.length < deepest) {
      for (const [key, below] of entriesOf(value)) step(node, key, below, about);
    }
  };

  const wholeOf = (payload: Payload): unknown => {
    if (decode === undefined) return jsonOf(payload);
    const whole = decode(payload);
    if (whole === undefined) countRefusal(place.tally, "wrong-type");
    return whole;
  };

  /** Undefined if there is nothing to look at; why is told. */
  const decoded = (
    payload: Payload,
    trace: Trace | undefined,
  ): { readonly whole: unknown; readonly part: unknown } | undefined => {
    const whole = wholeOf(payload);
    const part = within.length === 0 ? whole : valueAt(whole, within);
    if (part !== undefined) return { whole, part };
    const what = decode === undefined ? "JSON" : "payload";
    trace?.({ kind: "missing", from: within.length === 0 ? what : pathText(within) });
    return undefined;
  };

  return {
    run: (payload, arrival, trace) => {
      if (payload.bytes.length === 0) {
        // How a device is removed from a broker that had kept its message.
        closeAll();
        trace?.({ kind: "ignored", from: "payload", why: "empty" });
        return;
      }
      const found = decoded(payload, trace);
      if (found === undefined) return;
      const { whole, part } = found;
      const signs = signature?.(whole);
      if (signs !== signed) closeAll();
      signed = signs;
      walk(root, part, { whole, arrival, trace });
    },
    close: closeAll,
  };
};
