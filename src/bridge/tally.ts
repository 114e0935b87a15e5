import type { Meaning, Measure, Refusal } from "./meaning.ts";
import { createMeasures } from "./measures.ts";

/** How many series may be open, counted on every level that has a limit. */
export interface Budget {
  /** Takes one; false, and counted, if a limit is reached. */
  readonly take: () => boolean;
  readonly give: () => void;
  readonly used: () => number;
}

/** A budget of so many, within those of its parent. */
export const createBudget = (
  limit: number,
  { parent, refused = () => {} }: { readonly parent?: Budget; readonly refused?: () => void } = {},
): Budget => {
  let used = 0;
  return {
    take: () => {
      if (used >= limit || parent?.take() === false) {
        refused();
        return false;
      }
      used += 1;
      return true;
    },
    give: () => {
      used -= 1;
      parent?.give();
    },
    used: () => used,
  };
};

/** What a rule or a dialect has done, counted in plain numbers: a message must cost no look at the store. */
export interface Tally {
  /** Value of the `rule` label. */
  readonly rule: string;
  readonly budget: Budget;
  /** Compiles a meaning, once for all topics that mean the same. */
  readonly measureOf: (meaning: Meaning) => Measure;
  messages: number;
  seriesRefused: number;
  readonly refusals: Map<Refusal | "unsupported", number>;
}

/** A tally of nothing yet, whose series are limited. */
export const createTally = (rule: string, limit: number, parent?: Budget): Tally => {
  const tally: Tally = {
    rule,
    budget: createBudget(limit, {
      ...(parent === undefined ? {} : { parent }),
      refused: () => {
        tally.seriesRefused += 1;
      },
    }),
    measureOf: createMeasures(),
    messages: 0,
    seriesRefused: 0,
    refusals: new Map(),
  };
  return tally;
};

/** Counts a value that did not become a reading. */
export const countRefusal = (tally: Tally, reason: Refusal | "unsupported"): void => {
  tally.refusals.set(reason, (tally.refusals.get(reason) ?? 0) + 1);
};
