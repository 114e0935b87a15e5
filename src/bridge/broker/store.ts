import { Readable } from "node:stream";
import type { Retained } from "./retained.ts";
import { covers } from "./topic-filter.ts";

interface Identified {
  readonly messageId?: number | undefined;
}

function* matching(retained: Retained, filters: readonly string[]) {
  for (const filter of filters) {
    for (const [topic, payload] of retained.all()) {
      // QoS 0, since the package would not lower a higher one to what was subscribed; over a connection that has just
      // been made nothing gets lost.
      if (covers(filter, topic)) yield { cmd: "publish", qos: 0, topic, payload, retain: true };
    }
  }
}

/**
 * What the broker package keeps between packets: retained messages, and which publications of QoS 2 a connection has
 * not released. Nothing outlives its connection else, so that nothing grows with the number of clients that ever were;
 * the package's own store remembers each identifier.
 */
export const createStore = (retained: Retained) => {
  const unreleased = new WeakMap<object, Set<number | undefined>>();
  const unreleasedOf = (client: object): Set<number | undefined> => {
    const known = unreleased.get(client) ?? new Set();
    unreleased.set(client, known);
    return known;
  };
  const expectUnreleased = (isThere: boolean): void => {
    if (!isThere) throw new Error("no such packet");
  };
  const nothing = async (): Promise<void> => {};
  const none = async (): Promise<readonly never[]> => [];

  return {
    setup: nothing,
    // It was kept when it was let in, or there was no room for it.
    storeRetained: nothing,
    createRetainedStreamCombi: (filters: readonly string[]) =>
      Readable.from(matching(retained, filters)),
    incomingStorePacket: async (client: object, { messageId }: Identified) => {
      unreleasedOf(client).add(messageId);
    },
    incomingGetPacket: async (client: object, { messageId }: Identified) => {
      expectUnreleased(unreleasedOf(client).has(messageId));
      return { messageId };
    },
    incomingDelPacket: async (client: object, { messageId }: Identified) =>
      expectUnreleased(unreleasedOf(client).delete(messageId)),
    cleanIncoming: nothing,
    // Sessions end with their connections: there are no subscriptions to restore and no messages to send later.
    addSubscriptions: nothing,
    removeSubscriptions: nothing,
    cleanSubscriptions: nothing,
    subscriptionsByClient: none,
    subscriptionsByTopic: none,
    outgoingStream: () => Readable.from([]),
    outgoingEnqueue: nothing,
    outgoingEnqueueCombi: nothing,
    outgoingUpdate: nothing,
    outgoingClearMessageId: nothing,
    // The package publishes the wills of connections that end; here it would look for those of brokers that died.
    putWill: nothing,
    delWill: nothing,
    streamWill: () => Readable.from([]),
  };
};
