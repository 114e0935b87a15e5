import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatDuration, parseDuration } from "../../src/config/durations.ts";

describe("durations", () => {
  // By hand: a day is 24 hours of 60 minutes of 60 seconds.
  it.each([
    ["0s", 0],
    ["250ms", 250],
    ["30s", 30_000],
    ["5m", 300_000],
    ["1h30m", 5_400_000],
    ["1d", 86_400_000],
    ["1d1h1m1s1ms", 90_061_001],
    ["5m5ms", 300_005],
  ])("are the sum of their parts: %s", (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it.each([
    "",
    "30",
    "s",
    "1.5s",
    "-1s",
    "+1s",
    "1 s",
    " 1s",
    "1s ",
    "1s1h",
    "1s1s",
    "1S",
    "1w",
    "1e3s",
    "٣s",
    "1s\n",
  ])("are not %j", (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it("come back from any sum of units as they were written", () => {
    const part = fc.nat({ max: 999 });
    fc.assert(
      fc.property(part, fc.nat(23), fc.nat(59), fc.nat(59), part, (d, h, m, s, ms) => {
        const written = [
          [d, "d"],
          [h, "h"],
          [m, "m"],
          [s, "s"],
          [ms, "ms"],
        ]
          .filter(([count]) => count !== 0)
          .map(([count, unit]) => `${count}${unit}`)
          .join("");
        const milliseconds = (((d * 24 + h) * 60 + m) * 60 + s) * 1000 + ms;
        const text = written === "" ? "0s" : written;
        expect(parseDuration(text)).toBe(milliseconds);
        expect(formatDuration(milliseconds)).toBe(text);
      }),
    );
  });

  it("are never found by throwing, whatever the text", () => {
    const nearly = fc.string({ unit: fc.constantFrom(..."0123456789dhms.- ") });
    fc.assert(
      fc.property(fc.oneof(fc.string(), nearly), (text) => {
        const milliseconds = parseDuration(text);
        expect(milliseconds === undefined || Number.isFinite(milliseconds)).toBe(true);
      }),
    );
  });
});
