import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startApp } from "../src/app.ts";
import { systemClock } from "../src/clock.ts";
import type { Config, SensorConfig } from "../src/config/config.ts";
import { createLog } from "../src/log.ts";
import type { Platform } from "../src/platform.ts";
import { createSimulation } from "./mocks/index.ts";

let directory = "";
const closers: (() => Promise<void>)[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "app-"));
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  await rm(directory, { recursive: true, force: true });
});

const common = {
  intervalMs: 200,
  expiresMs: 600,
  labels: {},
  calibration: {},
  plausibility: {},
  alerts: {},
  derive: [],
} as const;

const attic: SensorConfig = {
  ...common,
  name: "attic",
  driver: "sht4x",
  connection: { kind: "i2c", bus: 1, address: 0x44 },
  options: { precision: "high" },
};
const meter: SensorConfig = {
  ...common,
  name: "meter",
  driver: "pulse-counter",
  connection: {
    kind: "gpio",
    address: { line: 17 },
    activeLow: false,
    debounceMs: 0,
    allowReserved: false,
  },
  options: { edge: "falling", counts: { energy: 3.6 } },
};

const configOf = (...sensors: readonly SensorConfig[]): Config => ({
  sensors,
  limits: { series: 1000 },
  gpio: { backend: "auto" },
  mqtt: [],
  simulation: { seed: 1, faults: [] },
});

const start = async (platform: Platform, config: Config) => {
  const lines: string[] = [];
  const app = await startApp({
    config,
    platform,
    clock: systemClock,
    log: createLog({
      level: "info",
      format: "logfmt",
      write: (line) => lines.push(line),
      wallMs: systemClock.wallMs,
    }),
    random: () => 0.5,
    build: { version: "1.2.3", node: "v20" },
    addresses: [{ host: "127.0.0.1", port: 0 }],
    metricsPath: "/metrics",
    includesProcess: false,
    maximumRequests: 0,
    stateDirectory: directory,
  });
  closers.push(app.close);
  const scrape = async () => (await fetch(`${app.urls[0]}/metrics`)).text();
  return { app, lines, scrape };
};

const never = <Result>() => new Promise<Result>(() => {});

describe("the app", () => {
  it("serves metrics while a bus hangs at the start, and never waits for it", async () => {
    const platform = { ...createSimulation(systemClock), loadI2c: () => never<never>() };
    const { app, scrape } = await start(platform, configOf(attic));
    expect(await scrape()).toContain(
      'sensor_exporter_build_info{nodeversion="v20",version="1.2.3"} 1',
    );
    expect((await fetch(`${app.urls[0]}/-/ready`)).status).toBe(200);
    expect(await (await fetch(`${app.urls[0]}/`)).text()).toContain("starting");
  });

  it("keeps one sensor's failure from the others", async () => {
    const simulation = createSimulation(systemClock);
    const platform: Platform = {
      ...simulation,
      loadI2c: () => Promise.reject(new Error("no I2C here")),
    };
    const { scrape } = await start(platform, configOf(attic, meter));
    await expect.poll(scrape).toContain('sensor_up{sensor="meter"} 1');
    await expect.poll(scrape).toContain('sensor_up{sensor="attic"} 0');
  });

  it("stops its sensors first and saves what they counted last, before it gives the directory back", async () => {
    const { app, scrape } = await start(createSimulation(systemClock), configOf(meter));
    const pulses = async () =>
      Number(/^sensor_pulses_total\{.*\} (\d+)$/mu.exec(await scrape())?.[1]);
    await expect.poll(pulses, { timeout: 15_000 }).toBeGreaterThan(0);
    const before = await pulses();
    await app.close();
    closers.splice(0);
    await expect(scrape()).rejects.toThrow();
    const saved = await readFile(join(directory, "counters.json"), "utf8");
    const total = /"metric": "sensor_pulses_total",\s+"value": (\d+)/u.exec(saved)?.[1];
    expect(Number(total)).toBeGreaterThanOrEqual(before);

    const again = await start(createSimulation(systemClock), configOf(meter));
    await expect.poll(again.scrape).toMatch(/^sensor_pulses_total\{sensor="meter"\} \d+$/mu);
  });

  it("leaves an unchanged sensor alone when others come and go", async () => {
    const { app, scrape } = await start(createSimulation(systemClock), configOf(attic));
    const polls = async () =>
      Number(/^sensor_polls_total\{sensor="attic"\} (\d+)$/mu.exec(await scrape())?.[1]);
    await expect.poll(polls).toBeGreaterThan(1);
    const before = await polls();
    await app.apply(configOf(attic, meter));
    expect(await polls()).toBeGreaterThanOrEqual(before);
    await app.apply(configOf({ ...attic, intervalMs: 300 }));
    // A sensor that was restarted counts its polls anew.
    expect(await polls()).toBeLessThan(before);
    expect(await scrape()).not.toContain('sensor="meter"');
  });

  it("takes the limits of another configuration while it runs", async () => {
    const { app, scrape } = await start(createSimulation(systemClock), configOf(attic));
    await app.apply({ ...configOf(attic), limits: { series: 42 } });
    expect(await scrape()).toContain("sensor_exporter_series_limit 42\n");
  });

  it("gives everything back when it cannot start", async () => {
    const { app } = await start(createSimulation(systemClock), configOf(attic));
    const port = Number(new URL(app.urls[0] ?? "").port);
    const other = join(directory, "other");
    const options = {
      config: configOf(meter),
      platform: createSimulation(systemClock),
      clock: systemClock,
      log: createLog({ level: "error", format: "logfmt", write: () => {}, wallMs: () => 0 }),
      random: () => 0.5,
      build: { version: "1.2.3", node: "v20" },
      metricsPath: "/metrics",
      includesProcess: false,
      maximumRequests: 0,
      stateDirectory: other,
    } as const;
    await expect(
      startApp({ ...options, addresses: [{ host: "127.0.0.1", port }] }),
    ).rejects.toThrow("another program listens there");
    const second = await startApp({ ...options, addresses: [{ host: "127.0.0.1", port: 0 }] });
    await second.close();
  });
});
