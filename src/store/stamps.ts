import type { Clock } from "../clock.ts";

/** Moments of the monotonic clock that are shown by the wall clock, however often that is set. */
export interface Stamps<Stamped> {
  /** What the wall clock shows now for a moment, in seconds since 1970, to the millisecond. */
  readonly secondsAt: (atMs: number) => number;
  /** Has it written anew when the wall clock was set. */
  readonly follow: (stamped: Stamped) => void;
  readonly forget: (stamped: Stamped) => void;
  /** Writes everything anew if the wall clock was set since; else does next to nothing. */
  readonly update: () => void;
}

// NTP slews by less than half a millisecond a second; more than this is a clock that was set.
const toleranceMs = 1000;
const millisecondsPerSecond = 1000;

/** Nothing followed yet; `write` shows a moment anew. */
export const createStamps = <Stamped>(
  { nowMs, wallMs }: Pick<Clock, "nowMs" | "wallMs">,
  write: (stamped: Stamped) => void,
): Stamps<Stamped> => {
  const followed = new Set<Stamped>();
  const offsetMs = () => wallMs() - nowMs();
  let knownOffsetMs = offsetMs();
  return {
    secondsAt: (atMs) => Math.round(offsetMs() + atMs) / millisecondsPerSecond,
    follow: (stamped) => {
      followed.add(stamped);
    },
    forget: (stamped) => {
      followed.delete(stamped);
    },
    update: () => {
      const foundMs = offsetMs();
      if (Math.abs(foundMs - knownOffsetMs) <= toleranceMs) return;
      knownOffsetMs = foundMs;
      for (const stamped of followed) write(stamped);
    },
  };
};
