import { hrtime } from "node:process";
import { setTimeout as timer } from "node:timers/promises";

/** Time as it is passed in to everything that needs it. */
export interface Clock {
  /** Milliseconds of CLOCK_MONOTONIC: never jumps, not even when NTP sets the wall clock by decades. */
  readonly nowMs: () => number;
  /** Milliseconds since 1970 by the wall clock; for people and for `_timestamp_seconds` metrics only. */
  readonly wallMs: () => number;
  /** Resolves after that many milliseconds; rejects with the signal's reason as soon as it aborts. */
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}

const nanosecondsPerMillisecond = 1e6;

/** The machine's own clocks. hrtime is CLOCK_MONOTONIC, the clock that GPIO events are stamped with. */
export const systemClock: Clock = {
  nowMs: () => Number(hrtime.bigint()) / nanosecondsPerMillisecond,
  wallMs: () => Date.now(),
  sleep: (milliseconds, signal) =>
    timer(Math.max(0, milliseconds), undefined, signal === undefined ? {} : { signal }),
};
