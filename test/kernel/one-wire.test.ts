import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { thermometers, unless } from "./environment.ts";
import { expectNear, isUp } from "./expect.ts";
import { type Program, startProgram } from "./program.ts";

const suite = "thermometers on a 1-Wire bus";
const skip = unless(suite, {
  "KERNEL_TEST_W1_RAW (DS18B20s whose registers are known)": thermometers !== undefined,
});

const ids = (): readonly string[] =>
  readdirSync("/sys/bus/w1/devices")
    .filter((name) => name.startsWith("28-"))
    .sort();

describe(suite, { skip }, () => {
  let program: Program;

  before(async () => {
    const sensors = ids().map((id) => [id, { driver: "ds18b20", id, interval: "1s" }] as const);
    program = await startProgram({ configuration: { sensors: Object.fromEntries(sensors) } });
  });

  after(async () => {
    await program?.stop();
  });

  it("are read to the sixteenth of a degree", async () => {
    const registers = readFileSync(thermometers ?? "", "utf8")
      .trim()
      .split(",")
      .map(Number);
    assert.equal(ids().length, registers.length);
    for (const [index, sensor] of ids().entries()) {
      const scrape = await program.until(`${sensor} is up`, (now) => isUp(now, sensor));
      // Maxim 19-7487 rev 6, figure 4: sixteenths of a degree; the kernel cuts them to thousandths.
      const value = (registers[index] ?? Number.NaN) / 16;
      expectNear(scrape, "sensor_temperature_celsius", { sensor }, { value, tolerance: 0.001 });
      assert.equal(scrape.labels("sensor_info", { sensor })?.["serial"], sensor);
    }
  });
});
