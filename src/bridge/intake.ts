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

/** What waits, oldest first, and for each topic its oldest. */
const createQueue = () => {
  const entries: Entry[] = [];
  const topics = new Map<string, { oldest: Entry; newest: Entry }>();
  let first = 0;
  let count = 0;
  let bytes = 0;

  const forget = (entry: Entry, topic: string, length: number) => {
    entry.message = undefined;
    count -= 1;
    bytes -= length;
    const line = topics.get(topic);
    if (line === undefined) return;
    if (entry.later === undefined) topics.delete(topic);
    else line.oldest = entry.later;
  };
  const compact = () => {
    // Those that were dropped leave gaps, and those that were taken a beginning that is not used any more.
    if (entries.length < 4096 || entries.length < 4 * count) return;
    const left = entries.slice(first).filter(({ message }) => message !== undefined);
    entries.length = 0;
    entries.push(...left);
    first = 0;
  };
  const shift = (): Message | undefined => {
    while (first < entries.length) {
      const entry = entries[first];
      first += 1;
      const message = entry?.message;
      if (entry === undefined || message === undefined) continue;
      forget(entry, message.topic, message.payload.length);
      compact();
      return message;
    }
    entries.length = 0;
    first = 0;
    return undefined;
  };
  return {
    push: (message: Message) => {
      const entry: Entry = { message, later: undefined };
      entries.push(entry);
      count += 1;
      bytes += message.payload.length;
      const line = topics.get(message.topic);
      if (line === undefined) topics.set(message.topic, { oldest: entry, newest: entry });
      else {
        line.newest.later = entry;
        line.newest = entry;
      }
    },
    shift,
    /** Drops the oldest message of a topic; false if none waits. */
    dropOldestOf: (topic: string): boolean => {
      const entry = topics.get(topic)?.oldest;
      if (entry?.message === undefined) return false;
      forget(entry, topic, entry.message.payload.length);
      compact();
      return true;
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
 * the same topic is dropped, whose value is over anyway; else the oldest of all.
 */
export const createIntake = ({
  clock,
  limits,
  take,
  dropped,
  defer = setImmediate,
  signal,
}: {
  readonly clock: Pick<Clock, "nowMs" | "sleep">;
  readonly limits: { readonly queue: number; readonly messagesPerSecond: number };
  readonly take: (message: Message) => void;
  /** Told of each message that found no room. */
  readonly dropped: () => void;
  /** Runs a task once the event loop has had a turn. */
  readonly defer?: (task: () => void) => unknown;
  readonly signal: AbortSignal;
}): Intake => {
  const queue = createQueue();
  let isDraining = false;
  let tokens = limits.messagesPerSecond;
  let tokensMs = clock.nowMs();

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
    isDraining = isMore && !signal.aborted;
    if (!isDraining) return;
    if (tokens >= 1) defer(drain);
    else clock.sleep(pauseMs, signal).then(drain, () => {});
  };

  return {
    offer: (message) => {
      if (signal.aborted) return;
      const isFull = queue.count() >= limits.queue || queue.bytes() >= maximumBytes;
      if (isFull) {
        if (!queue.dropOldestOf(message.topic)) queue.shift();
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
