import type { Grant, Link, Subscription } from "./link.ts";
import type { MqttProblem } from "./problem.ts";
import { subscriptionRefusal } from "./refusals.ts";

/** What is wanted of a broker, and what it has granted on this connection. */
export interface Subscriptions {
  readonly want: (wanted: readonly Subscription[]) => Promise<void>;
  /** A connection is there: subscribes to all. */
  readonly attach: (link: Link, grant: Grant) => Promise<void>;
  readonly detach: () => void;
  /** Asks once more for what was refused. */
  readonly retry: () => Promise<void>;
  /** The latest refusal that still stands. */
  readonly problem: () => MqttProblem | undefined;
}

// Brokers bound the filters of a packet (AWS IoT to eight); identifiers need a packet for each filter anyway.
const filtersPerPacket = 8;
const qualities = [0, 1, 2] as const;
const firstRefusal = 128;
// MQTT 5, section 2.4: Topic Filter invalid. What MQTT does not allow is not even sent, a broker would hang up.
const invalidFilter = 143;
const maximumFilterBytes = 65_535;
// MQTT 5, section 4.7.1: wildcards stand for whole levels, and # only for the last ones.
const filterPattern = /^(?:(?:\+|[^+#\0/]*)\/)*(?:\+|#|[^+#\0/]*)$/u;

const isFilter = (filter: string): boolean =>
  filter !== "" && filter.length * 3 <= maximumFilterBytes && filterPattern.test(filter);

const batchesOf = <Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );

interface Attached {
  readonly link: Link;
  readonly hasIdentifiers: boolean;
  /** The QoS asked for, by filter. */
  readonly asked: Map<string, number>;
}

/** `onRefused` hears of each refused filter once, `onChange` when a refusal came or went. */
export const createSubscriptions = ({
  onRefused,
  onChange,
}: {
  readonly onRefused: (problem: MqttProblem) => void;
  readonly onChange: () => void;
}): Subscriptions => {
  let wanted: ReadonlyMap<string, Subscription> = new Map();
  let attached: Attached | undefined;
  let nextIdentifier = 1;
  const identifiers = new Map<string, number>();
  const refused = new Map<string, MqttProblem>();
  // A session that outlives the connection keeps what was given up meanwhile.
  const leftovers = new Set<string>();

  const identifierOf = (filter: string): number => {
    const identifier = identifiers.get(filter) ?? nextIdentifier++;
    identifiers.set(filter, identifier);
    return identifier;
  };

  const settle = (filter: string, reasonCode: number): void => {
    if (!wanted.has(filter)) return;
    const isKnown = refused.has(filter);
    if (reasonCode < firstRefusal) {
      if (refused.delete(filter)) onChange();
      return;
    }
    const problem = subscriptionRefusal(filter, reasonCode);
    refused.set(filter, problem);
    if (isKnown) return;
    onRefused(problem);
    onChange();
  };

  const subscribe = async (
    { link, hasIdentifiers, asked }: Attached,
    filters: readonly string[],
    qos: 0 | 1 | 2,
  ): Promise<void> => {
    for (const filter of filters) asked.set(filter, qos);
    const [only] = filters;
    const identifier = hasIdentifiers && only !== undefined ? identifierOf(only) : undefined;
    // The link says itself why it ended.
    const reasonCodes = await link.subscribe(filters, { qos, identifier }).catch(() => []);
    for (const [index, filter] of filters.entries()) {
      const reasonCode = reasonCodes[index];
      if (reasonCode !== undefined) settle(filter, reasonCode);
    }
  };

  const ask = async (subscriptions: readonly Subscription[]): Promise<void> => {
    const to = attached;
    if (to === undefined) return;
    for (const { filter } of subscriptions) if (!isFilter(filter)) settle(filter, invalidFilter);
    const size = to.hasIdentifiers ? 1 : filtersPerPacket;
    const requests = qualities.flatMap((qos) => {
      const filters = subscriptions
        .filter((each) => each.qos === qos && isFilter(each.filter))
        .map(({ filter }) => filter);
      return batchesOf(filters, size).map((batch) => subscribe(to, batch, qos));
    });
    await Promise.all(requests);
  };

  const drop = async (filters: readonly string[]): Promise<void> => {
    const from = attached;
    if (from === undefined || filters.length === 0) return;
    for (const filter of filters) from.asked.delete(filter);
    const batches = batchesOf(filters.filter(isFilter), filtersPerPacket);
    await Promise.all(batches.map((batch) => from.link.unsubscribe(batch).catch(() => {})));
  };

  return {
    want: async (next) => {
      const before = wanted;
      const highestLast = [...next].sort((left, right) => left.qos - right.qos);
      wanted = new Map(highestLast.map((each) => [each.filter, each]));
      const given = [...before.keys()].filter((filter) => !wanted.has(filter));
      for (const filter of given) {
        identifiers.delete(filter);
        if (refused.delete(filter)) onChange();
        if (attached === undefined) leftovers.add(filter);
      }
      const asked = attached?.asked;
      const isNew = ({ filter, qos }: Subscription): boolean => asked?.get(filter) !== qos;
      await Promise.all([drop(given), ask([...wanted.values()].filter(isNew))]);
    },
    attach: async (link, { hasSubscriptionIdentifiers, isSessionPresent }) => {
      attached = { link, hasIdentifiers: hasSubscriptionIdentifiers, asked: new Map() };
      const old = [...leftovers].filter((filter) => !wanted.has(filter));
      leftovers.clear();
      await Promise.all([drop(isSessionPresent ? old : []), ask([...wanted.values()])]);
    },
    detach: () => {
      attached = undefined;
    },
    retry: () => ask([...refused.keys()].flatMap((filter) => wanted.get(filter) ?? [])),
    problem: () => [...refused.values()].at(-1),
  };
};
