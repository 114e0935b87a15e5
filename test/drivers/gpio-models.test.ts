import { describe, expect, it } from "vitest";
import { acceptsEdge } from "../../src/buses/debounce.ts";
import { driver as digitalInput } from "../../src/drivers/gpio/digital-input.ts";
import { driver as pulseCounter } from "../../src/drivers/gpio/pulse-counter.ts";
import type { Quantity } from "../../src/quantities.ts";
import { model as digitalInputModel } from "../mocks/chips/digital-input.ts";
import { model as pulseCounterModel } from "../mocks/chips/pulse-counter.ts";
import type { GpioModel } from "../mocks/model.ts";
import { createRandom } from "../mocks/random.ts";

interface Change {
  readonly level: 0 | 1;
  readonly atMs: number;
}

/** A world in which one quantity has a value and nothing else is known. */
const worldOf = (known: Quantity, value: number) => ({
  nowMs: () => 0,
  value: (quantity: Quantity) => (quantity === known ? value : Number.NaN),
});

/** Changes of level within that time, none of them left out. */
const changesWithin = (
  model: GpioModel,
  options: unknown,
  untilMs: number,
  environment = worldOf("ratePerSecond", 1),
): readonly Change[] => {
  const levels = model.levels(environment, options, createRandom(3));
  const changes: Change[] = [];
  let atMs = 0;
  let before: 0 | 1 | undefined;
  while (atMs < untilMs) {
    const { level, forMs } = levels.next().value;
    if (before !== undefined && level !== before) changes.push({ level, atMs });
    before = level;
    atMs += forMs;
  }
  return changes;
};

/** What is left of the changes after a lockout, as a backend that watches the chosen edges would report. */
const debounced = (
  changes: readonly Change[],
  edges: "rising" | "falling" | "both",
  debounceMs: number,
): readonly Change[] => {
  let lastMs: number | undefined;
  return changes.filter(({ level, atMs }) => {
    const isWatched = edges === "both" || (edges === "rising") === (level === 1);
    if (!isWatched || !acceptsEdge(lastMs, atMs, debounceMs)) return false;
    lastMs = atMs;
    return true;
  });
};

const hourMs = 3_600_000;

describe("the simulated pulse counter", () => {
  // 3600 W are one watt-hour in a second; 0.8 L/s are 2880 L in an hour.
  it.each([
    { counts: { energy: "1Wh" }, world: worldOf("powerWatts", 3600), pulses: 3600 },
    { counts: { volume: "10L" }, world: worldOf("flowLitersPerSecond", 0.8), pulses: 288 },
    { counts: {}, world: worldOf("ratePerSecond", 2), pulses: 7200 },
  ])("turns as fast as the world around it for $counts", ({ counts, world, pulses }) => {
    const options = pulseCounter.options.parse({ counts });
    const changes = changesWithin(pulseCounterModel, options, hourMs, world);
    expect(Math.abs(debounced(changes, "falling", 0).length - pulses)).toBeLessThanOrEqual(1);
  });

  it("rests at the level that the counted edge leaves", () => {
    const first = (edge: string) =>
      changesWithin(pulseCounterModel, pulseCounter.options.parse({ edge }), 10_000)[0]?.level;
    expect(first("falling")).toBe(0);
    expect(first("rising")).toBe(1);
  });

  it("gives half the pulses to a counter of both edges", () => {
    const options = pulseCounter.options.parse({ edge: "both", counts: { energy: "0.5Wh" } });
    const changes = changesWithin(pulseCounterModel, options, hourMs, worldOf("powerWatts", 3600));
    expect(Math.abs(debounced(changes, "both", 0).length - 7200)).toBeLessThanOrEqual(2);
  });

  it("tips the rain gauge at random, with bounces that a debounce of 20 ms takes away", () => {
    const options = pulseCounter.options.parse({ counts: { rain: "0.2794mm" } });
    const world = worldOf("rainRateMillimetersPerHour", 60);
    const changes = changesWithin(pulseCounterModel, options, hourMs, world);
    const raw = debounced(changes, "falling", 0);
    const tips = debounced(changes, "falling", 20);
    expect(raw.length).toBeGreaterThan(tips.length * 1.5);
    // 60 mm are 215 tips; the square root of that is one standard deviation of such a count.
    expect(tips.length).toBeGreaterThan(215 - 4 * Math.sqrt(215));
    expect(tips.length).toBeLessThan(215 + 4 * Math.sqrt(215));
    const gaps = tips.map(({ atMs }, index) => atMs - (tips[index - 1]?.atMs ?? -Infinity));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(800);
  });

  it("is seen to count even where nothing flows", () => {
    const options = pulseCounter.options.parse({ counts: { volume: "1L" } });
    const changes = changesWithin(
      pulseCounterModel,
      options,
      hourMs,
      worldOf("flowLitersPerSecond", 0),
    );
    expect(debounced(changes, "falling", 0).length).toBeGreaterThanOrEqual(119);
  });
});

describe("the simulated digital input", () => {
  it("bounces as a door contact, and not after a debounce of 20 ms", () => {
    const options = digitalInput.options.parse({ reads: "contact_open" });
    const changes = changesWithin(digitalInputModel, options, 24 * hourMs);
    const clean = debounced(changes, "both", 20);
    expect(changes.length).toBeGreaterThan(clean.length * 1.5);
    const settled = clean.map(({ atMs }, index) => atMs - (clean[index - 1]?.atMs ?? -Infinity));
    expect(Math.min(...settled)).toBeGreaterThan(1000);
  });

  it("presses a button for less than half a second", () => {
    const options = digitalInput.options.parse({ reads: "button_pressed" });
    const clean = debounced(changesWithin(digitalInputModel, options, hourMs), "both", 20);
    const firstPress = clean.findIndex(({ level }) => level === 1);
    const [press, release] = clean.slice(firstPress);
    expect((release?.atMs ?? Infinity) - (press?.atMs ?? 0)).toBeLessThan(500);
  });

  it("does not bounce as an electronic detector", () => {
    const options = digitalInput.options.parse({ reads: "motion_detected" });
    const changes = changesWithin(digitalInputModel, options, 24 * hourMs);
    expect(debounced(changes, "both", 20)).toEqual(changes);
  });
});
