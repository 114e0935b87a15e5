import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { bme280, measuredBme280Chip, sht4x, sht4xChip } from "./chips.ts";
import { changeChips, transfers } from "./emulator.ts";
import { emulatedBus, isRoot, unless } from "./environment.ts";
import { expectNear, expectNoGeneralCall, failures, isUp } from "./expect.ts";
import { bindDriver, releaseDriver } from "./kernel-devices.ts";
import { type Program, startProgram } from "./program.ts";

const suite = "chips that drivers of the kernel own";
const skip = unless(suite, {
  "KERNEL_TEST_I2C_BUS, _SOCKET and _LOG (an emulated adapter)":
    emulatedBus.number !== undefined && emulatedBus.socket !== undefined,
  "root, to bind drivers of the kernel": isRoot,
});
const bus = emulatedBus.number ?? 0;

const pace = { bus, interval: "500ms", expires: "3s" };
const configuration = {
  sensors: {
    hall: { driver: "sht4x", address: 0x46, ...pace },
    roof: { driver: "bme280", address: 0x77, ...pace },
    "hall by the kernel": {
      driver: "hwmon",
      device: "sht4x",
      at: `${bus}-0046`,
      interval: "500ms",
    },
    "roof by the kernel": { driver: "iio", device: "bme280", interval: "500ms" },
    free: { driver: "sht4x", address: 0x45, ...pace },
  },
};

describe(suite, { skip }, () => {
  let program: Program;

  before(async () => {
    await changeChips({ "0x45": sht4xChip, "0x46": sht4xChip, "0x77": measuredBme280Chip });
    bindDriver(bus, 0x46, "sht4x", "sht4x");
    bindDriver(bus, 0x77, "bme280", "bmp280-i2c");
    program = await startProgram({ configuration });
  });

  after(async () => {
    await program?.stop();
    releaseDriver(bus, 0x77);
  });

  it("are left alone", async () => {
    for (const sensor of ["hall", "roof"]) {
      const isOwned = (now: Parameters<typeof failures>[0]) =>
        failures(now, sensor, "owned-by-kernel") > 0;
      const scrape = await program.until(`${sensor} is owned by the kernel`, isOwned);
      assert.equal(scrape.value("sensor_up", { sensor }), 0);
    }
  });

  it("do not keep another chip on the bus from being read", async () => {
    const scrape = await program.until("free is up", (now) => isUp(now, "free"));
    const free = { sensor: "free" };
    expectNear(scrape, "sensor_temperature_celsius", free, sht4x.reading("temperatureCelsius"));
  });

  it("are read through hwmon", async () => {
    const sensor = "hall by the kernel";
    const scrape = await program.until(`${sensor} is up`, (now) => isUp(now, sensor));
    // drivers/hwmon/sht4x.c computes in thousandths, and rounds down.
    expectNear(
      scrape,
      "sensor_temperature_celsius",
      { sensor },
      {
        value: sht4x.reading("temperatureCelsius").value,
        tolerance: 0.005,
      },
    );
    expectNear(
      scrape,
      "sensor_relative_humidity_ratio",
      { sensor },
      {
        value: sht4x.reading("relativeHumidityRatio").value,
        tolerance: 0.00005,
      },
    );
  });

  it("are read through IIO", async () => {
    const sensor = "roof by the kernel";
    const scrape = await program.until(`${sensor} is up`, (now) => isUp(now, sensor));
    expectNear(
      scrape,
      "sensor_temperature_celsius",
      { sensor },
      bme280.reading("temperatureCelsius"),
    );
    expectNear(scrape, "sensor_pressure_pascals", { sensor }, bme280.reading("pressurePascals"));
    const humidity = bme280.reading("relativeHumidityRatio");
    expectNear(scrape, "sensor_relative_humidity_ratio", { sensor }, humidity);
  });

  it("are read again once their driver has let go of them", async () => {
    releaseDriver(bus, 0x46);
    const scrape = await program.until("hall is up", (now) => isUp(now, "hall"));
    const hall = { sensor: "hall" };
    expectNear(scrape, "sensor_temperature_celsius", hall, sht4x.reading("temperatureCelsius"));
    const sensor = "hall by the kernel";
    await program.until(
      "the device is missing",
      (now) => failures(now, sensor, "device-missing") > 0,
    );
  });

  it("are never mistaken for the general call address", async () => {
    // i2c-dev gives a file whose address was refused (EBUSY) the address 0.
    expectNoGeneralCall(await transfers());
    assert.ok(readFileSync(emulatedBus.log ?? "", "utf8").includes("w45:"));
  });
});
