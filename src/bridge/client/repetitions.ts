import { crc32 } from "node:zlib";
import type { Publication } from "./link.ts";

/** Tells the second copy of a publication from a new one. */
export interface Repetitions {
  readonly isRepetition: (publication: Publication) => boolean;
  /** Subscriptions have changed: what was kept comes once more, and is wanted. */
  readonly forgetCopies: () => void;
  /** The broker has begun a new session: packet ids start anew. */
  readonly forgetDeliveries: () => void;
}

interface Seen {
  readonly topic: string;
  readonly payloadBytes: number;
  readonly checksum: number;
}

interface SeenCopies extends Seen {
  readonly identifiers: Set<number>;
}

// Copies of one publication come one right after the other, and a redelivery is of what was in flight.
const maximumRemembered = 1024;

const remember = <Key, Value>(map: Map<Key, Value>, key: Key, value: Value): void => {
  map.delete(key);
  map.set(key, value);
  if (map.size <= maximumRemembered) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
};

const isSame = (left: Seen, right: Seen): boolean =>
  left.topic === right.topic &&
  left.payloadBytes === right.payloadBytes &&
  left.checksum === right.checksum;

const seenOf = ({ topic, payload }: Publication): Seen => ({
  topic,
  payloadBytes: payload.length,
  checksum: crc32(payload),
});

/**
 * Remembers the latest publications.
 *
 * A copy through another subscription has the same topic and payload, and an identifier that has not come yet since;
 * the same value published again starts with an identifier that has. It does not matter which copy is first, whether
 * one of them was lost, or whether the broker joins them.
 */
export const createRepetitions = (): Repetitions => {
  const copies = new Map<string, SeenCopies>();
  const deliveries = new Map<number, Seen>();

  const isRedelivery = ({ isDuplicate, packetId, qos }: Publication, seen: Seen): boolean => {
    // QoS 2 is exactly once by itself.
    if (packetId === undefined || qos !== 1) return false;
    const before = deliveries.get(packetId);
    remember(deliveries, packetId, seen);
    return isDuplicate && before !== undefined && isSame(before, seen);
  };

  const isCopy = ({ subscriptionIdentifiers, topic, isRetained }: Publication, seen: Seen) => {
    if (subscriptionIdentifiers.length === 0) return false;
    // What was kept is another delivery than what is published at the same time.
    const key = isRetained ? `${topic}\0` : topic;
    const before = copies.get(key);
    const isNew =
      before === undefined ||
      !isSame(before, seen) ||
      subscriptionIdentifiers.some((identifier) => before.identifiers.has(identifier));
    if (isNew) remember(copies, key, { ...seen, identifiers: new Set(subscriptionIdentifiers) });
    else for (const identifier of subscriptionIdentifiers) before.identifiers.add(identifier);
    return !isNew;
  };

  return {
    isRepetition: (publication) => {
      if (publication.subscriptionIdentifiers.length === 0 && publication.qos !== 1) return false;
      const seen = seenOf(publication);
      return isRedelivery(publication, seen) || isCopy(publication, seen);
    },
    forgetCopies: () => copies.clear(),
    forgetDeliveries: () => deliveries.clear(),
  };
};
