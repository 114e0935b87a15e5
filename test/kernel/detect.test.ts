import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { bme280Chip, measuredBme280Chip, sht4xChip } from "./chips.ts";
import { changeChips, transfers } from "./emulator.ts";
import { emulatedBus, isRoot, thermometers, unless } from "./environment.ts";
import { expectNoGeneralCall } from "./expect.ts";
import { bindDriver, releaseDriver } from "./kernel-devices.ts";
import { makeDirectory, runCommand } from "./program.ts";

const suite = "what is connected";
const skip = unless(suite, {
  "KERNEL_TEST_I2C_BUS, _SOCKET and _LOG (an emulated adapter)":
    emulatedBus.number !== undefined && emulatedBus.socket !== undefined,
  "KERNEL_TEST_W1_RAW (DS18B20s whose registers are known)": thermometers !== undefined,
  "root, to bind drivers of the kernel": isRoot,
});
const bus = emulatedBus.number ?? 0;

const ids = (): readonly string[] =>
  readdirSync("/sys/bus/w1/devices").filter((name) => name.startsWith("28-"));

/** Addresses that are free of what other suites put there. */
const unplugged = { "0x44": null, "0x45": null, "0x48": null };

describe(suite, { skip }, () => {
  let file = "";
  let printed = "";

  before(async () => {
    await changeChips({
      ...unplugged,
      "0x46": sht4xChip,
      "0x76": bme280Chip,
      "0x77": measuredBme280Chip,
    });
    bindDriver(bus, 0x77, "bme280", "bmp280-i2c");
    file = join(await makeDirectory(), "config.yaml");
    const { code, stdout, stderr } = await runCommand(["detect", `--bus=${bus}`]);
    assert.equal(code, 0, stderr);
    printed = stdout;
    await writeFile(file, stdout);
  });

  after(() => releaseDriver(bus, 0x77));

  it("is found: a BME280, an SHT4x that is not at its usual address, thermometers", () => {
    const at = bus === 1 ? "" : `\\n {4}bus: ${bus}`;
    assert.match(printed, new RegExp(`\\n {4}driver: bme280${at}(\\n {4}address: 0x76)?\\n`));
    assert.match(printed, new RegExp(`\\n {4}driver: sht4x${at}\\n {4}address: 0x46\\n`));
    assert.match(printed, /\(serial 0d206101\)/);
    for (const id of ids()) assert.ok(printed.includes(`\n    id: ${id}\n`), id);
  });

  it("is left to the kernel where one of its drivers has the chip", () => {
    assert.match(printed, new RegExp(`/dev/i2c-${bus} 0x77: the kernel's driver bmp280`));
    assert.match(printed, /\n {4}driver: iio\n {4}device: bme280\n/);
  });

  it("makes a configuration that is right", async () => {
    const { code, stdout, stderr } = await runCommand(["check", `--config.file=${file}`]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /: ok, \d+ sensors/);
  });

  it("is all there by the doctor, who names the one that is taken out", async () => {
    const options = ["doctor", `--config.file=${file}`, "--json"];
    const sensors = /^.*"topic":"(?:sensors|i2c|1-wire)".*$/gmu;
    const well = await runCommand(options);
    const verdicts = (well.stdout.match(sensors) ?? []).map((line) => JSON.parse(line).verdict);
    assert.deepEqual(new Set(verdicts), new Set(["ok"]), well.stdout + well.stderr);
    await changeChips({ "0x46": null });
    const ill = await runCommand(options);
    assert.equal(ill.code, 1);
    assert.match(
      ill.stdout,
      /"verdict":"fail","topic":"sensors","finding":"sht4x 0x46[^"]*no chip acknowledges/,
    );
  });

  it("is asked without a general call", async () => {
    expectNoGeneralCall(await transfers());
  });
});
