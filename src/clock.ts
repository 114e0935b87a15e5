import { hrtime } from "node:process";
import { setTimeout as timer } from "node:timers/promises";

/** Time as it is passed in to everything that needs it. */
export interface Clock {
  /** Milliseconds of CLOCK_MONOTONIC: never jumps, not even when NTP sets the wall clock by decades. */
  readonly nowMs: () => number;
  /** Milliseconds since 1970 by the wall clock; for people and for `_timestamp_seconds` metrics only. */
  readonly wallMs: () => number;
  /** Resolves after that many milliseconds, never earlier; rejects with the signal's reason as soon as that aborts. */
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}

const millisecondsPerSecond = 1000;

/** Seconds since 1970 by the wall clock, as `_timestamp_seconds` metrics have them. */
export const wallSeconds = (clock: Pick<Clock, "wallMs">): number =>
  clock.wallMs() / millisecondsPerSecond;

const nanosecondsPerMillisecond = 1e6;

const nowMs = (): number => Number(hrtime.bigint()) / nanosecondsPerMillisecond;

/**
 * Timers of Node.js cut off fractions of a millisecond and may fire up to one early; a chip that needs 8.3 ms would be
 * read too soon.
 */
const sleep: Clock["sleep"] = async (milliseconds, signal) => {
  const endMs = nowMs() + milliseconds;
  let leftMs = Math.max(0, milliseconds);
  do {
    await timer(Math.ceil(leftMs), undefined, signal === undefined ? {} : { signal }).catch(
      (error: unknown) => {
        throw signal?.aborted === true ? signal.reason : error;
      },
    );
    leftMs = endMs - nowMs();
  } while (leftMs > 0);
};

/** The machine's own clocks. hrtime is CLOCK_MONOTONIC, the clock that GPIO events are stamped with. */
export const systemClock: Clock = { nowMs, wallMs: () => Date.now(), sleep };

/** The promise's value, or undefined after that time; rejects with the signal's reason when it aborts. */
export const within = async <Value>(
  clock: Pick<Clock, "sleep">,
  milliseconds: number,
  signal: AbortSignal,
  promise: Promise<Value>,
): Promise<Value | undefined> => {
  const settled = new AbortController();
  const late = clock
    .sleep(milliseconds, AbortSignal.any([signal, settled.signal]))
    .then(() => undefined);
  try {
    return await Promise.race([promise, late]);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    settled.abort();
  }
};
