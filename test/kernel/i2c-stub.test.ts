import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { bme280 } from "./chips.ts";
import { isRoot, stubBus, unless } from "./environment.ts";
import { expectNear, failures, isUp } from "./expect.ts";
import { bindDriver, releaseDriver, setRegisters, setWord } from "./kernel-devices.ts";
import { type Program, startProgram } from "./program.ts";

const suite = "chips on an adapter that has only SMBus transfers (i2c-stub)";
const skip = unless(suite, {
  "KERNEL_TEST_STUB_BUS (i2c-stub with chips at 0x44, 0x48 and 0x76)": stubBus !== undefined,
  "root, to bind drivers of the kernel": isRoot,
});
const bus = stubBus ?? 0;

const pace = { bus, interval: "500ms", expires: "3s" };
const configuration = {
  sensors: {
    attic: { driver: "bme280", address: 0x76, ...pace },
    nobody: { driver: "bme280", address: 0x77, ...pace },
    cellar: { driver: "sht4x", address: 0x44, ...pace },
    taken: { driver: "ads1115", address: 0x48, ...pace },
    "by the kernel": { driver: "hwmon", device: "lm75", interval: "500ms" },
  },
};

describe(suite, { skip }, () => {
  let program: Program;

  before(async () => {
    setRegisters(bus, 0x76, {
      "0xd0": bme280.bytes("0xd0"),
      "0x88": bme280.bytes("0x88"),
      "0xe1": bme280.bytes("0xe1"),
      "0xf7": bme280.bytes("0xf7"),
    });
    // NXP LM75B, table 9: 0C8h of 11 bits is +25 °C.
    setWord(bus, 0x48, "0x00", 0x1900);
    bindDriver(bus, 0x48, "lm75", "lm75");
    program = await startProgram({ configuration });
  });

  after(async () => {
    await program?.stop();
    releaseDriver(bus, 0x48);
  });

  it("reads a BME280 by its registers", async () => {
    const scrape = await program.until("attic is up", (now) => isUp(now, "attic"));
    const attic = { sensor: "attic" };
    expectNear(scrape, "sensor_temperature_celsius", attic, bme280.reading("temperatureCelsius"));
    expectNear(scrape, "sensor_pressure_pascals", attic, bme280.reading("pressurePascals"));
    const humidity = bme280.reading("relativeHumidityRatio");
    expectNear(scrape, "sensor_relative_humidity_ratio", attic, humidity);
  });

  it("finds nobody at an address without a chip", async () => {
    await program.until("it failed", (now) => failures(now, "nobody", "no-acknowledge") > 0);
  });

  it("refuses a chip that needs plain transfers", async () => {
    const code = "unsupported-adapter";
    await program.until("it failed", (now) => failures(now, "cellar", code) > 0);
  });

  it("leaves a chip alone that a driver of the kernel owns", async () => {
    const code = "owned-by-kernel";
    const scrape = await program.until("it failed", (now) => failures(now, "taken", code) > 0);
    assert.equal(scrape.value("sensor_up", { sensor: "taken" }), 0);
    assert.match(program.output(), /sensor=taken code=owned-by-kernel/);
  });

  it("reads that chip through its driver", async () => {
    const scrape = await program.until("it is up", (now) => isUp(now, "by the kernel"));
    const labels = { sensor: "by the kernel", channel: "temp1" };
    expectNear(scrape, "sensor_temperature_celsius", labels, { value: 25, tolerance: 1e-9 });
    assert.ok(isUp(scrape, "attic"));
  });
});
