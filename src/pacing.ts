import type { Clock } from "./clock.ts";

const longestBackOffMs = 300_000;
// Part of the delay that chance decides, so that sensors failing together do not come back together.
const jitter = 0.2;

/**
 * Delay before the next try after that many failures in a row (1 and up): the interval, doubled each time, up to five
 * minutes or the interval if that is longer, less up to a fifth. `random` gives 0 up to 1.
 */
export const backOffMs = (intervalMs: number, failures: number, random: () => number): number => {
  const longestMs = Math.max(intervalMs, longestBackOffMs);
  return Math.min(longestMs, intervalMs * 2 ** (failures - 1)) * (1 - jitter * random());
};

/** Beats at a fixed interval. */
export interface Rhythm {
  /** Milliseconds until the next beat. One that is already past is skipped rather than caught up. */
  readonly untilNextMs: () => number;
  /** Lets the next beat be that many milliseconds from now. */
  readonly delay: (milliseconds: number) => void;
}

/** A rhythm whose first beat is now. */
export const createRhythm = (clock: Clock, intervalMs: number): Rhythm => {
  let beatMs = clock.nowMs();
  return {
    untilNextMs: () => {
      const nowMs = clock.nowMs();
      const missed = Math.max(0, Math.ceil((nowMs - beatMs) / intervalMs));
      beatMs += missed * intervalMs;
      if (beatMs <= nowMs) beatMs += intervalMs;
      return beatMs - nowMs;
    },
    delay: (milliseconds) => {
      beatMs = clock.nowMs() + milliseconds;
    },
  };
};

/** A sleep that can be cut short. */
export interface Waker {
  /** Ends the sleep under way, or else the next one at once. */
  readonly wake: () => void;
  /** Resolves after that time or when woken; rejects with the signal's reason once that aborts. */
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** A waker on the given clock that lives until `signal` aborts. */
export const createWaker = (clock: Clock, signal: AbortSignal): Waker => {
  let isWoken = false;
  let interrupt = () => {};
  // One listener for all sleeps: AbortSignal.any() would leave one behind for each.
  signal.addEventListener("abort", () => interrupt(), { once: true });
  return {
    wake: () => {
      isWoken = true;
      interrupt();
    },
    sleep: async (milliseconds) => {
      signal.throwIfAborted();
      if (!isWoken) {
        const cut = new AbortController();
        interrupt = () => cut.abort();
        await clock.sleep(milliseconds, cut.signal).catch(() => {});
        signal.throwIfAborted();
      }
      isWoken = false;
    },
  };
};
