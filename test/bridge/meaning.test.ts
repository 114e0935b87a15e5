import { describe, expect, it } from "vitest";
import { compileMeasure, type Meaning } from "../../src/bridge/meaning.ts";

const measured = (meaning: Meaning, published: unknown) => compileMeasure(meaning)(published);
const temperature = { quantity: "temperatureCelsius" } as const;

describe("a published value", () => {
  // By hand: (83.2 - 32) / 1.8, 29.87 × 3386.389, 94736 W·min × 60.
  it.each([
    [{ ...temperature, unit: "°F" }, "83.2", 28.4444444444444],
    [{ quantity: "pressurePascals", unit: "inHg" }, 29.87, 101_151.43943],
    [{ quantity: "energyJoulesTotal", unit: "J", scale: 60 }, 94_736, 5_684_160],
    [{ ...temperature, scale: 0.1, offset: -40 }, 650, 25],
    [{ quantity: "switchOn" }, "ON", 1],
    [{ quantity: "switchOn" }, false, 0],
    [{ quantity: "switchOn" }, "0", 0],
    [{ quantity: "contactOpen", words: { true: 0, false: 1 } }, false, 1],
    [{ quantity: "value", words: { heating: 1, idle: 0 } }, " Heating", 1],
  ] satisfies readonly (readonly [Meaning, unknown, number])[])(
    "is a number in the base unit: %j, %j",
    (meaning, published, expected) => {
      expect(measured(meaning, published)).toBeCloseTo(expected, 9);
    },
  );

  it("has no noise of binary arithmetic, and no digit less than was published", () => {
    expect(measured({ ...temperature, unit: "K" }, 291.26)).toBe(18.11);
    expect(measured({ quantity: "relativeHumidityRatio", unit: "%" }, "47.6")).toBe(0.476);
    expect(measured(temperature, "20.43000030517578")).toBe(20.43000030517578);
    expect(measured({ quantity: "eventsTotal" }, "2388567644042")).toBe(2_388_567_644_042);
  });

  it.each([
    [temperature, null, "no-value"],
    [temperature, "", "no-value"],
    [temperature, "unavailable", "no-value"],
    [{ ...temperature, absent: [-127] }, "-127", "no-value"],
    [temperature, "21.5 °C", "not-a-number"],
    [temperature, true, "not-a-number"],
    [temperature, [21.5], "wrong-type"],
    [temperature, { value: 21.5 }, "wrong-type"],
    [temperature, Number.POSITIVE_INFINITY, "not-finite"],
    // Below absolute zero, and above all of something.
    [temperature, -300, "out-of-range"],
    [{ quantity: "relativeHumidityRatio", unit: "%" }, 101, "out-of-range"],
    [{ quantity: "switchOn" }, "toggle", "unknown-word"],
    [{ quantity: "switchOn" }, 2, "out-of-range"],
    [{ quantity: "value", words: { toString: 1 } }, "constructor", "unknown-word"],
  ] satisfies readonly (readonly [Meaning, unknown, string])[])(
    "is refused with a reason: %j, %j",
    (meaning, published, reason) => {
      expect(measured(meaning, published)).toBe(reason);
    },
  );

  it("needs a unit that its quantity has", () => {
    expect(() => compileMeasure({ ...temperature, unit: "kWh" })).toThrow("unknown unit kWh");
  });
});
