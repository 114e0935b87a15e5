import type { Sleep } from "./driver.ts";

/** How long a driver is willing to wait for a chip beyond the time that its datasheet promises. */
export interface Grace {
  readonly sleep: Sleep;
  /** Wait between two questions, in milliseconds. */
  readonly stepMs: number;
  /** Waits before it gives up, so that a dead chip costs a bounded time. */
  readonly steps: number;
}

/** Asks `isReady` at once and again after each step; false if the chip was not ready after the last one. */
export const becomesReady = async (
  isReady: () => Promise<boolean>,
  { sleep, stepMs, steps }: Grace,
): Promise<boolean> => {
  for (let step = 0; step < steps; step += 1) {
    if (await isReady()) return true;
    await sleep(stepMs);
  }
  return await isReady();
};
