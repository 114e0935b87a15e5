import type { Budget } from "./bounds.ts";
import type { Value } from "./values.ts";

/** What a template is rendered with. */
export interface Payload {
  readonly value: string;
  /** What JSON.parse made of the payload, undefined if it is no JSON. */
  readonly valueJson: () => unknown;
}

/** The state of one rendering. */
export interface Scope {
  readonly payload: Payload;
  readonly budget: Budget;
  /** What `{% set %}` has assigned. */
  readonly variables: Map<string, Value>;
}

/** A compiled expression. */
export type Evaluate = (scope: Scope) => Value;
