import { afterEach, describe, expect, it } from "vitest";
import type { Config, FaultConfig, SensorConfig } from "../../src/config/config.ts";
import { SensorError } from "../../src/errors.ts";
import { bindSensor } from "../../src/sensors/bind.ts";
import { createFixtures } from "../../src/sensors/fixtures.ts";
import { createVirtualClock } from "../mocks/clock.ts";
import { createSimulation } from "../mocks/index.ts";

const base = {
  intervalMs: 1000,
  expiresMs: 3000,
  labels: {},
  calibration: {},
  plausibility: {},
  alerts: {},
  derive: [],
} as const;

const attic: SensorConfig = {
  ...base,
  name: "attic",
  driver: "sht4x",
  connection: { kind: "i2c", bus: 1, address: 0x44 },
  options: { precision: "high" },
};

const configOf = (
  sensors: readonly SensorConfig[],
  faults: readonly FaultConfig[] = [],
): Config => ({
  sensors,
  limits: { series: 100 },
  gpio: { backend: "auto" },
  mqtt: [],
  simulation: { seed: 1, faults },
});

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A simulated board with one sensor, set up; time passes while it is waited for. */
const start = async (sensor: SensorConfig, faults: readonly FaultConfig[] = []) => {
  const clock = createVirtualClock();
  const platform = createSimulation(clock);
  const config = configOf([sensor], faults);
  await platform.prepare(config);
  const fixtures = createFixtures(platform, clock);
  const bound = await bindSensor(sensor, config, fixtures);
  closers.push(platform.close, fixtures.close, bound.close);
  const signal = new AbortController().signal;
  const passing = async <Result>(work: Promise<Result>): Promise<Result> => {
    let isSettled = false;
    const settled = work.finally(() => {
      isSettled = true;
    });
    settled.catch(() => {});
    while (!isSettled) await clock.advance(1);
    return settled;
  };
  const codeOf = (work: Promise<unknown>) =>
    passing(work).then(
      () => "none",
      (error: unknown) => (error instanceof SensorError ? error.code : String(error)),
    );
  return {
    clock,
    platform,
    setUp: () => passing(bound.setUp(signal)),
    read: () => passing(bound.read(signal)),
    setUpCode: () => codeOf(bound.setUp(signal)),
    readCode: () => codeOf(bound.read(signal)),
  };
};

describe("a simulated board", () => {
  it("has the chips that the configuration names, and they follow the simulated weather", async () => {
    const { clock, setUp, read } = await start(attic);
    await setUp();
    const first = await read();
    await clock.advance(60_000);
    const second = await read();
    expect(first["temperatureCelsius"]).toBeGreaterThan(5);
    expect(first["temperatureCelsius"]).toBeLessThan(35);
    expect(second["temperatureCelsius"]).not.toBe(first["temperatureCelsius"]);
  });

  it("shows the same on every run with the same seed", async () => {
    const readings = [];
    for (let run = 0; run < 2; run += 1) {
      const { setUp, read } = await start(attic);
      await setUp();
      readings.push(await read());
    }
    expect(readings[0]).toEqual(readings[1]);
  });

  it.each([
    { fault: "no-acknowledge", code: "no-acknowledge" },
    { fault: "unplugged", code: "no-acknowledge" },
    { fault: "bad-crc", code: "checksum" },
  ] as const)("plays $fault and lifts it again", async ({ fault, code }) => {
    const faults = [{ sensor: "attic", fault, afterMs: 10_000, forMs: 10_000 }];
    const { clock, setUp, readCode, setUpCode } = await start(attic, faults);
    await setUp();
    expect(await readCode()).toBe("none");
    await clock.advance(10_000);
    expect(await readCode()).toBe(code);
    await clock.advance(10_000);
    expect(await setUpCode()).toBe("none");
    expect(await readCode()).toBe("none");
  });

  it("holds a value still while it is stuck", async () => {
    const faults = [{ sensor: "attic", fault: "stuck-value", afterMs: 0, forMs: 50_000 } as const];
    const { clock, setUp, read } = await start(attic, faults);
    await setUp();
    const stuck = await read();
    await clock.advance(40_000);
    expect(await read()).toEqual(stuck);
    await clock.advance(40_000);
    expect(await read()).not.toEqual(stuck);
  });

  it("lets a slow bus take longer", async () => {
    const faults = [{ sensor: "attic", fault: "slow-bus", afterMs: 0 } as const];
    const { clock, setUp, read } = await start(attic, faults);
    await setUp();
    const startedMs = clock.nowMs();
    await read();
    expect(clock.nowMs() - startedMs).toBeGreaterThan(400);
  });

  it("takes kernel devices away and brings them back", async () => {
    const boiler: SensorConfig = {
      ...base,
      name: "boiler",
      driver: "ds18b20",
      connection: { kind: "kernel" },
      options: { id: "28-0316a2794bff" },
    };
    const faults = [
      { sensor: "boiler", fault: "unplugged", afterMs: 10_000, forMs: 5_000 } as const,
    ];
    const { clock, setUp, readCode } = await start(boiler, faults);
    await setUp();
    expect(await readCode()).toBe("none");
    await clock.advance(10_000);
    expect(await readCode()).toBe("device-missing");
    await clock.advance(10_000);
    expect(await readCode()).toBe("none");
  });

  it("rains, so that a counter counts, and stops while the line is stuck", async () => {
    const water: SensorConfig = {
      ...base,
      name: "water",
      driver: "pulse-counter",
      connection: {
        kind: "gpio",
        address: { line: 17 },
        activeLow: false,
        bias: "pull-up",
        debounceMs: 5,
        allowReserved: false,
      },
      options: { edge: "falling", counts: { volume: 1 } },
    };
    const faults = [{ sensor: "water", fault: "stuck-value", afterMs: 600_000 } as const];
    const { clock, setUp, read } = await start(water, faults);
    await setUp();
    for (let minute = 0; minute < 10; minute += 1) await clock.advance(60_000);
    const counted = Number((await read())["pulsesTotal"] ?? 0);
    expect(counted).toBeGreaterThan(10);
    for (let minute = 0; minute < 10; minute += 1) await clock.advance(60_000);
    const later = Number((await read())["pulsesTotal"] ?? 0);
    expect(later - counted).toBeLessThanOrEqual(1);
  });

  it("plugs in and out what a reload adds and removes", async () => {
    const { platform, setUp, readCode, setUpCode } = await start(attic);
    await setUp();
    await platform.prepare(configOf([]));
    expect(await readCode()).toBe("no-acknowledge");
    await platform.prepare(configOf([attic]));
    expect(await setUpCode()).toBe("none");
    expect(await readCode()).toBe("none");
  });
});
