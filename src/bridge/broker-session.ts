import type { Clock } from "../clock.ts";
import type { DiscoverConfig, MqttLimits, RuleConfig } from "../config/bridge-config.ts";
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Store } from "../store.ts";
import { type BrokerCounts, countOne, openBrokerHealth } from "./broker-health.ts";
import { createDialectClaimant } from "./claimants.ts";
import type { Devices } from "./devices.ts";
import type { Dialect } from "./dialect.ts";
import { createIntake, type Intake } from "./intake.ts";
import { createRuleClaimant } from "./rules.ts";
import { createSession, type Session } from "./session.ts";
import type { Trace } from "./trace.ts";
import { createUnmatched, type UnmatchedTopic } from "./unmatched.ts";

/** What becomes of a broker's messages, whichever way they come. */
export interface BrokerSessionConfig {
  readonly name: string;
  readonly discover: readonly DiscoverConfig[];
  readonly rules: readonly RuleConfig[];
  readonly limits: MqttLimits;
}

/** Rules and dialects at work on one broker, with what waits for them and what is counted of it. */
export interface BrokerSession {
  readonly name: string;
  readonly session: Session;
  readonly counts: BrokerCounts;
  readonly intake: Intake;
  readonly unmatched: () => readonly UnmatchedTopic[];
  /** Brings its metrics up to date. */
  readonly collect: () => void;
  readonly close: () => void;
}

/** The dialects that a broker's configuration names, the most trusted first. */
export type LoadedDialects = ReadonlyMap<string, Dialect>;

/** Sets up what a broker's messages become. `processed` is told after some, when subscriptions may have changed. */
export const createBrokerSession = ({
  config,
  dialects,
  devices,
  store,
  clock,
  log,
  signal,
  processed = () => {},
  trace,
}: {
  readonly config: BrokerSessionConfig;
  readonly dialects: LoadedDialects;
  readonly devices: Devices;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly processed?: () => void;
  readonly trace?: Trace;
}): BrokerSession => {
  const { name, discover, rules, limits } = config;
  const counts: BrokerCounts = { isConnected: false, dropped: new Map(), failures: new Map() };
  const unmatched = createUnmatched();
  let hasFailed = false;

  const session = createSession({
    broker: name,
    clock,
    devices,
    limits,
    unsupported: (dialect, what, why) =>
      log.warn("mqtt_unsupported", { broker: name, dialect, what, why }),
    failed: (topic, error) => {
      countOne(counts.dropped, "defect");
      // Once: whatever is wrong will be wrong in every message.
      if (!hasFailed) {
        log.error("mqtt_defect", {
          broker: name,
          topic,
          error: messageOf(error),
          remedy: "This is a defect in sensor-exporter: please report it with a recording.",
        });
      }
      hasFailed = true;
    },
    claimants: (host) => [
      ...rules.map((rule) => createRuleClaimant(rule, host)),
      ...discover.flatMap((each) => {
        const dialect = dialects.get(each.dialect);
        return dialect === undefined ? [] : [createDialectClaimant(dialect, each, host)];
      }),
    ],
  });
  const brokerHealth = openBrokerHealth(store, name, counts, session, devices);
  const intake = createIntake({
    clock,
    limits,
    signal,
    dropped: () => countOne(counts.dropped, "overload"),
    isKnown: session.follows,
    take: (message) => {
      if (session.take(message, trace) === undefined) unmatched.note(message);
    },
    rested: processed,
  });
  return {
    name,
    session,
    counts,
    intake,
    unmatched: unmatched.list,
    collect: brokerHealth.collect,
    close: () => {
      intake.close();
      session.close();
      brokerHealth.close();
    },
  };
};
