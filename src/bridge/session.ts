import type { Clock } from "../clock.ts";
import type { DialectHost } from "./claimants.ts";
import type { Claimant } from "./claims.ts";
import type { Devices } from "./devices.ts";
import type { Message } from "./message.ts";
import { createParking } from "./parking.ts";
import { createRouter } from "./router.ts";
import { createBudget, type Tally } from "./tally.ts";
import { type Subscription, withoutCovered } from "./topic.ts";
import type { Trace } from "./trace.ts";

/** What a broker's messages become: rules and dialects at work, without the connection. */
export interface Session {
  /** Returns the rule or dialect that took the message; undefined if nobody did. */
  readonly take: (message: Message, trace?: Trace) => string | undefined;
  /** What is to be subscribed, and whether that has changed since it was last asked for. */
  readonly subscriptions: () => {
    readonly wanted: readonly Subscription[];
    readonly isChanged: boolean;
  };
  readonly tallies: readonly Tally[];
  readonly unmatched: () => number;
  readonly topics: () => number;
  /** True if a rule or a dialect follows that topic already. */
  readonly follows: (topic: string) => boolean;
  readonly topicsRefused: () => number;
  readonly series: () => number;
  /** Forgets what was silent for long. */
  readonly sweep: (nowMs: number) => void;
  readonly close: () => void;
}

/** Replays that one message may cause: an announcement that announces itself must end. */
const maximumReplays = 10_000;
/** A topic that was silent for so long is forgotten. */
const forgottenAfterMs = 86_400_000;

/** A session of these claimants, made by those who need the session to work. */
export const createSession = ({
  broker,
  clock,
  devices,
  limits,
  unsupported,
  failed,
  claimants: createClaimants,
}: {
  readonly broker: string;
  readonly clock: Clock;
  readonly devices: Devices;
  readonly limits: { readonly series: number; readonly topics: number };
  readonly unsupported: (dialect: string, what: string, why: string) => void;
  readonly failed: (topic: string, error: unknown) => void;
  readonly claimants: (host: DialectHost) => readonly Claimant[];
}): Session => {
  const parking = createParking();
  const wanted = new Map<string, readonly Subscription[]>();
  const replays: Message[] = [];
  let isChanged = true;
  let unmatched = 0;
  let topicsRefused = 0;
  const budget = createBudget(limits.series);

  const claimants = createClaimants({
    broker,
    clock,
    devices,
    budget,
    unsupported,
    subscribe: (key, filters, qos = 0) => {
      if (filters.length === 0) wanted.delete(key);
      else
        wanted.set(
          key,
          filters.map((filter) => ({ filter, qos })),
        );
      isChanged = true;
    },
    reroute: (filter, isRefined) => {
      router.reroute(filter, isRefined);
      replays.push(...parking.leave(filter));
    },
  });
  const router = createRouter({
    claimants,
    maximumTopics: limits.topics,
    refused: () => {
      topicsRefused += 1;
    },
    keep: parking.park,
    failed,
  });

  const takeOne = (message: Message, trace: Trace | undefined): string | undefined => {
    // What the broker had kept must not come back once something newer has arrived.
    if (parking.holds(message.topic)) parking.park(message);
    const taker = router.take(message, trace);
    if (taker === undefined) parking.park(message);
    return taker;
  };

  return {
    take: (message, trace) => {
      const taker = takeOne(message, trace);
      if (taker === undefined) unmatched += 1;
      for (let count = 0; replays.length > 0 && count < maximumReplays; count += 1) {
        const replay = replays.shift();
        if (replay === undefined) continue;
        trace?.({ kind: "again", topic: replay.topic });
        takeOne(replay, trace);
        // The next announcement may be about the same topic.
        parking.park(replay);
      }
      replays.length = 0;
      return taker;
    },
    subscriptions: () => {
      if (!isChanged) return { wanted: [], isChanged };
      isChanged = false;
      return { wanted: withoutCovered([...wanted.values()].flat()), isChanged: true };
    },
    tallies: claimants.map(({ tally }) => tally),
    unmatched: () => unmatched,
    topics: router.topics,
    follows: router.follows,
    topicsRefused: () => topicsRefused,
    series: budget.used,
    sweep: (nowMs) => router.sweep(nowMs, forgottenAfterMs),
    close: () => {
      router.close();
      devices.closeBroker(broker);
    },
  };
};
