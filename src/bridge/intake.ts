import type { Clock } from "../clock.ts";
import type { Message } from "./message.ts";

/** Messages that have arrived and wait to be looked at. */
export interface Intake {
  readonly offer: (message: Message) => void;
  readonly waiting: () => number;
  /** Forgets what waits. */
  readonly close: () => void;
}

interface Entry {
  message: Message | undefined;
  /** The next one of the same topic. */
  later: Entry | undefined;
}

/** Entries in the order in which they came; those that are gone are passed over. */
const createLane = (waiting: () => number) => {
  const entries: Entry[] = [];
  let first = 0;
  return {
    push: (entry: Entry) => {
      entries.push(entry);
      // Those that were dropped leave gaps, and those that were taken a beginning that is not used any more.
      if (entries.length < 4096 || entries.length < 4 * waiting()) return;
      const left = entries.slice(first).filter(({ message }) => message !== undefined);
      entries.length = 0;
      entries.push(...left);
      first = 0;
    },
    shift: (): Entry | undefined => {
      while (first < entries.length) {
        const entry = entries[first];
        first += 1;
        if (entry?.message !== undefined) return entry;
      }
      entries.length = 0;
      first = 0;
      return undefined;
    },
  };
};

/** What waits, oldest first, and for each topic its oldest. */
const createQueue = (isKnown: (topic: string) => boolean) => {
  const topics = new Map<string, { oldest: Entry; newest: Entry }>();
  let count = 0;
  let bytes = 0;
  const all = createLane(() => count);
  const obsolete = createLane(() => count);
  const strangers = createLane(() => count);

  /** Only ever the oldest of its topic. */
  const take = (entry: Entry | undefined): Message | undefined => {
    const message = entry?.message;
    if (entry === undefined || message === undefined) return undefined;
    entry.message = undefined;
    count -= 1;
    bytes -= message.payload.length;
    const line = topics.get(message.topic);
    if (entry.later === undefined) topics.delete(message.topic);
    else if (line !== undefined) line.oldest = entry.later;
    return message;
  };
  return {
    push: (message: Message) => {
      const entry: Entry = { message, later: undefined };
      all.push(entry);
      count += 1;
      bytes += message.payload.length;
      const line = topics.get(message.topic);
      if (line === undefined) {
        topics.set(message.topic, { oldest: entry, newest: entry });
        if (!isKnown(message.topic)) strangers.push(entry);
        return;
      }
      obsolete.push(line.newest);
      line.newest.later = entry;
      line.newest = entry;
    },
    shift: () => take(all.shift()),
    /**
     * Drops the oldest message of that topic; else the oldest that a newer one of its topic follows, so that the newest
     * value of each topic stays for as long as there is anything else to drop; else the oldest of a topic that was never
     * heard before, so that topics without end take no value from a device that is there; else the oldest of all.
     */
    dropFor: (topic: string): void => {
      take(topics.get(topic)?.oldest) ??
        take(obsolete.shift()) ??
        take(strangers.shift()) ??
        take(all.shift());
    },
    count: () => count,
    bytes: () => bytes,
  };
};

/** Bytes that wait at most, whatever the number of messages. */
const maximumBytes = 16_777_216;
/** Longest that messages are looked at before a scrape may have its turn. */
const sliceMs = 5;
const messagesPerLook = 32;
const pauseMs = 20;
const millisecondsPerSecond = 1000;

/**
 * Takes messages as they come and hands them on in slices, so many a second at most. When too many wait, the oldest of
 * the same topic is dropped, whose value is over anyway; else the oldest whose value is; else one of a topic that nobody
 * follows yet; else the oldest of all.
 */
export const createIntake = ({
  clock,
  limits,
  take,
  dropped,
  isKnown = () => true,
  rested = () => {},
  defer = setImmediate,
  signal,
}: {
  readonly clock: Pick<Clock, "nowMs" | "sleep">;
  readonly limits: { readonly queue: number; readonly messagesPerSecond: number };
  readonly take: (message: Message) => void;
  /** Told of each message that found no room. */
  readonly dropped: () => void;
  /** True for a topic that a rule or a dialect follows already. */
  readonly isKnown?: (topic: string) => boolean;
  /** Told after each slice of messages, for what would cost too much after each message. */
  readonly rested?: () => void;
  /** Runs a task once the event loop has had a turn. */
  readonly defer?: (task: () => void) => unknown;
  readonly signal: AbortSignal;
}): Intake => {
  const queue = createQueue(isKnown);
  let isDraining = false;
  let tokens = limits.messagesPerSecond;
  let tokensMs = clock.nowMs();

  const isFull = (): boolean =>
    queue.count() >= limits.queue || (queue.count() > 0 && queue.bytes() >= maximumBytes);
  const refill = (nowMs: number) => {
    const gained = ((nowMs - tokensMs) * limits.messagesPerSecond) / millisecondsPerSecond;
    tokens = Math.min(limits.messagesPerSecond, tokens + gained);
    tokensMs = nowMs;
  };
  const takeSome = (): boolean => {
    for (let index = 0; index < messagesPerLook && tokens >= 1; index += 1) {
      const message = queue.shift();
      if (message === undefined) return false;
      tokens -= 1;
      take(message);
    }
    return queue.count() > 0;
  };
  const drain = () => {
    const startMs = clock.nowMs();
    refill(startMs);
    let isMore = true;
    while (isMore && tokens >= 1 && clock.nowMs() - startMs < sliceMs) isMore = takeSome();
    rested();
    isDraining = isMore && !signal.aborted;
    if (!isDraining) return;
    if (tokens >= 1) defer(drain);
    else clock.sleep(pauseMs, signal).then(drain, () => {});
  };

  return {
    offer: (message) => {
      if (signal.aborted) return;
      // Several small ones make room for a large one.
      while (isFull()) {
        queue.dropFor(message.topic);
        dropped();
      }
      queue.push(message);
      if (isDraining) return;
      isDraining = true;
      defer(drain);
    },
    waiting: queue.count,
    close: () => {
      while (queue.shift() !== undefined);
    },
  };
};
