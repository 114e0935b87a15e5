import type { VirtualClock } from "../mocks/clock.ts";

/** How far time may pass, and in which steps, in milliseconds. */
export interface Patience {
  readonly stepMs?: number;
  readonly limitMs?: number;
}

/** Lets virtual time pass until the promise settles; rejects as it does, or if it has not settled by the limit. */
export const runUntilSettled = async <Result>(
  clock: VirtualClock,
  promise: Promise<Result>,
  { stepMs = 0.5, limitMs = 30_000 }: Patience = {},
): Promise<Result> => {
  let isSettled = false;
  const settled = () => {
    isSettled = true;
  };
  promise.then(settled, settled);
  const deadlineMs = clock.nowMs() + limitMs;
  await clock.advance(0);
  while (!isSettled) {
    if (clock.nowMs() >= deadlineMs) throw new Error(`nothing settled within ${limitMs} ms`);
    await clock.advance(stepMs);
  }
  return await promise;
};
