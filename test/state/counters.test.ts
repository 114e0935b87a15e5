import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseCounters, renderCounters } from "../../src/state/counters.ts";

const entry = { sensor: "rain", measurement: "pulses", metric: "sensor_pulses_total", value: 42 };
const fileWith = (...counters: readonly unknown[]): string =>
  JSON.stringify({ format: "sensor-exporter counters", version: 1, counters });

describe("the file of counters", () => {
  it("can be read and edited by people", () => {
    expect(renderCounters([entry])).toBe(`{
  "format": "sensor-exporter counters",
  "version": 1,
  "counters": [
    {
      "sensor": "rain",
      "measurement": "pulses",
      "metric": "sensor_pulses_total",
      "value": 42
    }
  ]
}
`);
  });

  it("gives back every total that was written", () => {
    const total = fc.record({
      sensor: fc.string({ maxLength: 100 }),
      measurement: fc.string({ maxLength: 100 }),
      metric: fc.string({ maxLength: 100 }),
      value: fc.double({ min: 0, max: Number.MAX_SAFE_INTEGER, noNaN: true }),
    });
    const totals = fc.uniqueArray(total, {
      selector: ({ sensor, measurement, metric }) => JSON.stringify([sensor, measurement, metric]),
    });
    fc.assert(
      fc.property(totals, (given) => {
        expect(parseCounters(renderCounters(given))).toEqual({ totals: given, dropped: 0 });
      }),
    );
  });

  it("never throws, whatever it holds", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.anything().map(fileWith)), (text) => {
        parseCounters(text);
      }),
    );
  });

  it.each([
    { what: "an empty one", text: "", problem: "it is empty" },
    { what: "blanks", text: " \n", problem: "it is empty" },
    {
      what: "zeros, as after a loss of power",
      text: "\0".repeat(80),
      problem: "it is cut off or not JSON",
    },
    {
      what: "half of one",
      text: renderCounters([entry]).slice(0, 60),
      problem: "it is cut off or not JSON",
    },
    {
      what: "another program's",
      text: '{"counters": []}',
      problem: "it is of another program or another version",
    },
    { what: "no object", text: "null", problem: "it is of another program or another version" },
    {
      what: "an older version's",
      text: '{"format": "sensor-exporter counters", "version": 0, "counters": []}',
      problem: "it is of another program or another version",
    },
    {
      what: "a later version's",
      text: '{"format": "sensor-exporter counters", "version": 2, "counters": []}',
      problem: "it is of another program or another version",
    },
  ])("is not used if it is $what", ({ text, problem }) => {
    expect(parseCounters(text)).toBe(problem);
  });

  it.each([
    ["a negative value", { ...entry, value: -1 }],
    ["a value as text", { ...entry, value: "42" }],
    ["no value", { ...entry, value: null }],
    ["a value that no double can count from", { ...entry, value: 2 ** 53 }],
    ["no sensor", { ...entry, sensor: undefined }],
    ["an endless name", { ...entry, sensor: "x".repeat(10_000) }],
    ["no entry at all", "rain"],
  ])("loses only the entry with %s", (_what, bad) => {
    expect(parseCounters(fileWith(bad, { ...entry, sensor: "gas" }))).toEqual({
      totals: [{ ...entry, sensor: "gas" }],
      dropped: 1,
    });
  });

  it("loses only the entry with a value beyond all doubles", () => {
    const text = fileWith(entry).replace("42", "1e999");
    expect(parseCounters(text)).toEqual({ totals: [], dropped: 1 });
  });

  it.each([
    [1, 2],
    [2, 1],
  ])("counts the larger of two entries for one counter (%d, %d)", (first, second) => {
    const text = fileWith({ ...entry, value: first }, { ...entry, value: second });
    expect(parseCounters(text)).toEqual({ totals: [{ ...entry, value: 2 }], dropped: 1 });
  });

  it("ignores what a later version may add to an entry", () => {
    expect(parseCounters(fileWith({ ...entry, color: "red" }))).toEqual({
      totals: [entry],
      dropped: 0,
    });
  });

  it("holds ten thousand counters at most and gives up the ones not counted for longest", () => {
    const totals = Array.from({ length: 10_002 }, (_, index) => ({ ...entry, sensor: `${index}` }));
    const parsed = parseCounters(renderCounters(totals));
    if (typeof parsed === "string") throw new Error(parsed);
    expect(parsed.totals).toHaveLength(10_000);
    expect(parsed.totals[0]?.sensor).toBe("2");
  });
});
