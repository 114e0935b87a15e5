import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { createStore } from "../store.ts";
import {
  type BrokerSession,
  type BrokerSessionConfig,
  createBrokerSession,
} from "./broker-session.ts";
import { createDevices } from "./devices.ts";
import { loadDialects } from "./load-dialect.ts";
import type { Message } from "./message.ts";
import { type Subscription, withoutCovered } from "./topic.ts";
import type { Finding } from "./trace.ts";

/** What became of a message. */
export interface Taking {
  /** The rule or dialect that took it; undefined if nobody did. */
  readonly taker: string | undefined;
  readonly findings: readonly Finding[];
  /** What the running program would have said in its log. */
  readonly notes: readonly string[];
}

/** A broker of the configuration without a connection. */
export interface RehearsedBroker {
  readonly name: string;
  readonly take: (message: Message) => Taking;
  /** What is to be subscribed by now; undefined if that has not changed since it was last asked for. */
  readonly wanted: () => readonly Subscription[] | undefined;
}

/** Messages that are taken as the running program takes them, without a connection and beside it. */
export interface Rehearsal {
  readonly open: (config: BrokerSessionConfig) => Promise<RehearsedBroker>;
  /** Lines of a scrape, but for those about the exporter itself. */
  readonly lines: () => readonly string[];
}

const sweepIntervalMs = 10_000;

/** A group shares its messages out, and must not lose those that come here. */
const ownFilter = ({ filter, qos }: Subscription): Subscription => ({
  filter: filter.startsWith("$share/") ? filter.split("/").slice(2).join("/") : filter,
  qos,
});

/** A log whose lines go to whoever has asked for them. */
const createNotes = () => {
  let notes: string[] = [];
  const note: Log["warn"] = (event, fields = {}) => {
    const { what, why, error = event } = fields;
    notes.push(what === undefined ? String(error) : `cannot do ${what}: ${why}`);
  };
  const log: Log = { debug: () => {}, info: () => {}, warn: note, error: note };
  return {
    log,
    taken: () => {
      const taken = notes;
      notes = [];
      return taken;
    },
  };
};

/** A rehearsal of no broker yet. `reservedNames` belong to the sensors of the board. */
export const createRehearsal = ({
  clock,
  maximumSeries,
  reservedNames,
}: {
  readonly clock: Clock;
  readonly maximumSeries: number;
  readonly reservedNames: readonly string[];
}): Rehearsal => {
  const store = createStore({ clock, maximumSeries });
  const reserved = new Set(reservedNames);
  const brokers = new Map<string, { broker: BrokerSession; limits: { devices: number } }>();
  const never = new AbortController().signal;
  const devices = createDevices({
    store,
    limitOf: (name) => brokers.get(name)?.limits.devices ?? Number.POSITIVE_INFINITY,
    isReserved: (name) => reserved.has(name),
  });
  store.beforeReading(() => devices.collect(clock.nowMs(), () => true));

  let sweptMs = clock.nowMs();
  const sweep = (nowMs: number) => {
    if (nowMs - sweptMs < sweepIntervalMs) return;
    sweptMs = nowMs;
    devices.sweep(nowMs);
    for (const { broker } of brokers.values()) broker.session.sweep(nowMs);
  };

  const open: Rehearsal["open"] = async (config) => {
    const { log, taken } = createNotes();
    const broker = createBrokerSession({
      config,
      dialects: await loadDialects(config.discover),
      devices,
      store,
      clock,
      log,
      signal: never,
    });
    brokers.set(config.name, { broker, limits: config.limits });
    return {
      name: config.name,
      take: (message) => {
        sweep(message.atMs);
        const findings: Finding[] = [];
        const taker = broker.session.take(message, (finding) => findings.push(finding));
        return { taker, findings, notes: taken() };
      },
      wanted: () => {
        const { wanted, isChanged } = broker.session.subscriptions();
        return isChanged ? withoutCovered(wanted.map(ownFilter)) : undefined;
      },
    };
  };

  return {
    open,
    lines: () =>
      store
        .render()
        .filter(({ family }) => !family.name.startsWith("sensor_exporter_"))
        .flatMap(({ samples }) => samples.trimEnd().split("\n")),
  };
};
