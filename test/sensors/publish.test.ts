import { describe, expect, it } from "vitest";
import type { SensorConfig } from "../../src/config/config.ts";
import { SensorError } from "../../src/errors.ts";
import { createLog } from "../../src/log.ts";
import { createPublisher } from "../../src/sensors/publish.ts";
import type { RejectionReason } from "../../src/sensors/refine.ts";
import { createStore } from "../../src/store.ts";
import { createVirtualClock } from "../mocks/clock.ts";

const config: SensorConfig = {
  name: "board",
  driver: "hwmon",
  options: {},
  connection: { kind: "kernel" },
  intervalMs: 10_000,
  expiresMs: 30_000,
  labels: {},
  calibration: {},
  plausibility: {},
  alerts: {},
  derive: [],
  altitudeMeters: undefined,
};

const createBench = () => {
  const clock = createVirtualClock();
  const store = createStore({ clock, maximumSeries: 100 });
  const lines: string[] = [];
  const rejected: RejectionReason[] = [];
  const publisher = createPublisher({
    store,
    config,
    log: createLog({
      level: "debug",
      format: "logfmt",
      write: (line) => lines.push(line),
      wallMs: () => 0,
    }),
    onRejected: (reason) => rejected.push(reason),
  });
  publisher.open([
    { key: "temp1", quantity: "temperatureCelsius", labels: { channel: "temp1" } },
    { key: "temp2", quantity: "temperatureCelsius", labels: { channel: "temp2" } },
  ]);
  const values = () =>
    [...store.readings()]
      .filter(({ quantity }) => quantity !== undefined)
      .map(({ labels, value }) => [labels["channel"], value]);
  return { publisher, lines, rejected, values, nowMs: clock.nowMs };
};

describe("a channel that could not be read", () => {
  it("is counted each time and logged once, and the others are exported", () => {
    const { publisher, lines, rejected, values, nowMs } = createBench();
    const unreadable = new SensorError("bus-error", "temp2_input: EIO");
    expect(publisher.publish({ temp1: 40, temp2: unreadable }, nowMs())).toBe(true);
    publisher.publish({ temp1: 41, temp2: unreadable }, nowMs());
    expect(values()).toEqual([["temp1", 41]]);
    expect(rejected).toEqual(["unreadable", "unreadable"]);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain("reason=unreadable code=bus-error");
  });
});
