import type { Clock } from "../clock.ts";
import type { Config } from "../config/config.ts";
import { revealing } from "../config/secrets.ts";
import type { Close } from "../lifecycle.ts";
import type { Log } from "../log.ts";
import type { Store } from "../store.ts";
import type { Broker } from "./broker.ts";
import { type BrokerSession, createBrokerSession } from "./broker-session.ts";
import { brokersOf, type ConfiguredBroker } from "./configured-brokers.ts";
import { connectSession, type Source } from "./connection.ts";
import { createDevices, type ListedDevice } from "./devices.ts";
import { embedSession } from "./embedding.ts";
import { loadDialects } from "./load-dialect.ts";
import type { UnmatchedTopic } from "./unmatched.ts";

/** A broker and how it is doing. */
interface BrokerStatus {
  readonly name: string;
  /** Where it is, or where it listens. */
  readonly at: string;
  readonly isConnected: boolean;
  readonly unmatched: readonly UnmatchedTopic[];
}

/** Everything that is known from brokers. */
export interface Bridge {
  /** Closes what is gone, restarts what has changed, starts what is new, and leaves the rest connected. */
  readonly apply: (config: Config) => Promise<void>;
  readonly brokers: () => readonly BrokerStatus[];
  readonly devices: () => readonly ListedDevice[];
  readonly close: () => Promise<void>;
}

interface Running {
  readonly signature: string;
  readonly at: string;
  readonly broker: BrokerSession;
  readonly limits: { readonly devices: number };
  readonly close: () => Promise<void>;
}

/** What the bridge works with. */
export interface BridgeOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  /** URL of the metrics as others reach them, for announcements. */
  readonly servedAt?: (() => string | undefined) | undefined;
  /** Has simulated devices publish on the embedded broker. */
  readonly inhabit?: ((publish: Broker["publish"]) => Promise<Close>) | undefined;
}

const sweepIntervalMs = 10_000;

/** A bridge to no broker yet. */
export const createBridge = (options: BridgeOptions): Bridge => {
  const { store, clock, log, random, inhabit } = options;
  const running = new Map<string, Running>();
  const stop = new AbortController();
  let localNames: ReadonlySet<string> = new Set();

  const devices = createDevices({
    store,
    limitOf: (name) => running.get(name)?.limits.devices ?? Number.POSITIVE_INFINITY,
    isReserved: (name) => localNames.has(name),
  });
  const stopCollecting = store.beforeReading(() => {
    devices.collect(clock.nowMs(), (name) => running.get(name)?.broker.counts.isConnected === true);
    for (const { broker } of running.values()) broker.collect();
  });

  const sweep = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      await clock.sleep(sweepIntervalMs, stop.signal).catch(() => {});
      const nowMs = clock.nowMs();
      devices.sweep(nowMs);
      for (const { broker } of running.values()) broker.session.sweep(nowMs);
    }
  };

  const start = async (wanted: ConfiguredBroker, signature: string): Promise<Running> => {
    const { about } = wanted;
    const ended = new AbortController();
    let source: Source | undefined;
    const broker = createBrokerSession({
      config: about,
      dialects: await loadDialects(about.discover),
      devices,
      store,
      clock,
      log,
      signal: ended.signal,
      processed: () => source?.refresh(),
    });
    const parts = { clock, log, broker, servedAt: options.servedAt?.() };
    source =
      wanted.kind === "remote"
        ? await connectSession({ ...parts, config: wanted.config, random })
        : await embedSession({ ...parts, config: wanted.config, store, inhabit });
    return {
      signature,
      at: source.at,
      broker,
      limits: about.limits,
      close: async () => {
        ended.abort();
        await source?.close();
        broker.close();
      },
    };
  };

  const apply = async (config: Config): Promise<void> => {
    localNames = new Set(config.sensors.map(({ name }) => name));
    const wanted = new Map(
      brokersOf(config).map((each) => [
        each.about.name,
        [each, JSON.stringify(each, revealing)] as const,
      ]),
    );
    for (const [name, { signature, close }] of [...running]) {
      if (wanted.get(name)?.[1] === signature) continue;
      await close();
      running.delete(name);
    }
    for (const [name, [each, signature]] of wanted) {
      if (!running.has(name)) running.set(name, await start(each, signature));
    }
  };

  const sweeping = sweep();
  return {
    apply,
    brokers: () =>
      [...running.values()].map(({ at, broker }) => ({
        name: broker.name,
        at,
        isConnected: broker.counts.isConnected,
        unmatched: broker.unmatched(),
      })),
    devices: devices.list,
    close: async () => {
      stop.abort();
      stopCollecting();
      await sweeping;
      await Promise.all([...running.values()].map(({ close }) => close()));
      running.clear();
    },
  };
};
