import { describe, expect, it } from "vitest";
import { createTokenBucket } from "../../src/http/token-bucket.ts";

const bucketAt = (times: readonly number[], intervalMs: number, burst: number): string => {
  let nowMs = 0;
  const take = createTokenBucket({ intervalMs, burst }, { nowMs: () => nowMs });
  return times
    .map((timeMs) => {
      nowMs = timeMs;
      return take() ? "y" : "n";
    })
    .join("");
};

/** Hand-worked: a full bucket of `burst`, one token more after each interval, never above `burst`. */
describe("a rate limit", () => {
  it.each([
    { times: [0, 0, 0, 0], burst: 3, expected: "yyyn" },
    { times: [0, 0, 999, 1000, 1000], burst: 2, expected: "yynyn" },
    { times: [0, 500, 1000, 1500, 2000], burst: 1, expected: "ynyny" },
    { times: [0, 0, 0, 1_000_000, 1_000_000, 1_000_000, 1_000_000], burst: 3, expected: "yyyyyyn" },
  ])("lets $expected through at $times with a burst of $burst", ({ times, burst, expected }) => {
    expect(bucketAt(times, 1000, burst)).toBe(expected);
  });
});
