import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { acceptsEdge } from "../../src/buses/debounce.ts";

const accepted = (timesMs: readonly number[], debounceMs: number): readonly number[] => {
  const kept: number[] = [];
  for (const atMs of timesMs) if (acceptsEdge(kept.at(-1), atMs, debounceMs)) kept.push(atMs);
  return kept;
};

const gapsMs = fc.array(fc.nat({ max: 100 }), { minLength: 1, maxLength: 50 });
const timesOf = (gaps: readonly number[]): readonly number[] =>
  gaps.map((_, index) => gaps.slice(0, index + 1).reduce((sum, gap) => sum + gap, 0));

describe("lockout debounce", () => {
  it("counts the first of a burst and ignores the rest of it", () => {
    // A reed contact that bounces for 3 ms, twice, 100 ms apart.
    expect(accepted([0, 1, 2, 3, 100, 101, 102], 20)).toEqual([0, 100]);
  });

  it("never falls silent in a train of edges that is faster than the lockout", () => {
    // 200 edges 5 ms apart with 10 ms: every second one. A debounce that waits for rest counts one.
    const train = Array.from({ length: 200 }, (_, index) => index * 5);
    expect(accepted(train, 10)).toHaveLength(100);
  });

  it("accepts an edge exactly when the lockout ends", () => {
    expect(accepted([0, 9.999, 10], 10)).toEqual([0, 10]);
  });

  it("accepts everything when it is off, even edges whose times run backwards", () => {
    expect(accepted([5, 5, 4], 0)).toEqual([5, 5, 4]);
  });

  it("keeps accepted edges apart and drops none that is far enough from the last", () => {
    fc.assert(
      fc.property(gapsMs, fc.integer({ min: 1, max: 60 }), (gaps, debounceMs) => {
        const times = timesOf(gaps);
        const kept = accepted(times, debounceMs);
        expect(kept[0]).toBe(times[0]);
        for (const [index, atMs] of kept.entries()) {
          const before = kept[index - 1];
          if (before !== undefined) expect(atMs - before).toBeGreaterThanOrEqual(debounceMs);
        }
        for (const atMs of times) {
          const shadowing = kept.some((start) => start <= atMs && atMs - start < debounceMs);
          expect(shadowing || kept.includes(atMs)).toBe(true);
        }
      }),
    );
  });
});
