import { afterAll, describe, expect, it } from "vitest";
import { check } from "../../src/commands/check.ts";
import { detect } from "../../src/commands/detect.ts";
import { renderConfiguration } from "../../src/detect/configuration.ts";
import { nameFindings } from "../../src/detect/names.ts";
import { createFakeSystem, createScratch } from "../commands/system.ts";
import { load, problemLines } from "../config/support.ts";
import { createAdapter } from "../mocks/i2c.ts";
import { detectOn, parrot } from "./board.ts";

const scratch = createScratch();
afterAll(scratch.remove);

const run = async (options: Parameters<typeof detect>[1]) => {
  const system = createFakeSystem();
  const code = await detect(system, options);
  return { code, stdout: system.stdout(), stderr: system.stderr() };
};

describe("detect on the simulated house", () => {
  it("prints a configuration that `check` accepts, with every sensor of the house but its lines", async () => {
    const { code, stdout } = await run({ simulate: true });
    const file = scratch.write("house.yaml", stdout);
    const system = createFakeSystem();
    expect([code, await check(system, { "config.file": file })]).toEqual([0, 0]);
    // config/simulated.yaml has 11 sensors, three of them on GPIO lines.
    expect(system.stdout()).toContain("ok, 8 sensors");
  });

  it("writes no more than is needed, and why", async () => {
    const { stdout } = await run({ simulate: true });
    expect(stdout).toContain(
      [
        "  # /dev/i2c-1 0x77: Bosch BME280 temperature, humidity and pressure sensor",
        "  bme280 0x77:",
        "    driver: bme280",
        "    address: 0x77",
        "",
        "  # /sys/bus/w1/devices/28-0316a2794bff: 1-Wire thermometer",
        "  ds18b20 28-0316a2794bff:",
        "    driver: ds18b20",
        "    id: 28-0316a2794bff",
        "",
      ].join("\n"),
    );
    expect(stdout).toMatch(
      /^# yaml-language-server: \$schema=file:\/\/\/.*\/config\/schema\.json\n/u,
    );
  });

  it("shows people a table beside it", async () => {
    const { stderr } = await run({ simulate: true });
    expect(stderr).toMatch(/^AT +IS +CERTAINTY +ENTRY\n/u);
    expect(stderr).toMatch(/^\/dev\/i2c-1 0x76 .* found +bme280$/mu);
  });

  it("prints JSON for programs, and nothing beside it", async () => {
    const { stdout, stderr } = await run({ simulate: true, json: true });
    const { findings, obstacles } = JSON.parse(stdout);
    expect([findings.length, obstacles, stderr]).toEqual([8, [], ""]);
    expect(findings[2]).toMatchObject({
      place: "/dev/i2c-1 0x76",
      certainty: "found",
      entries: [{ name: "bme280", driver: "bme280", settings: {} }],
    });
  });

  it("looks at the buses that are named", async () => {
    const { stdout } = await run({ simulate: true, bus: ["7"], json: true });
    expect(JSON.parse(stdout).obstacles).toMatchObject([{ place: "/dev/i2c-7" }]);
  });

  it("refuses a bus that is not a number", async () => {
    await expect(run({ simulate: true, bus: ["i2c-1"] })).rejects.toThrow("--bus i2c-1");
  });

  it("simulates another board if one is named", async () => {
    const board = scratch.write(
      "board.yaml",
      "sensors: { attic: { driver: sht4x, address: 0x45 } }",
    );
    const { stdout } = await run({ simulate: true, "config.file": board });
    expect(stdout).toContain("  sht4x 0x45:\n    driver: sht4x\n    address: 0x45\n");
  });
});

describe("the printed configuration", () => {
  const render = async (board: Parameters<typeof detectOn>[0]) =>
    renderConfiguration(nameFindings(await detectOn(board)), "schema.json");

  it("is right, and serves, where nothing was found", async () => {
    const text = await render({});
    expect(problemLines(await load(text))).toEqual([]);
    expect(text).toContain("\nsensors: {}\n");
  });

  it("is right where nothing is sure", async () => {
    const slots = new Map([[0x76, { chip: parrot(0x58) }]]);
    const text = await render({ adapters: new Map([[1, createAdapter({ slots })]]) });
    expect(problemLines(await load(text))).toEqual([]);
    expect(text).toContain("  # /dev/i2c-1 0x76: not bme280\n");
  });

  it.each(["true", "12", "0x10", "1e3", "nvme: 1", "#", "on", "a: b", "ends:", "- x", '"', "é\\"])(
    "quotes where YAML would not read the name %s as it is",
    async (name) => {
      const hwmon = "/sys/devices/platform/some/hwmon/hwmon0";
      const text = await render({
        files: { [`${hwmon}/name`]: () => name, [`${hwmon}/temp1_input`]: () => "1000\n" },
      });
      const loaded = await load(text);
      expect(problemLines(loaded)).toEqual([]);
      expect(loaded).toMatchObject({ config: { sensors: [{ name, options: { device: name } }] } });
    },
  );

  it("has examples that are right once they are uncommented", async () => {
    const text = await render({});
    const examples = text
      .slice(text.indexOf("\nsensors: {}"))
      .replace("sensors: {}", "sensors:")
      .replace(/^ {2}# (?=\S.*:| )/gmu, "  ")
      .replace(/^ {2}(?=[A-Z])/gmu, "  # ");
    expect(problemLines(await load(examples))).toEqual([]);
  });
});
