import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEnvironment } from "../mocks/world.ts";
import { hasPeer } from "../peers.ts";
import { type Program, startProgram, stopPrograms } from "./program.ts";
import { type Prometheus, type QueryResult, startPrometheus } from "./prometheus.ts";

const seed = 7;

/** Two boards: the first loses its BME280 for a while, the second is sound. */
const board = (room: string, faults: string): string => `
sensors:
  climate:
    driver: bme280
    interval: 1s
    expires: 3s
    labels: { room: ${room} }
  meter:
    driver: pulse-counter
    line: 17
    interval: 1s
    counts: { energy: 0.001Wh }
  boiler:
    driver: ds18b20
    id: 28-0316a2794bff
    interval: 1s
    calibration: { temperature: { offset: 10°C } }
simulation:
  seed: ${seed}
${faults}
`;

const unplugAfterMs = 15_000;
const unplugForMs = 12_000;
const outage = `  faults:
    - { sensor: climate, fault: unplugged, after: ${unplugAfterMs}ms, for: ${unplugForMs}ms }`;

const allTemperatures = "count(sensor_temperature_celsius)";

const truth = (sensor: string, quantity: "temperatureCelsius", wallMs: number): number =>
  createEnvironment(sensor, { seed, nowMs: () => 0, wallMs: () => wallMs }).value(quantity);

describe.skipIf(!hasPeer(["prometheus", "--version"], "prometheus"))(
  "a fleet under a real Prometheus",
  () => {
    let directory = "";
    let prometheus: Prometheus;
    let attic: Program;
    let garden: Program;
    let startedMs = 0;

    const target = (program: Program) => new URL(program.url).host;
    const query = (expression: string) => prometheus.query(expression);
    const one = async (expression: string): Promise<QueryResult> => {
      const results = await query(expression);
      expect(results).toHaveLength(1);
      return results[0] ?? { labels: {}, value: Number.NaN };
    };
    const value = async (expression: string) => (await query(expression))[0]?.value;
    const untilElapsed = (milliseconds: number) => sleep(startedMs + milliseconds - Date.now());

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), "fleet-"));
      const start = async (room: string, faults: string) => {
        const file = join(directory, `${room}.yaml`);
        await writeFile(file, board(room, faults));
        return startProgram(["--simulate", `--config.file=${file}`]);
      };
      garden = await start("garden", "");
      attic = await start("attic", outage);
      startedMs = Date.now();
      prometheus = await startPrometheus([target(attic), target(garden)]);
      for (let tries = 0; tries < 50 && (await value(allTemperatures)) !== 4; tries += 1) {
        await sleep(200);
      }
    }, 30_000);

    afterAll(async () => {
      await prometheus?.stop();
      await stopPrograms();
      await rm(directory, { recursive: true, force: true });
    });

    it("is scraped whole, each board under its own instance", async () => {
      expect((await query("up")).map((result) => result.value)).toEqual([1, 1]);
      const rooms = await query('sensor_temperature_celsius{sensor="climate"}');
      expect(
        rooms.map(({ labels }) => [labels["instance"], labels["room"], labels["job"]]).sort(),
      ).toEqual(
        [
          [target(attic), "attic", "sensors"],
          [target(garden), "garden", "sensors"],
        ].sort(),
      );
    });

    it("shows the temperatures of the simulated world, within the accuracy of the chips", async () => {
      const climate = await one(`sensor_temperature_celsius{sensor="climate",room="garden"}`);
      const boiler = await one(
        `sensor_temperature_celsius{sensor="boiler",instance="${target(garden)}"}`,
      );
      const atMs =
        1000 *
        (await one(`sensor_last_reading_timestamp_seconds{sensor="climate",room="garden"}`)).value;
      // The weather moves by less than 0.1 K in the second or two between a poll and its scrape.
      expect(Math.abs(climate.value - truth("climate", "temperatureCelsius", atMs))).toBeLessThan(
        0.12,
      );
      // The DS18B20 resolves 1/16 K; its offset of 10 K comes from the configuration.
      expect(
        Math.abs(boiler.value - 10 - truth("boiler", "temperatureCelsius", atMs)),
      ).toBeLessThan(0.2);
    });

    it("counts energy as a counter in joules, 3.6 for a milliwatt hour", async () => {
      const counted = `instance="${target(garden)}"`;
      await expect
        .poll(() => value(`sensor_pulses_total{${counted}} > 0`), { timeout: 9_000 })
        .toBeGreaterThan(0);
      expect(
        await value(
          `sensor_energy_joules_total{${counted}} / on(instance, sensor) sensor_pulses_total`,
        ),
      ).toBeCloseTo(3.6, 9);
      const response = await fetch(`${garden.url}/metrics`);
      expect(await response.text()).toContain("# TYPE sensor_energy_joules_total counter");
    });

    it("lets a sensor that fails go stale at the first scrape after its expiry, and no other", async () => {
      const climate = `sensor_temperature_celsius{sensor="climate",room="attic"}`;
      await untilElapsed(unplugAfterMs - 2_000);
      expect(await query(climate)).toHaveLength(1);
      // One interval until the first failure, three seconds to expire, one scrape to be seen, and some slack.
      await untilElapsed(unplugAfterMs + 1_000 + 3_000 + 1_000 + 1_000);
      expect(await query(climate)).toHaveLength(0);
      expect(await value('sensor_up{sensor="climate",room="attic"}')).toBe(0);
      expect(
        await value(
          'sensor_poll_failures_total{sensor="climate",room="attic",code="no-acknowledge"}',
        ),
      ).toBeGreaterThan(1);
      expect(await value(`sensor_up{sensor="boiler",instance="${target(attic)}"}`)).toBe(1);
      expect(await value(`up{instance="${target(attic)}"}`)).toBe(1);
      expect(await value('sensor_up{sensor="climate",room="garden"}')).toBe(1);
    });

    it("has it back once the fault is lifted", async () => {
      const climate = `sensor_temperature_celsius{sensor="climate",room="attic"}`;
      await untilElapsed(unplugAfterMs + unplugForMs);
      await expect
        .poll(async () => (await query(climate)).length, { timeout: 19_000, interval: 500 })
        .toBe(1);
      expect(await value('sensor_up{sensor="climate",room="attic"}')).toBe(1);
      expect(attic.output()).toMatch(/event=down sensor=climate code=no-acknowledge/u);
      expect(attic.output()).toMatch(/event=up sensor=climate/u);
    }, 40_000);
  },
);
