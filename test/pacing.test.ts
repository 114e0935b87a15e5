import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backOffMs, createRhythm, createWaker } from "../src/pacing.ts";
import { createVirtualClock } from "./mocks/clock.ts";

const withoutJitter = () => 0;

describe("back-off", () => {
  it("doubles from the interval up to five minutes", () => {
    const delays = [1, 2, 3, 4, 5, 6, 20].map((failures) =>
      backOffMs(30_000, failures, withoutJitter),
    );
    expect(delays).toEqual([30_000, 60_000, 120_000, 240_000, 300_000, 300_000, 300_000]);
  });

  it("never tries a slow sensor more often than it is polled", () => {
    expect(backOffMs(3_600_000, 1, withoutJitter)).toBe(3_600_000);
    expect(backOffMs(3_600_000, 9, withoutJitter)).toBe(3_600_000);
  });

  it("takes off up to a fifth, as chance decides", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 86_400_000 }),
        fc.integer({ min: 1, max: 2_000 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (intervalMs, failures, chance) => {
          const longest = backOffMs(intervalMs, failures, withoutJitter);
          const delay = backOffMs(intervalMs, failures, () => chance);
          expect(delay).toBeGreaterThanOrEqual(0.8 * longest);
          expect(delay).toBeLessThanOrEqual(longest);
        },
      ),
    );
  });
});

describe("a rhythm", () => {
  it("keeps to its beats however long the work in between takes", async () => {
    const clock = createVirtualClock();
    const rhythm = createRhythm(clock, 1000);
    await clock.advance(300);
    expect(rhythm.untilNextMs()).toBe(700);
    await clock.advance(700 + 450);
    expect(rhythm.untilNextMs()).toBe(550);
  });

  it("skips the beats that were missed", async () => {
    const clock = createVirtualClock();
    const rhythm = createRhythm(clock, 1000);
    await clock.advance(3_400);
    expect(rhythm.untilNextMs()).toBe(600);
  });

  it("goes on from the moment it was delayed to", async () => {
    const clock = createVirtualClock();
    const rhythm = createRhythm(clock, 1000);
    rhythm.delay(5_000);
    expect(rhythm.untilNextMs()).toBe(5_000);
    await clock.advance(5_100);
    expect(rhythm.untilNextMs()).toBe(900);
  });
});

describe("a waker", () => {
  const setUp = () => {
    const clock = createVirtualClock();
    const stop = new AbortController();
    return { clock, stop, waker: createWaker(clock, stop.signal) };
  };

  it("sleeps its time when nobody wakes it", async () => {
    const { clock, waker } = setUp();
    let awakeMs = 0;
    const slept = waker.sleep(1000).then(() => {
      awakeMs = clock.nowMs();
    });
    const startedMs = clock.nowMs();
    await clock.advance(2000);
    await slept;
    expect(awakeMs - startedMs).toBe(1000);
  });

  it("ends the sleep under way", async () => {
    const { clock, waker } = setUp();
    const slept = waker.sleep(60_000);
    await clock.advance(10);
    waker.wake();
    await slept;
    expect(clock.pending()).toBe(0);
  });

  it("ends the next sleep at once if nobody slept, and only that one", async () => {
    const { clock, waker } = setUp();
    waker.wake();
    waker.wake();
    await waker.sleep(60_000);
    let isAwake = false;
    const slept = waker.sleep(1000).then(() => {
      isAwake = true;
    });
    await clock.advance(999);
    expect(isAwake).toBe(false);
    await clock.advance(1);
    await slept;
  });

  it("rejects with the reason of the stop, asleep or not", async () => {
    const { stop, waker } = setUp();
    const slept = waker.sleep(60_000);
    stop.abort(new Error("stopping"));
    await expect(slept).rejects.toThrow("stopping");
    await expect(waker.sleep(1)).rejects.toThrow("stopping");
  });
});
