import { describe, expect, it } from "vitest";
import type { Config, SensorConfig } from "../../src/config/config.ts";
import { createLog } from "../../src/log.ts";
import { createRoster } from "../../src/sensors/roster.ts";
import type { Sensor } from "../../src/sensors/sensor.ts";
import { createStore } from "../../src/store.ts";
import { createProgress } from "../../src/systemd/progress.ts";
import { createVirtualClock } from "../mocks/clock.ts";

const sensorOf = (name: string, intervalMs = 10_000): SensorConfig => ({
  name,
  driver: "sht4x",
  connection: { kind: "i2c", bus: 1, address: 0x44 },
  intervalMs,
  expiresMs: 30_000,
  labels: {},
  calibration: {},
  plausibility: {},
  alerts: {},
  derive: [],
  options: {},
});

const configOf = (...sensors: readonly SensorConfig[]): Config => ({
  sensors,
  limits: { series: 100 },
  gpio: { backend: "auto" },
  mqtt: [],
  simulation: { seed: 1, faults: [] },
});

/** A roster of sensors that all measure 20 °C; `overrides` says what one of them does otherwise. */
const createSubject = (
  overrides: (name: string) => Partial<Sensor> | Promise<Partial<Sensor>> = () => ({}),
  clock = createVirtualClock(),
) => {
  const store = createStore({ clock, maximumSeries: 100 });
  const lines: string[] = [];
  const closed: string[] = [];
  const progress = createProgress();
  const roster = createRoster({
    progress,
    store,
    clock,
    random: () => 0,
    observePoll: () => {},
    log: createLog({
      level: "info",
      format: "logfmt",
      write: (line) => lines.push(line),
      wallMs: clock.wallMs,
    }),
    bind: async ({ name, driver }) => {
      const own = await overrides(name);
      return {
        name,
        driver,
        setUp: async () => ({
          measurements: [{ key: "t", quantity: "temperatureCelsius" }],
          info: {},
        }),
        read: async () => ({ t: 20 }),
        close: async () => {
          closed.push(name);
        },
        ...own,
      };
    },
  });
  const polled = () =>
    [...store.readings()]
      .filter(({ family }) => family.name === "sensor_up")
      .map(({ labels }) => labels["sensor"]);
  const names = () => roster.entries().map(({ config }) => config.name);
  const exported = () =>
    store
      .render()
      .map(({ samples }) => samples)
      .join("");
  return { roster, clock, lines, closed, polled, names, progress, exported };
};

describe("the roster", () => {
  it("lists sensors in the order of the configuration, kept and new ones alike", async () => {
    const { roster, names } = createSubject();
    await roster.apply(configOf(sensorOf("attic"), sensorOf("cellar")));
    await roster.apply(configOf(sensorOf("porch"), sensorOf("cellar"), sensorOf("attic")));
    expect(names()).toEqual(["porch", "cellar", "attic"]);
    await roster.close();
  });

  it("leaves a sensor alone of which only the alerts have changed, as they are for Prometheus", async () => {
    const { roster, closed } = createSubject();
    await roster.apply(configOf(sensorOf("attic")));
    const alerts = { temperatureCelsius: { above: 8, forMs: 0, severity: "warning" } } as const;
    await roster.apply(configOf({ ...sensorOf("attic"), alerts }));
    expect(closed).toEqual([]);
    await roster.close();
  });

  it("goes on with the sensors it had when one of the new ones cannot be bound", async () => {
    const { roster, clock, polled, names, closed } = createSubject((name) => {
      if (name === "broken") throw new Error("its driver cannot be loaded");
      return {};
    });
    await roster.apply(configOf(sensorOf("attic")));
    const next = configOf(sensorOf("cellar"), sensorOf("attic", 20_000), sensorOf("broken"));
    await expect(roster.apply(next)).rejects.toThrow("its driver cannot be loaded");
    await clock.advance(11_000);
    expect(names()).toEqual(["attic"]);
    expect(polled()).toEqual(["attic"]);
    expect(closed).toEqual([]);
    await roster.close();
    expect(closed).toEqual(["attic"]);
    expect(clock.pending()).toBe(0);
  });

  it("replaces a sensor whose device cannot be given back, and says so", async () => {
    const { roster, clock, polled, lines } = createSubject((name) =>
      name === "attic" ? { close: () => Promise.reject(new Error("the line is stuck")) } : {},
    );
    await roster.apply(configOf(sensorOf("attic"), sensorOf("cellar")));
    await clock.advance(100);
    await roster.apply(configOf(sensorOf("attic", 20_000), sensorOf("cellar")));
    await clock.advance(100);
    expect(polled()).toEqual(["attic", "cellar"]);
    expect(lines.filter((line) => line.includes("the line is stuck"))).toHaveLength(1);
    expect(lines.join("")).toContain("sensor=attic");
    await roster.close();
  });

  it("closes what a change under way has started when it is closed meanwhile", async () => {
    const clock = createVirtualClock();
    const { roster, closed, polled } = createSubject(async (name) => {
      if (name === "cellar") await clock.sleep(1000);
      return {};
    }, clock);
    await roster.apply(configOf(sensorOf("attic")));
    const change = roster.apply(configOf(sensorOf("attic", 20_000), sensorOf("cellar")));
    await clock.advance(500);
    const closing = roster.close();
    await clock.advance(1000);
    await Promise.all([change, closing]);
    expect([...closed].sort()).toEqual(["attic", "attic", "cellar"]);
    expect(polled()).toEqual([]);
    expect(clock.pending()).toBe(0);
  });

  it("starts nothing any more once it is closed", async () => {
    const { roster, clock, names } = createSubject();
    await roster.close();
    await roster.apply(configOf(sensorOf("attic")));
    expect(names()).toEqual([]);
    expect(clock.pending()).toBe(0);
  });
});

describe("the progress of the roster", () => {
  const hourMs = 3_600_000;

  /** Names of all that were late at any time within an hour. */
  const lateWithinAnHour = async ({ clock, progress }: ReturnType<typeof createSubject>) => {
    const late = new Set<string>();
    for (let passedMs = 0; passedMs < hourMs; passedMs += 5000) {
      await clock.advance(5000);
      for (const name of progress.late(clock.nowMs())) late.add(name);
    }
    return [...late];
  };

  it("is made by sensors that fail, that answer never, and that are read once in ten minutes", async () => {
    const subject = createSubject((name) => {
      if (name === "broken") return { read: () => Promise.reject(new Error("no answer")) };
      if (name === "hanging") return { read: () => new Promise(() => {}) };
      return {};
    });
    const sensors = [sensorOf("broken", 1000), sensorOf("hanging"), sensorOf("rare", 600_000)];
    await subject.roster.apply(configOf(...sensors));
    expect(await lateWithinAnHour(subject)).toEqual([]);
  });

  it("is not made by a sensor whose loop has come to an end", async () => {
    const subject = createSubject((name) => {
      if (name !== "attic") return {};
      return {
        onChange: () => {
          throw new Error("a defect");
        },
      };
    });
    await subject.roster.apply(configOf(sensorOf("attic"), sensorOf("cellar")));
    expect(await lateWithinAnHour(subject)).toEqual(["attic"]);
    await subject.roster.apply(configOf(sensorOf("cellar")));
    expect(subject.progress.late(subject.clock.nowMs())).toEqual([]);
    await subject.roster.close();
  });
});

describe("the wall clock of the board", () => {
  /** Samples without their values. */
  const seriesOf = (text: string) => text.replace(/ \S+$/gmu, "");

  it("may be set decades on or back, and no series expires, none comes, and all polls go on", async () => {
    const { roster, clock, exported } = createSubject();
    clock.setWallMs(Date.UTC(1970, 0, 1));
    await roster.apply(configOf(sensorOf("attic"), sensorOf("cellar")));
    await clock.advance(25_000);
    const before = exported();
    expect(before).toContain('sensor_polls_total{sensor="attic"} 3\n');
    expect(before).toContain('sensor_last_reading_timestamp_seconds{sensor="attic"} 20\n');
    // Hand calculation: read last at 20 s, which is 5 s ago.
    for (const wallMs of [Date.UTC(2026, 10, 27), Date.UTC(1999, 11, 31), Date.UTC(2099, 0, 1)]) {
      clock.setWallMs(wallMs);
      expect(seriesOf(exported())).toBe(seriesOf(before));
      const seconds = wallMs / 1000 - 5;
      expect(exported()).toContain(
        `sensor_last_reading_timestamp_seconds{sensor="attic"} ${seconds}\n`,
      );
    }
    await clock.advance(10_000);
    expect(seriesOf(exported())).toBe(seriesOf(before));
    expect(exported()).toContain('sensor_polls_total{sensor="attic"} 4\n');
    await roster.close();
  });
});
