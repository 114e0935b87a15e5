import { describe, expect, it } from "vitest";
import { driver as ds18b20 } from "../../src/drivers/kernel/ds18b20.ts";
import { driver as thermal } from "../../src/drivers/kernel/thermal.ts";
import { createKernelBench } from "../harness/kernel.ts";
import { scratchpadOf, w1SlaveText } from "../mocks/chips/ds18b20.ts";
import type { AttributeFiles } from "../mocks/sysfs.ts";

const thermometer = { name: "ds18b20", driver: ds18b20 };
const id = "28-0316a2794bff";
const directory = `/sys/devices/w1_bus_master1/${id}`;

/** A thermometer whose file shows whatever the test says. */
const showing = (millidegrees: number) => {
  const shown = { millidegrees };
  const bench = createKernelBench({
    [`${directory}/temperature`]: () => `${shown.millidegrees}\n`,
  });
  return { bench, shown, sensor: bench.sensor(thermometer, { id }) };
};

describe("a DS18B20 that shows exactly 85 °C", () => {
  it("is believed after a reading near it", async () => {
    const { bench, shown, sensor } = showing(84_500);
    await bench.firstReading(sensor);
    shown.millidegrees = 85_000;
    expect(await bench.read(sensor)).toEqual({ temperature: 85 });
    expect(await bench.read(sensor)).toEqual({ temperature: 85 });
  });

  it.each([20_000, 79_937, 90_062, -10_000])(
    "is not believed after a reading of %d m°C",
    async (before) => {
      const { bench, shown, sensor } = showing(before);
      await bench.firstReading(sensor);
      shown.millidegrees = 85_000;
      await expect(bench.read(sensor)).rejects.toMatchObject({
        code: "not-ready",
        remedy: expect.stringContaining("parasite power"),
      });
    },
  );

  it("is not believed as its own witness", async () => {
    const { bench, sensor } = showing(85_000);
    await expect(bench.firstReading(sensor)).rejects.toMatchObject({ code: "not-ready" });
    await expect(bench.read(sensor)).rejects.toMatchObject({ code: "not-ready" });
  });

  it("is not believed after it was set up again, since it may have lost its power", async () => {
    const { bench, shown, sensor } = showing(84_500);
    await bench.firstReading(sensor);
    shown.millidegrees = 85_000;
    await expect(bench.firstReading(sensor)).rejects.toMatchObject({ code: "not-ready" });
  });

  it("is nothing special a sixteenth of a degree away", async () => {
    const { bench, sensor } = showing(85_062);
    expect(await bench.firstReading(sensor)).toEqual({ temperature: 85.062 });
  });
});

describe("a DS18B20", () => {
  it("that is absent is answered with those that are there", async () => {
    const bench = createKernelBench({
      "/sys/devices/w1_bus_master1/28-00000495db35/temperature": () => "20000\n",
      "/sys/devices/w1_bus_master1/01-0000017c5a3e/id": () => "\n",
    });
    await expect(bench.setUp(bench.sensor(thermometer, { id }))).rejects.toThrow(
      `no thermometer ${id} is connected; there are: 28-00000495db35`,
    );
  });

  it("is looked for on a bus that has no other", async () => {
    const bench = createKernelBench({
      "/sys/devices/w1_bus_master1/w1_master_slave_count": () => "0\n",
    });
    await expect(bench.setUp(bench.sensor(thermometer, { id }))).rejects.toMatchObject({
      code: "device-missing",
      remedy: expect.stringContaining("pull-up"),
    });
  });

  it("needs a bus", async () => {
    const bench = createKernelBench();
    await expect(bench.setUp(bench.sensor(thermometer, { id }))).rejects.toMatchObject({
      code: "device-missing",
      message: "there is no 1-Wire bus",
      remedy: expect.stringContaining("dtoverlay=w1-gpio"),
    });
  });

  it("needs the module that reads thermometers", async () => {
    const bench = createKernelBench({ [`${directory}/id`]: () => "\n" });
    await expect(bench.setUp(bench.sensor(thermometer, { id }))).rejects.toMatchObject({
      code: "device-missing",
      remedy: expect.stringContaining("modprobe w1_therm"),
    });
  });

  it("names wiring as the cause where it does not answer", async () => {
    const bench = createKernelBench({ [`${directory}/temperature`]: () => "" });
    await expect(bench.firstReading(bench.sensor(thermometer, { id }))).rejects.toMatchObject({
      code: "no-data",
      remedy: expect.stringContaining("pull-up"),
    });
  });

  it.each(["t=23125", "not ready\n", "72 01 : crc=57 YES\n72 01 t=23125"])(
    "is not read from a file that holds %j instead of bytes",
    async (text) => {
      const bench = createKernelBench({ [`${directory}/w1_slave`]: () => text });
      await expect(bench.firstReading(bench.sensor(thermometer, { id }))).rejects.toMatchObject({
        code: "no-data",
      });
    },
  );

  it("at 0 °C is believed where there are no bytes to look at", async () => {
    const { bench, sensor } = showing(0);
    expect(await bench.firstReading(sensor)).toEqual({ temperature: 0 });
  });

  it.each(["", "28-0316A2794BFF", "28-0316", "28-0316a2794bff/..", "12-0316a2794bff", "../hwmon"])(
    "cannot have the id %j",
    (wrong) => {
      expect(ds18b20.options.safeParse({ id: wrong }).success).toBe(false);
    },
  );

  it("is modelled with the checksum of real chips", () => {
    // Recorded from chips: raspberrypi/firmware issue 348 (85 °C after power-on) and Adafruit's Lesson 11.
    expect(w1SlaveText([0x50, 5, 0x4b, 0x46, 0x7f, 0xff, 0x0c, 0x10, 0x1c], 85_000)).toContain(
      ": crc=1c YES\n",
    );
    expect(scratchpadOf(23.125)).toEqual([0x72, 0x01, 0x4b, 0x46, 0x7f, 0xff, 0x0e, 0x10, 0x57]);
  });
});

describe("thermal zones of one type", () => {
  const zone = (number: number, millidegrees: number): AttributeFiles => ({
    [`/sys/devices/virtual/thermal/thermal_zone${number}/type`]: () => "acpitz\n",
    [`/sys/devices/virtual/thermal/thermal_zone${number}/temp`]: () => `${millidegrees}\n`,
  });

  it("are told apart by their own names, for want of others", async () => {
    const bench = createKernelBench({ ...zone(0, 30_000), ...zone(1, 40_000) });
    const named = { name: "thermal", driver: thermal };
    await expect(bench.setUp(bench.sensor(named, { type: "acpitz" }))).rejects.toMatchObject({
      remedy: "Say which one: `at: thermal_zone0` or `at: thermal_zone1`.",
    });
    const second = bench.sensor(named, { type: "acpitz", at: "thermal_zone1" });
    expect(await bench.firstReading(second)).toEqual({ temp: 40 });
  });
});
