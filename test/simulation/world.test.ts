import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { definitionOf, quantityByName, quantityNames } from "../../src/quantities.ts";
import { createRandom, hashOf } from "../mocks/random.ts";
import { createEnvironment } from "../mocks/world.ts";

const noon = Date.UTC(2026, 5, 21, 12);

const worldAt = (wallMs: () => number, seed = 1) => ({
  around: (sensor: string) => createEnvironment(sensor, { seed, nowMs: () => 0, wallMs }),
});

describe("the simulated world", () => {
  it("is the same for the same seed and time, and another for another seed", () => {
    const value = (seed: number) =>
      worldAt(() => noon, seed)
        .around("attic")
        .value("temperatureCelsius");
    expect(value(7)).toBe(value(7));
    expect(value(7)).not.toBe(value(8));
  });

  it("differs from sensor to sensor and from channel to channel", () => {
    const world = worldAt(() => noon);
    const values = [
      world.around("attic").value("voltageVolts"),
      world.around("cellar").value("voltageVolts"),
      world.around("attic").value("voltageVolts", "battery"),
    ];
    expect(new Set(values).size).toBe(3);
  });

  it("is warmer in the afternoon than before sunrise", () => {
    let wallMs = Date.UTC(2026, 5, 21, 15);
    const attic = worldAt(() => wallMs).around("attic");
    const afternoon = attic.value("temperatureCelsius");
    wallMs = Date.UTC(2026, 5, 21, 3);
    expect(afternoon - attic.value("temperatureCelsius")).toBeGreaterThan(5);
  });

  it("moves between two polls", () => {
    let wallMs = noon;
    const attic = worldAt(() => wallMs).around("attic");
    const before = attic.value("temperatureCelsius");
    wallMs += 5000;
    const change = Math.abs(attic.value("temperatureCelsius") - before);
    expect(change).toBeGreaterThan(0.005);
    expect(change).toBeLessThan(1);
  });

  it("keeps every quantity within what is physically possible, for any seed and time", () => {
    const quantities = quantityNames.flatMap((name) => quantityByName(name) ?? []);
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 0, max: 4e12 }),
        fc.constantFrom(...quantities),
        (seed, wallMs, quantity) => {
          const value = worldAt(() => wallMs, seed)
            .around("attic")
            .value(quantity);
          const { minimum = -Infinity, maximum = Infinity } = definitionOf(quantity);
          expect(value).toBeGreaterThanOrEqual(minimum);
          expect(value).toBeLessThanOrEqual(maximum);
        },
      ),
    );
  });
});

describe("the random numbers", () => {
  it("begin with the published test value of 32-bit FNV-1a for a", () => {
    // draft-eastlake-fnv, appendix C: FNV-1a 32 of "a" is 0xe40c292c; of the empty string the offset basis.
    expect(hashOf("a")).toBe(0xe40c292c);
    expect(hashOf("")).toBe(0x811c9dc5);
  });

  it("lie evenly between 0 and 1", () => {
    const random = createRandom(42);
    const buckets = new Array<number>(10).fill(0);
    for (let draw = 0; draw < 10_000; draw += 1) {
      const bucket = Math.floor(random() * 10);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }
    // Ten standard deviations of a binomial with n = 10 000, p = 0.1.
    for (const count of buckets) expect(Math.abs(count - 1000)).toBeLessThan(300);
  });
});
