import type { Clock } from "../clock.ts";
import type { DiscoverConfig } from "../config/bridge-config.ts";
import type { Claimant } from "./claims.ts";
import type { Devices } from "./devices.ts";
import type { Dialect, DialectContext, RoutedTopic } from "./dialect.ts";
import { matchesAny } from "./glob.ts";
import { type Budget, countRefusal, createTally } from "./tally.ts";
import { type Levels, levelsBelow } from "./topic.ts";

/** What a dialect does to the broker's session. */
export interface DialectHost {
  readonly broker: string;
  readonly clock: Clock;
  readonly devices: Devices;
  readonly budget: Budget;
  readonly subscribe: (key: string, filters: readonly string[], qos?: 0 | 1 | 2) => void;
  readonly reroute: (filter: string, isRefined: boolean) => void;
  readonly unsupported: (dialect: string, what: string, why: string) => void;
}

const routedTopic = (prefixes: readonly string[], topic: string, levels: Levels): RoutedTopic => {
  for (const each of prefixes) {
    const below = levelsBelow(each, levels);
    if (below !== undefined) {
      return { topic, levels, below, prefix: levels.slice(0, -below.length).join("/") };
    }
  }
  return { topic, levels, below: undefined, prefix: undefined };
};

/** A dialect at work on a broker, as the user wants it. */
export const createDialectClaimant = (
  dialect: Dialect,
  config: DiscoverConfig,
  host: DialectHost,
): Claimant => {
  const { allow, deny, rename, sleeping, labels } = config;
  const prefixes = config.prefixes ?? dialect.prefixes;
  const tally = createTally(config.dialect, config.maximumSeries, host.budget);
  const witness = { broker: host.broker, dialect: config.dialect };
  const isWanted = (name: string) =>
    (allow.length === 0 || matchesAny(allow, name)) && !matchesAny(deny, name);
  const renamed = (name: string): string =>
    Object.hasOwn(rename, name) ? (rename[name] ?? name) : name;

  const context: DialectContext = {
    broker: host.broker,
    clock: host.clock,
    prefixes,
    device: (identity) =>
      host.devices.of(witness, {
        ...identity,
        name: renamed(identity.name),
        labels: { ...identity.labels, ...labels },
        isUnwanted: !isWanted(identity.name),
      }),
    removeDevice: (id) => host.devices.remove(witness, id),
    subscribe: host.subscribe,
    reroute: (filter, how) => host.reroute(filter, how === "refined"),
    sleeps: (name) => matchesAny(sleeping, name),
    unsupported: (what, why) => {
      countRefusal(tally, "unsupported");
      host.unsupported(config.dialect, what, why);
    },
  };
  const { route } = dialect.start(context);
  host.subscribe(`dialect ${config.dialect}`, dialect.subscriptions(prefixes));
  return {
    tally,
    // The user's word is the last one on how long a reading holds.
    expiresMs: config.expiresMs ?? dialect.expiresMs,
    overridesExpiry: config.expiresMs !== undefined,
    shares: false,
    yields: dialect.isLastResort ?? false,
    route: (topic, levels) => route(routedTopic(prefixes, topic, levels)),
  };
};
