import type { Environment } from "./environment.ts";
import { type Statement, say } from "./messages.ts";
import type { Located, Path, Position } from "./problems.ts";
import type { ScalarNode, TreeNode } from "./tree.ts";

// A thousand sensors with every key take some thirty thousand.
const maximumValues = 100_000;

/** How far the reading of a file has come. */
export interface Reading {
  readonly environment: Environment;
  readonly positionAt: (offset: number) => Position;
  /** What an alias stands for; undefined while it is being read, when an alias of it would be a cycle. */
  readonly anchors: Map<string, { readonly node: TreeNode; readonly values: number } | undefined>;
  readonly faults: Located[];
  /** Values so far, those behind an alias counted each time. */
  readonly values: { count: number };
}

/** Reports a fault; the value at it is as good as empty. */
export const refuse = (
  reading: Reading,
  statement: Statement,
  position: Position,
  path: Path,
): ScalarNode => {
  reading.faults.push({ statement, position, path });
  return brokenScalar(position);
};

const brokenScalar = (position: Position): ScalarNode => ({
  kind: "scalar",
  position,
  value: null,
  source: "",
  isFromEnvironment: false,
  isBroken: true,
});

/** A reading that has just begun. */
export const startReading = (
  environment: Environment,
  positionAt: (offset: number) => Position,
): Reading => ({ environment, positionAt, anchors: new Map(), faults: [], values: { count: 0 } });

/** Adds to the count of values; what to put in the place of the value if they are too many now. */
export const countValues = (
  reading: Reading,
  values: number,
  position: Position,
): TreeNode | undefined => {
  const isFirst = reading.values.count <= maximumValues;
  reading.values.count += values;
  if (reading.values.count <= maximumValues) return undefined;
  if (!isFirst) return brokenScalar(position);
  return refuse(reading, say("yaml-too-many-values", maximumValues), position, []);
};
