import type { Clock } from "../../src/clock.ts";

/** A clock whose time passes only when told to. */
export interface VirtualClock extends Clock {
  /** Lets time pass and wakes sleepers in order, each at its own moment, microtasks in between. */
  readonly advance: (milliseconds: number) => Promise<void>;
  /** Moves the wall clock alone, as NTP does. */
  readonly setWallMs: (wallMs: number) => void;
  /** Sleepers that are waiting. */
  readonly pending: () => number;
}

interface Sleeper {
  readonly atMs: number;
  readonly wake: () => void;
}

// Long enough for a chain of awaits over promises that resolve without a timer.
const settleTurns = 50;

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < settleTurns; turn += 1) await Promise.resolve();
  await new Promise<void>((resolve) => setImmediate(resolve));
};

/** A virtual clock that starts at 1000 ms of monotonic and 2026-01-01 of wall time. */
export const createVirtualClock = (): VirtualClock => {
  let nowMs = 1000;
  let wallOffsetMs = Date.UTC(2026, 0, 1) - nowMs;
  const sleepers = new Set<Sleeper>();

  const sleep = (milliseconds: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason);
      const abort = () => {
        sleepers.delete(sleeper);
        reject(signal?.reason);
      };
      const sleeper: Sleeper = {
        atMs: nowMs + Math.max(0, milliseconds),
        wake: () => {
          sleepers.delete(sleeper);
          signal?.removeEventListener("abort", abort);
          resolve();
        },
      };
      signal?.addEventListener("abort", abort, { once: true });
      sleepers.add(sleeper);
    });

  const advance = async (milliseconds: number): Promise<void> => {
    const untilMs = nowMs + milliseconds;
    await settle();
    for (;;) {
      const next = [...sleepers]
        .filter((sleeper) => sleeper.atMs <= untilMs)
        .sort((left, right) => left.atMs - right.atMs)[0];
      if (next === undefined) break;
      nowMs = Math.max(nowMs, next.atMs);
      next.wake();
      await settle();
    }
    nowMs = untilMs;
  };

  return {
    nowMs: () => nowMs,
    wallMs: () => nowMs + wallOffsetMs,
    sleep,
    advance,
    setWallMs: (wallMs) => {
      wallOffsetMs = wallMs - nowMs;
    },
    pending: () => sleepers.size,
  };
};
