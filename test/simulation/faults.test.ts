import { describe, expect, it } from "vitest";
import { createFaultSchedule } from "../mocks/faults.ts";

const schedule = (faults: Parameters<typeof createFaultSchedule>[0]) => {
  let nowMs = 5000;
  const { of } = createFaultSchedule(faults, { nowMs: () => nowMs, startedMs: 5000 });
  return (elapsedMs: number, sensor = "attic") => {
    nowMs = 5000 + elapsedMs;
    return of(sensor);
  };
};

describe("a fault on order", () => {
  it("begins and ends at its time, for its sensor only", () => {
    const at = schedule([{ sensor: "attic", fault: "unplugged", afterMs: 1000, forMs: 500 }]);
    expect([999, 1000, 1499, 1500].map((ms) => at(ms))).toEqual([
      undefined,
      "unplugged",
      "unplugged",
      undefined,
    ]);
    expect(at(1200, "cellar")).toBeUndefined();
  });

  it("lasts for ever without an end", () => {
    const at = schedule([{ sensor: "attic", fault: "stuck-value", afterMs: 0 }]);
    expect(at(1e9)).toBe("stuck-value");
  });

  it("comes again in its rhythm", () => {
    const at = schedule([
      { sensor: "attic", fault: "bad-crc", afterMs: 1000, forMs: 200, everyMs: 1000 },
    ]);
    expect([1100, 1300, 2100, 2300, 9100].map((ms) => at(ms))).toEqual([
      "bad-crc",
      undefined,
      "bad-crc",
      undefined,
      "bad-crc",
    ]);
  });
});
