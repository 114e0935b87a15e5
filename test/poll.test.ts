import { describe, expect, it } from "vitest";
import type { SensorConfig } from "../src/config/config.ts";
import { SensorError } from "../src/errors.ts";
import { createLog } from "../src/log.ts";
import { startPolling } from "../src/poll.ts";
import type { Readings } from "../src/reading.ts";
import { createPublisher } from "../src/sensors/publish.ts";
import type { Sensor } from "../src/sensors/sensor.ts";
import { openVitalSigns } from "../src/sensors/vital-signs.ts";
import { createStore } from "../src/store.ts";
import { createVirtualClock } from "./mocks/clock.ts";

const config: SensorConfig = {
  name: "attic",
  driver: "sht4x",
  connection: { kind: "i2c", bus: 1, address: 0x44 },
  intervalMs: 10_000,
  expiresMs: 30_000,
  labels: { room: "attic" },
  calibration: {},
  plausibility: {},
  alerts: {},
  derive: [],
  options: {},
};

/** A sensor whose every poll does what the test says next; `undefined` repeats the last. */
const setUp = (
  read: (poll: number, signal: AbortSignal) => Promise<Readings>,
  overrides: Partial<SensorConfig> = {},
  sensorOverrides: Partial<Sensor> = {},
) => {
  const clock = createVirtualClock();
  const events: string[] = [];
  const lines: string[] = [];
  const sensorConfig = { ...config, ...overrides };
  const store = createStore({ clock, maximumSeries: 100 });
  const vitalSigns = openVitalSigns({ store, clock, config: sensorConfig, observePoll: () => {} });
  let polls = 0;
  const sensor: Sensor = {
    name: sensorConfig.name,
    driver: sensorConfig.driver,
    setUp: async () => {
      events.push(`setUp@${clock.nowMs() - 1000}`);
      return {
        measurements: [
          { key: "t", quantity: "temperatureCelsius", minimum: -40, maximum: 125 },
          { key: "h", quantity: "relativeHumidityRatio" },
        ],
        info: { bus: "1", address: "0x44" },
      };
    },
    read: (signal) => {
      events.push(`read@${clock.nowMs() - 1000}`);
      polls += 1;
      return read(polls, signal);
    },
    close: async () => {
      events.push("close");
    },
    ...sensorOverrides,
  };
  const log = createLog({
    level: "info",
    format: "logfmt",
    write: (line) => lines.push(line),
    wallMs: clock.wallMs,
  });
  const onRejected = vitalSigns.rejected;
  const close = startPolling({
    sensor,
    config: sensorConfig,
    clock,
    random: () => 0,
    vitalSigns,
    publisher: createPublisher({ store, config: sensorConfig, log, onRejected }),
    log,
  });
  const values = () =>
    Object.fromEntries(
      [...store.readings()].map(({ family, labels, value }) => {
        const { code, reason } = labels;
        return [[family.name, code, reason].filter((part) => part !== undefined).join("/"), value];
      }),
    );
  return { clock, close, events, lines, store, values };
};

const noAcknowledge = () => Promise.reject(new SensorError("no-acknowledge", "0x44 is silent"));

describe("the poll loop", () => {
  it("sets the sensor up once, reads it at once and then at its interval", async () => {
    const { clock, close, events } = setUp(async () => ({ t: 20 }));
    await clock.advance(25_000);
    await close();
    expect(events).toEqual(["setUp@0", "read@0", "read@10000", "read@20000", "close"]);
  });

  it("keeps its rhythm although each poll takes a while", async () => {
    const { clock, close, events } = setUp(async () => {
      await clock.sleep(700);
      return { t: 20 };
    });
    await clock.advance(25_000);
    await close();
    expect(events.filter((event) => event.startsWith("read"))).toEqual([
      "read@0",
      "read@10000",
      "read@20000",
    ]);
  });

  it("publishes what was read, with the user's labels, and nothing that was not", async () => {
    const { clock, close, store, values } = setUp(async () => ({ t: 21.5, h: undefined }));
    await clock.advance(100);
    expect(values()).toMatchObject({ sensor_temperature_celsius: 21.5, sensor_up: 1 });
    expect(Object.keys(values())).not.toContain("sensor_relative_humidity_ratio");
    const reading = [...store.readings()].find(({ quantity }) => quantity === "temperatureCelsius");
    expect(reading?.labels).toEqual({ sensor: "attic", room: "attic" });
    await close();
  });

  it("tells when the newest reading was taken, by the wall clock", async () => {
    const { clock, close, values } = setUp(async () => ({ t: 21.5 }));
    await clock.advance(12_000);
    // The virtual wall clock began at 2026-01-01; the second poll was ten seconds later.
    expect(values()["sensor_last_reading_timestamp_seconds"]).toBe(
      Date.UTC(2026, 0, 1) / 1000 + 10,
    );
    await close();
  });

  it("keeps a reading until it expires, and drops it then although the sensor keeps failing", async () => {
    const { clock, close, values } = setUp(async (poll) =>
      poll === 1 ? { t: 21.5 } : noAcknowledge(),
    );
    await clock.advance(29_900);
    expect(values()).toMatchObject({ sensor_temperature_celsius: 21.5, sensor_up: 0 });
    await clock.advance(100);
    expect(Object.keys(values())).not.toContain("sensor_temperature_celsius");
    await close();
  });

  it("counts polls and failures by code, and backs off between failures", async () => {
    const { clock, close, events, values } = setUp(noAcknowledge);
    await clock.advance(75_000);
    // Tries at 0, 10, 30 and 70 seconds: the delay doubles. After three failures it is set up anew.
    expect(events).toEqual([
      "setUp@0",
      "read@0",
      "read@10000",
      "read@30000",
      "setUp@70000",
      "read@70000",
    ]);
    expect(values()).toMatchObject({
      sensor_polls_total: 4,
      "sensor_poll_failures_total/no-acknowledge": 4,
      sensor_up: 0,
    });
    await close();
  });

  it("comes back to its interval as soon as the sensor answers again", async () => {
    const { clock, close, events, values } = setUp(async (poll) =>
      poll === 2 ? noAcknowledge() : { t: poll },
    );
    await clock.advance(45_000);
    expect(events.filter((event) => event.startsWith("read"))).toEqual([
      "read@0",
      "read@10000",
      "read@20000",
      "read@30000",
      "read@40000",
    ]);
    expect(values()).toMatchObject({ sensor_up: 1, sensor_temperature_celsius: 5 });
    await close();
  });

  it("does not count a poll as a reading when nothing that it gave can be believed", async () => {
    const { clock, close, values } = setUp(async (poll) => ({ t: poll === 1 ? 20 : 300 }));
    await clock.advance(15_000);
    expect(values()).toMatchObject({
      sensor_up: 1,
      "sensor_rejected_readings_total/out-of-range": 1,
      // The virtual wall clock began at 2026-01-01, with the first poll.
      sensor_last_reading_timestamp_seconds: Date.UTC(2026, 0, 1) / 1000,
    });
    await close();
  });

  it("tries the setup again and again when the chip is not there at the start", async () => {
    let tries = 0;
    const { clock, close, values } = setUp(
      async () => ({ t: 20 }),
      {},
      {
        setUp: async () => {
          tries += 1;
          if (tries < 3) throw new SensorError("no-acknowledge", "0x44 is silent");
          return { measurements: [{ key: "t", quantity: "temperatureCelsius" }], info: {} };
        },
      },
    );
    await clock.advance(29_000);
    expect(values()).toMatchObject({ sensor_up: 0 });
    await clock.advance(2_000);
    expect(values()).toMatchObject({ sensor_up: 1, sensor_temperature_celsius: 20 });
    await close();
  });

  it("says once that a sensor is down and why, and once that it is back", async () => {
    const { clock, close, lines } = setUp(async (poll) => (poll < 5 ? noAcknowledge() : { t: 20 }));
    await clock.advance(400_000);
    await close();
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain(
      'level=warn event=down sensor=attic code=no-acknowledge error="0x44 is silent" remedy=',
    );
    expect(lines[1]).toContain("level=info event=up sensor=attic failures=4");
  });

  it("says it again when the reason changes", async () => {
    const { clock, close, lines } = setUp((poll) =>
      poll === 2 ? Promise.reject(new SensorError("checksum", "bad")) : noAcknowledge(),
    );
    await clock.advance(40_000);
    await close();
    expect(lines.map((line) => /code=(\S+)/u.exec(line)?.[1])).toEqual([
      "no-acknowledge",
      "checksum",
      "no-acknowledge",
    ]);
  });

  it("counts a defect of a driver as internal and goes on", async () => {
    const { clock, close, values } = setUp(async () => {
      throw new TypeError("undefined is not a function");
    });
    await clock.advance(10_500);
    expect(values()).toMatchObject({ "sensor_poll_failures_total/internal": 2 });
    await close();
  });

  it("rejects what cannot be, by reason, and keeps the good reading beside it", async () => {
    const { clock, close, values } = setUp(async () => ({ t: 300, h: 0.5 }));
    await clock.advance(100);
    expect(values()).toMatchObject({
      "sensor_rejected_readings_total/out-of-range": 1,
      sensor_relative_humidity_ratio: 0.5,
      sensor_up: 1,
    });
    expect(Object.keys(values())).not.toContain("sensor_temperature_celsius");
    await close();
  });

  it("says once which reading cannot be, and again when it could be and then cannot", async () => {
    const { clock, close, lines } = setUp(async (poll) => ({ t: poll === 4 ? 20 : 300, h: 0.5 }));
    await clock.advance(55_000);
    await close();
    expect(lines).toHaveLength(2);
    for (const line of lines) {
      expect(line).toMatch(
        /level=warn event=rejected sensor=attic reading=t reason=out-of-range value=300 remedy=/u,
      );
    }
  });

  it("reads at once when the sensor has changed, but not faster than is of use", async () => {
    let change = () => {};
    const { clock, close, events } = setUp(
      async () => ({ t: 20 }),
      {},
      {
        onChange: (listener) => {
          change = listener;
        },
      },
    );
    await clock.advance(1_000);
    for (let edge = 0; edge < 100; edge += 1) {
      change();
      await clock.advance(1);
    }
    await clock.advance(100);
    await close();
    const reads = events.filter((event) => event.startsWith("read"));
    expect(reads[1]).toBe("read@1000");
    expect(reads.length).toBeLessThanOrEqual(5);
  });

  it("fails a poll that never ends, and starts no second one beside it", async () => {
    const { clock, close, values, events, lines } = setUp(() => new Promise(() => {}));
    await clock.advance(200_000);
    expect(values()).toMatchObject({ sensor_up: 0 });
    expect(values()["sensor_poll_failures_total/bus-timeout"]).toBeGreaterThan(1);
    expect(events).toEqual(["setUp@0", "read@0"]);
    // A line and a file have no SCL: what to do must fit every kind of sensor.
    expect(lines.join("")).not.toMatch(/SCL|SDA/u);
    await close();
  });
});

describe("closing a poll loop", () => {
  it("ends the poll under way without counting a failure", async () => {
    const { clock, close, events, values } = setUp(async (_poll, signal) => {
      await clock.sleep(5_000, signal);
      return { t: 20 };
    });
    await clock.advance(1_000);
    const before = values();
    await close();
    expect(before["sensor_poll_failures_total/internal"]).toBeUndefined();
    expect(events.at(-1)).toBe("close");
    expect(clock.pending()).toBe(0);
  });

  it("takes a last reading of a line, so that no pulse is lost", async () => {
    const connection = {
      kind: "gpio",
      address: { line: 17 },
      activeLow: false,
      debounceMs: 0,
      allowReserved: false,
    } as const;
    const { clock, close, events } = setUp(async () => ({ t: 20 }), { connection });
    await clock.advance(3_000);
    await close();
    expect(events).toEqual(["setUp@0", "read@0", "read@3000", "close"]);
  });

  it("leaves no series behind", async () => {
    const { clock, close, values } = setUp(async () => ({ t: 20, h: 2 }));
    await clock.advance(100);
    await close();
    expect(Object.keys(values()).filter((name) => !name.startsWith("sensor_exporter_"))).toEqual(
      [],
    );
  });

  it("leaves no series behind either when the device cannot be given back", async () => {
    const { clock, close, values } = setUp(
      async () => ({ t: 20 }),
      {},
      { close: () => Promise.reject(new Error("the line is stuck")) },
    );
    await clock.advance(100);
    await expect(close()).rejects.toThrow("the line is stuck");
    expect(Object.keys(values()).filter((name) => !name.startsWith("sensor_exporter_"))).toEqual(
      [],
    );
  });

  it("opens no series for a setup that was given up and ends only afterwards", async () => {
    let answer = () => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const { clock, close, values } = setUp(
      async () => ({ t: 20 }),
      {},
      {
        setUp: async () => {
          await answered;
          return { measurements: [{ key: "t", quantity: "temperatureCelsius" }], info: {} };
        },
      },
    );
    await clock.advance(61_000);
    await close();
    const before = values();
    answer();
    await clock.advance(1000);
    expect(values()).toEqual(before);
  });
});
