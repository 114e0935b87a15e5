import { createRehearsal, type Rehearsal } from "../../bridge/rehearsal.ts";
import type { Clock } from "../../clock.ts";
import type { Config } from "../../config/config.ts";
import type { NamedBroker } from "../mqtt/brokers.ts";
import { createExplain, type Explainer } from "./explanation.ts";
import { loadOthers, type Others, prefixesOf } from "./others.ts";

/** A broker whose messages are explained. */
export interface StagedBroker {
  readonly named: NamedBroker;
  readonly explainer: Explainer;
  /** The dialects that are not configured, loaded once somebody wants to know about them. */
  readonly others: () => Promise<Others>;
}

/** Brokers that are rehearsed together, as they run together. */
export interface Stage {
  readonly brokers: readonly StagedBroker[];
  readonly lines: Rehearsal["lines"];
}

const stageBroker = async (
  named: NamedBroker,
  rehearsal: Rehearsal,
  clock: Clock,
): Promise<StagedBroker> => {
  const { about } = named;
  const broker = await rehearsal.open(about);
  const prefixes = await prefixesOf(about.discover);
  let others: Promise<Others> | undefined;
  return {
    named,
    explainer: createExplain({ about, broker, prefixes }),
    others: () => {
      others ??= loadOthers(about.discover, clock);
      return others;
    },
  };
};

/** Sets up brokers of a configuration without connecting to them. */
export const openStage = async (
  config: Config,
  named: readonly NamedBroker[],
  clock: Clock,
): Promise<Stage> => {
  const rehearsal = createRehearsal({
    clock,
    maximumSeries: config.limits.series,
    reservedNames: config.sensors.map(({ name }) => name),
  });
  const brokers = await Promise.all(named.map((each) => stageBroker(each, rehearsal, clock)));
  return { brokers, lines: rehearsal.lines };
};
