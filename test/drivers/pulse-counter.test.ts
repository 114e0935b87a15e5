import { describe, expect, it } from "vitest";
import { driver } from "../../src/drivers/gpio/pulse-counter.ts";

/** What the driver delivers after that many pulses. */
const readingsAfter = (pulses: number, configured: unknown = {}) => {
  const options = driver.options.parse(configured);
  let state = driver.initial(options, { level: 1, atMs: 0 });
  for (let pulse = 1; pulse <= pulses; pulse += 1) {
    state = driver.reduce(state, { level: 0, atMs: pulse }, options);
  }
  const [, readings] = driver.read(state, { level: 1, atMs: pulses + 1 }, options);
  return readings;
};

/** What is wrong with a configuration: path and message of the first issue, or undefined. */
const problemOf = (configured: unknown): string | undefined => {
  const issue = driver.options.safeParse(configured).error?.issues[0];
  return issue === undefined ? undefined : `${issue.path.join(".")}: ${issue.message}`;
};

describe("a pulse counter", () => {
  it("counts every edge that it is given, from zero", () => {
    expect(readingsAfter(0)).toEqual({ pulsesTotal: 0 });
    expect(readingsAfter(3)).toEqual({ pulsesTotal: 3 });
  });

  it("counts a pulse that was over before its level could be read", () => {
    const options = driver.options.parse({ edge: "falling" });
    const state = driver.initial(options, { level: 1, atMs: 0 });
    const counted = driver.reduce(state, { level: 1, atMs: 1 }, options);
    expect(driver.read(counted, { level: 1, atMs: 2 }, options)[1]).toEqual({ pulsesTotal: 1 });
  });

  // Computed by hand: 1 Wh = 3600 J, 1 m³ = 1000 L, 1 in = 25.4 mm, 1 US gallon = 231 in³ = 3.785411784 L.
  it.each([
    { counts: { rain: "0.2794mm" }, pulses: 10, key: "rainMillimetersTotal", total: 2.794 },
    { counts: { rain: "0.01 in" }, pulses: 4, key: "rainMillimetersTotal", total: 1.016 },
    { counts: { energy: "1Wh" }, pulses: 1000, key: "energyJoulesTotal", total: 3_600_000 },
    { counts: { energy: "0.5 Wh" }, pulses: 3, key: "energyJoulesTotal", total: 5400 },
    { counts: { volume: "2.5L" }, pulses: 3, key: "volumeLitersTotal", total: 7.5 },
    { counts: { volume: "1gal" }, pulses: 1, key: "volumeLitersTotal", total: 3.785411784 },
    { counts: { gas_volume: "0.01m³" }, pulses: 100, key: "gasVolumeLitersTotal", total: 1000 },
  ])("counts $pulses pulses of $counts as $total in the base unit", (example) => {
    const readings = readingsAfter(example.pulses, { counts: example.counts });
    expect(readings).toHaveProperty("pulsesTotal", example.pulses);
    expect(readings[example.key]).toBeCloseTo(example.total, 9);
  });

  it("does not drift away from pulses times amount", () => {
    // Adding 0.1 one hundred thousand times in doubles gives 10000.000000018848.
    const { rainMillimetersTotal } = readingsAfter(100_000, { counts: { rain: "0.1mm" } });
    expect(rainMillimetersTotal).toBe(10_000);
  });

  it("counts several quantities from the same pulses", () => {
    const counts = { volume: "10L", energy: "1kWh" };
    expect(readingsAfter(2, { counts })).toEqual({
      pulsesTotal: 2,
      volumeLitersTotal: 20,
      energyJoulesTotal: 7_200_000,
    });
    expect(driver.measurements?.(driver.options.parse({ counts })).map(({ key }) => key)).toEqual(
      expect.arrayContaining(["pulsesTotal", "volumeLitersTotal", "energyJoulesTotal"]),
    );
  });

  it("asks for the edge that is configured, the falling one unless told", () => {
    expect(driver.edges(driver.options.parse({}))).toBe("falling");
    expect(driver.edges(driver.options.parse({ edge: "both" }))).toBe("both");
    expect(problemOf({ edge: "up" })).toMatch(/^edge: .*rising/);
  });

  it("does not ask to be read at every pulse", () => {
    expect(driver.publishesEdges).toBe(false);
  });

  it.each(["reign", "temperature", "pulses", "activations", "on_time", "data_transferred"])(
    "refuses to count %s, and names what can be counted",
    (name) => {
      expect(problemOf({ counts: { [name]: "1" } })).toMatch(
        /^counts: can be counted from pulses: .*energy.*volume.*rain/,
      );
    },
  );

  it.each([
    { amount: "0.2794", what: "a number without a unit" },
    { amount: 0.2794, what: "a number that YAML has read" },
    { amount: "0mm", what: "nothing" },
    { amount: "-1mm", what: "less than nothing" },
    { amount: "1e300mm", what: "more than fits a total" },
  ])("refuses $what as an amount", ({ amount }) => {
    expect(problemOf({ counts: { rain: amount } })).toMatch(
      /^counts\.rain: must be an amount above 0 per pulse, with its unit \(mm, /,
    );
  });

  it.each([
    { amount: "1Wh", complaint: /"Wh" is not a unit of rain: use mm, / },
    { amount: "much", complaint: /"much" is not a number/ },
    { amount: "", complaint: /"" is not a number/ },
  ])("says what is wrong with the amount $amount", ({ amount, complaint }) => {
    expect(problemOf({ counts: { rain: amount } })).toMatch(complaint);
  });

  it("refuses counts that are no mapping", () => {
    expect(problemOf({ counts: "1L" })).toMatch(/^counts: .*object/);
  });

  it("refuses keys that it does not know", () => {
    expect(driver.options.safeParse({ amount: "1L" }).success).toBe(false);
  });
});
