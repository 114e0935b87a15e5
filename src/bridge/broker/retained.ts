/** What the broker keeps for those who subscribe later, by topic. */
export interface Retained {
  /** False if there is no room to keep it; an empty payload takes what was kept away and is always taken. */
  readonly keep: (topic: string, payload: Uint8Array) => boolean;
  readonly all: () => Iterable<readonly [topic: string, payload: Uint8Array]>;
}

// A retained message of a device is a few hundred bytes; 16 MiB are what a small board can spare.
const maximumBytes = 16 * 1024 * 1024;

/** Keeps at most so many messages, and 16 MiB of topics and payloads; what is kept is never dropped for what is new. */
export const createRetained = (
  maximumMessages: number,
  bytesAllowed: number = maximumBytes,
): Retained => {
  const kept = new Map<string, Uint8Array>();
  let bytes = 0;

  const costOf = (topic: string, payload: Uint8Array | undefined): number =>
    payload === undefined ? 0 : Buffer.byteLength(topic) + payload.length;

  return {
    keep: (topic, payload) => {
      const old = kept.get(topic);
      const isRemoval = payload.length === 0;
      const grownBytes =
        bytes - costOf(topic, old) + costOf(topic, isRemoval ? undefined : payload);
      const hasRoom = old !== undefined || kept.size < maximumMessages;
      if (!isRemoval && !(hasRoom && grownBytes <= bytesAllowed)) return false;
      bytes = grownBytes;
      if (isRemoval) kept.delete(topic);
      else kept.set(topic, payload);
      return true;
    },
    all: () => kept,
  };
};
