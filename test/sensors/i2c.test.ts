import { describe, expect, it } from "vitest";
import { z } from "zod";
import { defineI2cDriver } from "../../src/drivers/driver.ts";
import { SensorError } from "../../src/errors.ts";
import { createI2cBench, patient } from "../harness/i2c.ts";
import type { Chip } from "../mocks/model.ts";

// A chip with one register that holds what it is and one that holds a temperature in whole degrees.
const createThermometer = (id: number, celsius: number): Chip & { id: number } => {
  const chip = {
    id,
    pointer: 0,
    write: ([register = 0]: Uint8Array) => {
      chip.pointer = register;
    },
    read: () => Uint8Array.of(chip.pointer === 0 ? chip.id : celsius),
    powerCycle: () => {},
  };
  return chip;
};

const thermometer = {
  name: "thermometer",
  driver: defineI2cDriver({
    title: "Thermometer",
    datasheet: "none",
    intervalMs: 1000,
    addresses: [0x10, 0x11],
    quantities: {
      temperatureCelsius: { minimum: 0, maximum: 50 },
      relativeHumidityRatio: { minimum: 0, maximum: 1 },
    },
    options: z.strictObject({ offset: z.number().default(0).describe("Added to every reading.") }),
    identify: async ({ i2c }) => {
      const [id = 0] = await i2c.readRegisters(0, 1);
      if (id !== 7) throw new SensorError("wrong-chip", `not a thermometer but ${id}`);
      return { serial: "42" };
    },
    setup: async ({ sleep, options }) => {
      await sleep(100);
      return { offset: options.offset };
    },
    read: async ({ i2c, sleep, state }) => {
      await sleep(10);
      const [celsius = 0] = await i2c.readRegisters(1, 1);
      return { temperatureCelsius: celsius + state.offset };
    },
  }),
};

describe("a sensor on an I2C bus", () => {
  it("tells bus, address and what the driver found out about the chip", async () => {
    const bench = createI2cBench();
    bench.place(0x11, createThermometer(7, 20));
    const { info } = await bench.run(bench.sensor(thermometer, { address: 0x11 }).setUp(patient));
    expect(info).toEqual({ bus: "1", address: "0x11", serial: "42" });
  });

  it("measures each quantity of its driver within the driver's limits, unless the driver lists its own", async () => {
    const bench = createI2cBench();
    bench.place(0x10, createThermometer(7, 20));
    const { measurements } = await bench.run(bench.sensor(thermometer).setUp(patient));
    expect(measurements).toEqual([
      { key: "temperatureCelsius", quantity: "temperatureCelsius", minimum: 0, maximum: 50 },
      { key: "relativeHumidityRatio", quantity: "relativeHumidityRatio", minimum: 0, maximum: 1 },
    ]);
  });

  it("reads with the options and with what its set-up returned", async () => {
    const bench = createI2cBench();
    bench.place(0x10, createThermometer(7, 20));
    const sensor = bench.sensor(thermometer, { options: { offset: 5 } });
    expect(await bench.firstReading(sensor)).toEqual({ temperatureCelsius: 25 });
  });

  it("refuses to be read before it was set up", async () => {
    const bench = createI2cBench();
    bench.place(0x10, createThermometer(7, 20));
    await expect(bench.run(bench.sensor(thermometer).read(patient))).rejects.toMatchObject({
      code: "internal",
    });
  });

  it("refuses to be read after a set-up that failed, even if one before it succeeded", async () => {
    const bench = createI2cBench();
    const chip = createThermometer(7, 20);
    bench.place(0x10, chip);
    const sensor = bench.sensor(thermometer);
    await bench.firstReading(sensor);
    chip.id = 8;
    await expect(bench.run(sensor.setUp(patient))).rejects.toMatchObject({ code: "wrong-chip" });
    await expect(bench.run(sensor.read(patient))).rejects.toMatchObject({ code: "internal" });
  });

  it("stops waiting for the chip when it is told to stop", async () => {
    const bench = createI2cBench();
    bench.place(0x10, createThermometer(7, 20));
    const controller = new AbortController();
    const settingUp = bench.sensor(thermometer).setUp(controller.signal);
    const outcome = expect(settingUp).rejects.toThrow("enough");
    await bench.clock.advance(50);
    controller.abort(new Error("enough"));
    await bench.clock.advance(0);
    await outcome;
  });

  it("does not touch the bus once it was told to stop", async () => {
    const bench = createI2cBench();
    bench.place(0x10, createThermometer(7, 20));
    const sensor = bench.sensor(thermometer);
    await bench.firstReading(sensor);
    const transfers = bench.adapter.log.length;
    const stopped = AbortSignal.abort(new Error("enough"));
    await expect(bench.run(sensor.read(stopped))).rejects.toThrow("enough");
    await expect(bench.run(sensor.setUp(stopped))).rejects.toThrow("enough");
    expect(bench.adapter.log).toHaveLength(transfers);
  });

  it("leaves the bus open for its neighbours when it is closed", async () => {
    const bench = createI2cBench();
    bench.place(0x10, createThermometer(7, 20));
    bench.place(0x11, createThermometer(7, 30));
    const neighbour = bench.sensor(thermometer, { address: 0x11 });
    await bench.firstReading(neighbour);
    const sensor = bench.sensor(thermometer);
    await bench.firstReading(sensor);
    await sensor.close();
    expect(await bench.run(neighbour.read(patient))).toEqual({ temperatureCelsius: 30 });
  });

  it("reports a bus that cannot be opened, and is set up once it can", async () => {
    const bench = createI2cBench({ missing: true });
    bench.place(0x10, createThermometer(7, 20));
    const sensor = bench.sensor(thermometer);
    await expect(bench.run(sensor.setUp(patient))).rejects.toMatchObject({
      code: "bus-unavailable",
    });
    bench.adapter.missing = false;
    expect(await bench.firstReading(sensor)).toEqual({ temperatureCelsius: 20 });
  });
});
