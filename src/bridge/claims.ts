import { isExclusive, type TopicPlan } from "./plan.ts";
import type { Tally } from "./tally.ts";
import type { Levels } from "./topic.ts";

/** Somebody who knows what the messages of some topics mean: a rule of the user's, or a dialect. */
export interface Claimant {
  readonly tally: Tally;
  /** Time until a reading ends, where its plan says nothing. */
  readonly expiresMs: number;
  /** True if that is the user's word, which counts more than that of the plan. */
  readonly overridesExpiry: boolean;
  readonly route: (topic: string, levels: Levels) => readonly TopicPlan[] | undefined;
  /** True if others may look at what this one takes: several rules of the user's. */
  readonly shares: boolean;
  /** True if it leaves alone whatever another one knows anything of. */
  readonly yields?: boolean;
}

interface Claim {
  readonly claimant: Claimant;
  readonly plans: readonly TopicPlan[];
}

/**
 * The plans of several claimants for one topic: availability and notices of all; readings of the first, or of all the
 * user's rules, which leave nothing to the dialects.
 */
export const chosen = (all: readonly Claim[]): readonly (readonly [Claimant, TopicPlan])[] => {
  const firm = all.filter(({ claimant }) => claimant.yields !== true);
  const claims = firm.length > 0 ? firm : all;
  const takers = claims.filter(({ plans }) => plans.some(isExclusive));
  const rules = takers.filter(({ claimant }) => claimant.shares);
  const takes = new Set(rules.length > 0 ? rules : takers.slice(0, 1));
  return claims.flatMap((claim) =>
    claim.plans
      .filter((plan) => !isExclusive(plan) || takes.has(claim))
      .map((plan) => [claim.claimant, plan] as const),
  );
};

/** Time until a reading of a plan ends. */
export const lastingMs = ({ expiresMs, overridesExpiry }: Claimant, plan: TopicPlan): number =>
  !overridesExpiry && "expiresMs" in plan ? (plan.expiresMs ?? expiresMs) : expiresMs;
