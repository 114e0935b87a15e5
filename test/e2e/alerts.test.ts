import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { hasMosquitto, type Mosquitto, startMosquitto } from "../bridge/mosquitto.ts";
import { hasPeer } from "../peers.ts";
import { type Program, runProgram, startProgram, stopPrograms } from "./program.ts";
import { launchPrometheus, type Prometheus } from "./prometheus.ts";

const hasPrometheus = hasPeer(["prometheus", "--version"], "prometheus");

const alertsSchema = z.object({
  data: z.object({
    alerts: z.array(z.object({ state: z.string(), labels: z.record(z.string(), z.string()) })),
  }),
});

const patience = { timeout: 90_000, interval: 250 };

describe.skipIf(!hasPrometheus || !hasMosquitto)(
  "the shipped alerts under a real Prometheus",
  { timeout: 120_000 },
  () => {
    let directory = "";
    let prometheus: Prometheus;
    let mosquitto: Mosquitto;
    let attic: Program;
    let barn: Program;
    const ports = new Map<string, string>();

    const path = (name: string) => join(directory, name);

    const atticConfig = (offset: string) => `
sensors:
  roof:
    driver: bme280
    interval: 1s
    calibration: { temperature: { offset: ${offset} } }
    alerts: { temperature: { above: 60°C, for: 0s, severity: critical } }
mqtt:
  - url: ${mosquitto.url}
    name: house
    discover: []
    subscriptions: [{ topic: "plant/{sensor}", values: { temperature: t } }]
`;
    const barnConfig = (faults: string) => `
sensors:
  stable: { driver: bme280, interval: 1s }
simulation: { seed: 1, faults: [${faults}] }
`;

    /** Hands the boards that there are to Prometheus, as `sensor-exporter targets` does. */
    const writeTargets = async () => {
      const boards = [...ports].map(([board, host]) => ({
        targets: [host],
        labels: { board, place: "home" },
      }));
      await writeFile(path("targets/boards.json.new"), JSON.stringify(boards));
      await rename(path("targets/boards.json.new"), path("targets/boards.json"));
    };

    const start = async (board: string, configuration: string): Promise<Program> => {
      await writeFile(path(`${board}.yaml`), configuration);
      const program = await startProgram(["--simulate", `--config.file=${path(`${board}.yaml`)}`]);
      ports.set(board, new URL(program.url).host);
      await writeTargets();
      return program;
    };

    const stop = async (program: Program) => {
      program.signal("SIGKILL");
      await program.ended;
    };

    const reload = async (program: Program, configuration: string) => {
      await writeFile(path("attic.yaml"), configuration);
      program.signal("SIGHUP");
    };

    /** A copy of the shipped folder in which a minute lasts a second; Prometheus then looks every second. */
    const quicken = async () => {
      await cp("config/prometheus", directory, { recursive: true });
      await mkdir(path("targets"), { recursive: true });
      for (const name of await readdir(path("rules"))) {
        if (!name.endsWith(".yml")) continue;
        const text = await readFile(path(`rules/${name}`), "utf8");
        await writeFile(path(`rules/${name}`), text.replace(/^( +for: \d+)m$/gmu, "$1s"));
      }
      const text = await readFile(path("prometheus.yml"), "utf8");
      return text
        .replace(/(scrape_interval|scrape_timeout|evaluation_interval): \d+s/gu, "$1: 1s")
        .replace("rules/*.yml", path("rules/*.yml"))
        .replace("targets/*.json", path("targets/*.json"));
    };

    /** What fires: name, board and severity, and the sensor or the broker if there is one. */
    const firing = async (): Promise<readonly string[]> => {
      const answer = await fetch(`${prometheus.url}/api/v1/alerts`);
      return alertsSchema
        .parse(await answer.json())
        .data.alerts.filter(({ state }) => state === "firing")
        .map(({ labels: { alertname, instance, severity, sensor, broker } }) =>
          [alertname, instance, severity, sensor, broker].filter(Boolean).join(" "),
        )
        .toSorted();
    };

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), "alerts-"));
      const configuration = await quicken();
      mosquitto = await startMosquitto();
      attic = await start("attic", atticConfig("0°C"));
      const { stdout } = await runProgram([
        "rules",
        "--instance=attic",
        `--config.file=${path("attic.yaml")}`,
      ]);
      await writeFile(path("rules/attic.yml"), stdout);
      barn = await start("barn", barnConfig(""));
      prometheus = await launchPrometheus(configuration);
    }, 60_000);

    afterAll(async () => {
      await prometheus?.stop();
      await stopPrograms();
      await mosquitto?.close();
      await rm(directory, { recursive: true, force: true });
    });

    it("are quiet while all is well", async () => {
      await expect
        .poll(async () => (await prometheus.query("sum(job:up:sum)"))[0]?.value, patience)
        .toBe(2);
      const boards = await prometheus.query("instance:sensor_up:avg");
      expect(
        boards.map(({ labels: { instance, place }, value }) => [instance, place, value]),
      ).toEqual(expect.arrayContaining([["attic", "home", 1]]));
      await expect.poll(firing, patience).toEqual([]);
    });

    it("tell that a configuration is refused, until it is mended", async () => {
      await reload(attic, "sensors: { roof: { driver: bme28 } }");
      await expect.poll(firing, patience).toEqual(["ReloadFailed attic warning"]);
      await reload(attic, atticConfig("0°C"));
      await expect.poll(firing, patience).toEqual([]);
    });

    it("tell that a limit of one board is passed, until it is not", async () => {
      await reload(attic, atticConfig("100°C"));
      await expect.poll(firing, patience).toEqual(["AboveLimit attic critical roof"]);
      await reload(attic, atticConfig("0°C"));
      await expect.poll(firing, patience).toEqual([]);
    });

    it("tell that a broker is gone, until it is back", async () => {
      await mosquitto.stop();
      await expect.poll(firing, patience).toEqual(["BrokerDisconnected attic warning house"]);
      await mosquitto.start();
      await expect.poll(firing, patience).toEqual([]);
    });

    it("tell that a board is gone, then that its sensor is, until both are back", async () => {
      await stop(barn);
      await expect.poll(firing, patience).toEqual(["BoardDown barn warning"]);
      const unplugged = "{ sensor: stable, fault: unplugged, after: 0s }";
      const broken = await start("barn", barnConfig(unplugged));
      await expect.poll(firing, patience).toEqual(["SensorFailing barn warning stable"]);
      await stop(broken);
      await start("barn", barnConfig(""));
      await expect.poll(firing, patience).toEqual([]);
    });
  },
);
