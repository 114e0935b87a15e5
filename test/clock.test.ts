import { describe, expect, it } from "vitest";
import { systemClock } from "../src/clock.ts";

describe("the system's clock", () => {
  it.each([0.4, 1.7, 2, 8.3])("never wakes before %d ms have passed", async (milliseconds) => {
    for (let round = 0; round < 20; round += 1) {
      const startedMs = systemClock.nowMs();
      await systemClock.sleep(milliseconds);
      expect(systemClock.nowMs() - startedMs).toBeGreaterThanOrEqual(milliseconds);
    }
  });

  it("stops sleeping when told to", async () => {
    const stop = new AbortController();
    const slept = systemClock.sleep(60_000, stop.signal);
    stop.abort(new Error("stopping"));
    await expect(slept).rejects.toThrow("stopping");
  });

  it("does not sleep at all once it was told to stop", async () => {
    const stopped = AbortSignal.abort(new Error("stopping"));
    await expect(systemClock.sleep(60_000, stopped)).rejects.toThrow("stopping");
  });
});
