import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { ads1115, ads1115Chip, bme280, bme280Chip, sht4x, sht4xChip } from "./chips.ts";
import { changeChips, transfers } from "./emulator.ts";
import { emulatedBus, unless } from "./environment.ts";
import { expectNear, expectNoGeneralCall, failures, isUp } from "./expect.ts";
import { type Program, startProgram } from "./program.ts";

const suite = "chips on an adapter with plain transfers";

const bus = emulatedBus.number;
const pace = { bus, interval: "500ms", expires: "3s" };
const configuration = {
  sensors: {
    attic: { driver: "bme280", address: 0x76, ...pace },
    cellar: { driver: "sht4x", address: 0x44, ...pace },
    battery: { driver: "ads1115", address: 0x48, ...pace },
  },
};

const isPluggedIn = { "0x44": sht4xChip, "0x48": ads1115Chip, "0x76": bme280Chip };

const skip = unless(suite, {
  "KERNEL_TEST_I2C_BUS, _SOCKET and _LOG (an emulated adapter)":
    bus !== undefined && emulatedBus.socket !== undefined && emulatedBus.log !== undefined,
});

describe(suite, { skip }, () => {
  let program: Program;

  before(async () => {
    await changeChips(isPluggedIn);
    program = await startProgram({ configuration });
  });

  after(async () => {
    await program?.stop();
  });

  it("reads what a BME280 has measured after it was told to", async () => {
    const scrape = await program.until("attic is up", (now) => isUp(now, "attic"));
    const attic = { sensor: "attic" };
    expectNear(scrape, "sensor_temperature_celsius", attic, bme280.reading("temperatureCelsius"));
    expectNear(scrape, "sensor_pressure_pascals", attic, bme280.reading("pressurePascals"));
    const humidity = bme280.reading("relativeHumidityRatio");
    expectNear(scrape, "sensor_relative_humidity_ratio", attic, humidity);
  });

  it("reads an SHT4x, and not before it has measured", async () => {
    const scrape = await program.until("cellar is up", (now) => isUp(now, "cellar"));
    const cellar = { sensor: "cellar" };
    expectNear(scrape, "sensor_temperature_celsius", cellar, sht4x.reading("temperatureCelsius"));
    const humidity = sht4x.reading("relativeHumidityRatio");
    expectNear(scrape, "sensor_relative_humidity_ratio", cellar, humidity);
    assert.equal(scrape.labels("sensor_info", cellar)?.["serial"], "0d206101");
    const refused = (await transfers()).filter((transfer) => /r44:6 -> err/.test(transfer));
    assert.deepEqual(refused, []);
  });

  it("reads the four voltages of an ADS1115", async () => {
    const scrape = await program.until("battery is up", (now) => isUp(now, "battery"));
    for (const channel of ["0", "1", "2", "3"]) {
      const labels = { sensor: "battery", channel };
      expectNear(scrape, "sensor_voltage_volts", labels, ads1115.reading(channel));
    }
  });

  it("stops serving the readings of a chip that was unplugged, and only those", async () => {
    await changeChips({ "0x76": null });
    const down = await program.until("attic is down", (now) => !isUp(now, "attic"));
    assert.ok(failures(down, "attic", "no-acknowledge") > 0);
    const attic = { sensor: "attic" };
    const expired = await program.until("the readings have expired", (now) =>
      [
        "sensor_temperature_celsius",
        "sensor_pressure_pascals",
        "sensor_relative_humidity_ratio",
      ].every((name) => now.value(name, attic) === undefined),
    );
    assert.ok(isUp(expired, "cellar"));
    assert.ok(isUp(expired, "battery"));
    assert.ok(expired.value("sensor_temperature_celsius", { sensor: "cellar" }) !== undefined);
  });

  it("sets a chip up again that was plugged back in", async () => {
    await changeChips({ "0x76": bme280Chip });
    const scrape = await program.until("attic is up again", (now) => isUp(now, "attic"));
    const attic = { sensor: "attic" };
    expectNear(scrape, "sensor_temperature_celsius", attic, bme280.reading("temperatureCelsius"));
    assert.match(program.output(), /event=up sensor=attic/);
  });

  it("drops answers whose checksum is wrong", async () => {
    await changeChips({ "0x44": { fault: "corrupt" } });
    await program.until("a checksum is wrong", (now) => failures(now, "cellar", "checksum") > 0);
    await changeChips({ "0x44": { fault: null } });
    const scrape = await program.until("cellar is up again", (now) => isUp(now, "cellar"));
    const cellar = { sensor: "cellar" };
    expectNear(scrape, "sensor_temperature_celsius", cellar, sht4x.reading("temperatureCelsius"));
  });

  it("says that a chip is not ready when it measures for longer than its datasheet allows", async () => {
    const bytes = sht4x.bytes("0xfd");
    await changeChips({ "0x44": { commands: { fd: { bytes, delayMs: 60_000 } } } });
    await program.until("it is not ready", (now) => failures(now, "cellar", "not-ready") > 0);
    await changeChips({ "0x44": sht4xChip });
    await program.until("cellar is up again", (now) => isUp(now, "cellar"));
  });

  it("says that a chip holds the bus when its transfers do not end", async () => {
    await changeChips({ "0x48": { fault: "timeout" } });
    await program.until("time is up", (now) => failures(now, "battery", "bus-timeout") > 0);
    await changeChips({ "0x48": { fault: null } });
    const scrape = await program.until("battery is up again", (now) => isUp(now, "battery"));
    const labels = { sensor: "battery", channel: "2" };
    expectNear(scrape, "sensor_voltage_volts", labels, ads1115.reading("2"));
  });

  it("has never talked to the general call address", async (test) => {
    expectNoGeneralCall(await transfers());
    test.diagnostic(`resident set with three I2C sensors: ${await program.residentKilobytes()} kB`);
  });
});
