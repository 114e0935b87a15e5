import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { declaredCommands } from "../../src/commands/declarations/index.ts";
import { hasPeer, runPeer } from "../peers.ts";
import { copySimulatedHouse, runProgram, startProgram, stopPrograms } from "./program.ts";

const commandNames = declaredCommands.map(({ usage }) => usage.split(" ")[0]);

let directory = "";
let house = "";
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "commands-"));
  house = await copySimulatedHouse(directory);
});
afterEach(stopPrograms);
afterAll(() => rm(directory, { recursive: true, force: true }));

const write = async (name: string, text: string): Promise<string> => {
  const file = join(directory, name);
  await writeFile(file, text);
  return file;
};

/** The simulated house, served until every sensor has been read. */
const startHouse = async (...args: readonly string[]) => {
  const program = await startProgram([`--config.file=${house}`, "--simulate", ...args]);
  const scrape = async (headers: Record<string, string> = {}) =>
    (await fetch(`${program.url}/metrics`, { headers })).text();
  await expect
    .poll(async () => (await scrape()).match(/^sensor_up\{.*\} 1$/gmu)?.length, { timeout: 9_000 })
    .toBe(18);
  return { ...program, scrape };
};

describe("the simulated house", () => {
  it("says where it listens and serves in a line each, and no more", async () => {
    const { output, url } = await startHouse();
    expect(output()).toMatch(
      /^time=\S+ level=info event=broker_listening urls=mqtt:\S+\ntime=\S+ level=info event=serving url=http:\S+\/metrics sensors=11 simulated=true\n$/u,
    );
    expect(output()).toContain(url);
  });

  it("has a reading of every driver, in base units", async () => {
    const { scrape } = await startHouse();
    const text = await scrape();
    for (const [sensor, metric] of [
      ["attic", "sensor_pressure_pascals"],
      ["living room", "sensor_relative_humidity_ratio"],
      ["shed", "sensor_voltage_volts"],
      ["front door", "sensor_contact_open"],
      ["rain", "sensor_pulses_total"],
      ["water", "sensor_volume_liters_total"],
      ["boiler", "sensor_temperature_celsius"],
      ["greenhouse", "sensor_temperature_celsius"],
      ["supply", "sensor_undervoltage_detected"],
      ["processor", "sensor_temperature_celsius"],
      ["washing machine", "sensor_energy_joules_total"],
      ["nursery climate", "sensor_temperature_celsius"],
      ["greenhouse station", "sensor_carbon_dioxide_ppm"],
      ["shellyplus1pm-a8032ab1c2d3", "sensor_power_watts"],
      ["basil", "sensor_soil_moisture_ratio"],
    ]) {
      expect(text).toMatch(new RegExp(`^${metric}\\{sensor="${sensor}".*\\} [\\d.]+$`, "mu"));
    }
  });

  it("moves, and its counters count", async () => {
    const { scrape } = await startHouse();
    const temperature = (text: string) =>
      /^sensor_temperature_celsius\{sensor="living room".*\} (.+)$/mu.exec(text)?.[1];
    const volume = (text: string) =>
      Number(/^sensor_volume_liters_total\{.*\} (.+)$/mu.exec(text)?.[1]);
    const before = await scrape();
    // Each has its own interval: the counter may move before the next temperature is read.
    const patience = { timeout: 20_000, interval: 500 };
    await expect.poll(async () => volume(await scrape()), patience).toBeGreaterThan(volume(before));
    await expect
      .poll(async () => temperature(await scrape()), patience)
      .not.toBe(temperature(before));
  });

  it.skipIf(!hasPeer(["promtool", "--version"], "prometheus"))(
    "passes promtool without a warning",
    async () => {
      const { scrape } = await startHouse();
      const verdict = runPeer("promtool", ["check", "metrics"], await scrape());
      expect([verdict.status, verdict.stdout, verdict.stderr]).toEqual([0, "", ""]);
    },
  );

  it.skipIf(
    !hasPeer(["/usr/bin/python3", "-c", "import prometheus_client"], "python3-prometheus-client"),
  )("passes Python's OpenMetrics parser", async () => {
    const { scrape } = await startHouse();
    const parse =
      "import sys\n" +
      "from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse\n" +
      "print(sum(len(family.samples) for family in parse(sys.stdin.read())))";
    const text = await scrape({ accept: "application/openmetrics-text; version=1.0.0" });
    const verdict = runPeer("/usr/bin/python3", ["-c", parse], text);
    expect(verdict.stderr).toBe("");
    expect(Number(verdict.stdout)).toBe(text.match(/^[^#\n]/gmu)?.length);
  });

  it("leaves out what is about the process when asked to", async () => {
    const { scrape } = await startHouse("--web.disable-exporter-metrics");
    expect(await scrape()).not.toMatch(/^(process|nodejs)_/mu);
  });

  it("shows every sensor on its page", async () => {
    const { url } = await startHouse();
    const page = await (await fetch(url)).text();
    for (const text of ["living room", "temperature", "°C", "Simulated"]) {
      expect(page).toContain(text);
    }
    expect((await fetch(`${url}/-/healthy`)).status).toBe(200);
    expect((await fetch(`${url}/-/ready`)).status).toBe(200);
  });
});

describe("sensor-exporter check", () => {
  it("prints what would run", async () => {
    const { exit, stdout } = await runProgram(["check", "--config.file=config/minimal.yaml"]);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^config\/minimal\.yaml: ok, 1 sensor, 3 series of at most 10000\n/u);
    expect(stdout).toMatch(/sensor_temperature_celsius\{sensor="attic",room="attic"\}/u);
  });

  it("says of each broker what would become of it, and where the exporter announces itself", async () => {
    const { stdout } = await runProgram(["check", "--config.file=config/example.yaml"]);
    // What the file has: `announce` for the embedded broker alone, two rules for the other.
    expect(stdout).toMatch(
      /^broker embedded: listens on .*; no rules; this exporter is announced$/mu,
    );
    expect(stdout).toMatch(/^broker house: .*; rules plants, lab\/\{sensor\}$/mu);
  });

  it("prints the same as JSON", async () => {
    const { stdout } = await runProgram(["check", "--json", "--config.file=config/minimal.yaml"]);
    const plan: { sensors: { series: unknown[] }[] } = JSON.parse(stdout);
    expect(plan.sensors[0]?.series).toHaveLength(3);
  });

  it("says all that is wrong, where, and exits with 78", async () => {
    const file = await write(
      "bad.yaml",
      "sensors:\n  attic:\n    driver: bme281\n  cellar:\n    driver: sht4x\n    intervall: 5s\n",
    );
    const { exit, stdout, output } = await runProgram(["check", `--config.file=${file}`]);
    expect([exit, stdout]).toEqual([78, ""]);
    expect(output.split("\n").map((line) => line.slice(0, line.indexOf(": ")))).toEqual([
      `${file}:3:13`,
      `${file}:6:5`,
      "",
    ]);
    expect(output).toContain("bme280");
    expect(output).toContain("interval");
  });
});

describe("sensor-exporter read", () => {
  it("shows one reading of each sensor in units that people use", async () => {
    const { exit, stdout } = await runProgram(["read", "--simulate", `--config.file=${house}`]);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^SENSOR +QUANTITY +VALUE\n/u);
    expect(stdout).toMatch(/^attic +temperature +-?\d+\.\d+\u00a0°C$/mu);
    expect(stdout).toMatch(/^living room +relative humidity +\d+\.\d+\u00a0%$/mu);
  });

  it("reads only the sensors that are named, as JSON in base units", async () => {
    const { stdout } = await runProgram([
      "read",
      "boiler",
      "--json",
      "--simulate",
      `--config.file=${house}`,
    ]);
    const lines: { metric: string; labels: { sensor: string }; value: number }[] = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.map(({ metric, labels }) => [metric, labels.sensor])).toEqual([
      ["sensor_temperature_celsius", "boiler"],
    ]);
  });

  it("says why a sensor cannot be read, what to do, and exits with 1", async () => {
    // The rig of a test machine has no such bus.
    const file = await write(
      "absent.yaml",
      "sensors:\n  attic:\n    driver: sht4x\n    bus: 250\n",
    );
    const { exit, stdout } = await runProgram(["read", `--config.file=${file}`]);
    expect(exit).toBe(1);
    expect(stdout).toMatch(/^attic +failed +(bus-unavailable|module-missing): /mu);
  });

  it("reads a sensor once, however often it is named", async () => {
    const { exit, stdout } = await runProgram([
      "read",
      "boiler",
      "boiler",
      `--config.file=${house}`,
      "--simulate",
      "--json",
    ]);
    expect(stdout.match(/\n/gu)).toHaveLength(1);
    expect(exit).toBe(0);
  });

  it("knows no sensor that is not configured", async () => {
    const { exit, output } = await runProgram([
      "read",
      "atic",
      "--simulate",
      `--config.file=${house}`,
    ]);
    expect(exit).toBe(1);
    expect(output).toContain('there is no sensor "atic"; the configuration has attic, garden');
  });
});

describe("detect", () => {
  it("prints what check accepts and serve runs", async () => {
    const detected = await runProgram(["detect", "--simulate"]);
    const file = await write("detected.yaml", detected.stdout);
    expect((await runProgram(["check", `--config.file=${file}`])).exit).toBe(0);
    const { url } = await startProgram([`--config.file=${file}`, "--simulate"]);
    await expect
      .poll(
        async () =>
          (await (await fetch(`${url}/metrics`)).text()).match(/^sensor_up\{.*\} 1$/gmu)?.length,
        {
          timeout: 9_000,
        },
      )
      .toBe(8);
  });

  it("leaves a board without sensors with a program that serves, and says that it has nothing to read", async () => {
    const file = await write("none.yaml", "sensors: {}\n");
    const { output, url } = await startProgram([`--config.file=${file}`]);
    expect((await fetch(`${url}/metrics`)).status).toBe(200);
    expect(output()).toContain('event=nothing_to_read remedy="sensor-exporter detect"');
  });
});

describe("the command line", () => {
  it("says which configuration it looked for", async () => {
    const { exit, output } = await runProgram([]);
    expect(exit).toBe(78);
    expect(output).toContain(
      "no configuration: neither /nonexistent/.config/sensor-exporter/config.yaml nor /etc/sensor-exporter/config.yaml exists",
    );
  });

  it("starts without hardware and without native modules, and says of each sensor what it lacks", async () => {
    const file = await write("board.yaml", "sensors:\n  attic:\n    driver: sht4x\n    bus: 250\n");
    const { url, output } = await startProgram([`--config.file=${file}`]);
    await expect.poll(output).toMatch(/event=down sensor=attic code=\S+ error=.+ remedy=.+/u);
    expect((await fetch(`${url}/-/ready`)).status).toBe(200);
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('sensor_up{sensor="attic"} 0');
  });

  it("says plainly that a port is taken", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const { exit, output } = await runProgram([
      "--simulate",
      `--config.file=${house}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ]);
    server.close();
    expect(exit).toBe(1);
    expect(output).toBe(
      `sensor-exporter: cannot listen on 127.0.0.1:${port}: another program listens there; stop it, or choose another --web.listen-address\n`,
    );
  });

  it.each([
    { args: ["--web.listen-address=80"], says: "is no address" },
    { args: ["--web.telemetry-path=metrics"], says: "must begin with /" },
    { args: ["--web.telemetry-path=/-/healthy"], says: "health checks are there" },
    { args: ["--web.telemetry-path=/"], says: "landing page" },
    { args: ["--log.level=loud"], says: "debug, info, warn, error" },
    { args: ["--nonsense"], says: "unknown option" },
    { args: ["chekc"], says: "unknown command 'chekc'; did you mean check?" },
    { args: ["frobnicate"], says: ["serve", ...commandNames, "help"].join(", ") },
  ])("refuses $args with a word of help", async ({ args, says }) => {
    const { exit, output } = await runProgram([...args, `--config.file=${house}`, "--simulate"]);
    expect(exit).toBe(1);
    expect(output).toContain(says);
  });

  it("tells its version", async () => {
    const { exit, stdout } = await runProgram(["--version"]);
    expect([exit, stdout]).toEqual([0, "sensor-exporter 0.1.0\n"]);
  });
});
