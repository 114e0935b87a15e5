import { describe, expect, it } from "vitest";
import { driver } from "../../src/drivers/i2c/bme280.ts";
import { createI2cBench, patient } from "../harness/i2c.ts";
import { model } from "../mocks/chips/bme280.ts";
import { smbusOnlyFunctions } from "../mocks/i2c.ts";
import { createScriptedChip, readVectors } from "../vectors/vectors.ts";

// What a BME280 alone does. What all chips do is in test/conformance, its numbers are in test/vectors/bme280.json.

const bme280 = { name: "bme280", driver };
const vectors = readVectors("bme280");

const createScene = (options?: unknown, adapter?: Parameters<typeof createI2cBench>[0]) => {
  const bench = createI2cBench(adapter);
  const truths = new Map([
    ["temperatureCelsius", 21.5],
    ["pressurePascals", 100_000],
    ["relativeHumidityRatio", 0.43],
  ]);
  const chip = model.create(bench.surroundings(truths), undefined);
  bench.place(0x76, chip);
  return { bench, truths, chip, sensor: bench.sensor(bme280, { options }) };
};

const createScriptedScene = (wire: Readonly<Record<string, string>>) => {
  const bench = createI2cBench();
  bench.place(0x76, createScriptedChip(vectors, { wire }));
  return { bench, sensor: bench.sensor(bme280) };
};

describe("the identification of a BME280", () => {
  // BST-BME280-DS002 table 17; BST-BMP180-DS000 section 4.3; BST-BME680-DS001 section 5.3.1.8.
  it.each([
    { id: "58", says: "0x76 answers with id 0x58: a BMP280, which has no humidity sensor" },
    {
      id: "57",
      says: "0x76 answers with id 0x57: a BMP280 (sample), which has no humidity sensor",
    },
    {
      id: "56",
      says: "0x76 answers with id 0x56: a BMP280 (sample), which has no humidity sensor",
    },
    {
      id: "55",
      says: "0x76 answers with id 0x55: a BMP180 or BMP085, which has no humidity sensor",
    },
    { id: "61", says: "0x76 answers with id 0x61: a BME680 or BME688" },
    { id: "42", says: "0x76 answers with id 0x42: no chip that this driver knows" },
  ])("says: $says", async ({ id, says }) => {
    const { bench, sensor } = createScriptedScene({ "0xd0": id });
    await expect(bench.run(sensor.setUp(patient))).rejects.toMatchObject({
      code: "wrong-chip",
      message: says,
      remedy: "Set the driver of the chip that is there, or check the part and the address.",
    });
    expect(bench.adapter.log.map(({ written }) => written)).toEqual([Uint8Array.of(0xd0)]);
  });
});

describe("the set-up of a BME280", () => {
  it("gives up if the chip never ends loading its calibration", async () => {
    const { bench, sensor } = createScriptedScene({ "0xf3": "01" });
    await expect(bench.run(sensor.setUp(patient))).rejects.toMatchObject({ code: "not-ready" });
  });

  it("ends a measurement without end that another program started", async () => {
    const { bench, chip, sensor } = createScene();
    chip.write(Uint8Array.of(0xf4, 0b101_101_11));
    expect(await bench.firstReading(sensor)).toMatchObject({
      temperatureCelsius: expect.closeTo(21.5, 2),
    });
  });
});

describe("a reading of a BME280", () => {
  // Section 9.1 of the datasheet: at most 1.25 + 2.3 × 1 + (2.3 × 4 + 0.575) = 13.325 ms for this example of its own.
  it("waits the longest time that the datasheet gives for its settings", async () => {
    const { bench, sensor } = createScene({
      oversampling: { temperature: 1, pressure: 4, humidity: 0 },
    });
    await bench.firstReading(sensor);
    const start = bench.adapter.log.findLast(({ written }) => written?.[0] === 0xf4);
    const next = bench.adapter.log.find(({ atMs }) => atMs > (start?.atMs ?? 0));
    expect(start?.written).toEqual(Uint8Array.of(0xf4, 0b001_011_01));
    expect((next?.atMs ?? 0) - (start?.atMs ?? 0)).toBeCloseTo(13.325, 9);
  });

  it("takes all data registers in one transfer, so that they belong to one measurement", async () => {
    const { bench, sensor } = createScene();
    await bench.firstReading(sensor);
    const data = bench.adapter.log.filter(({ written }) => (written?.[0] ?? 0) >= 0xf7);
    expect(data.map(({ written, read }) => [written, read?.length])).toEqual([
      [Uint8Array.of(0xf7), 8],
    ]);
  });

  it("leaves out what is not measured", async () => {
    const { bench, sensor } = createScene({ oversampling: { pressure: 0, humidity: 0 } });
    expect(Object.keys(await bench.firstReading(sensor))).toEqual(["temperatureCelsius"]);
  });

  // Section 3.4.4: each measurement moves a filter with coefficient 4 by a quarter of the difference.
  it("follows slowly if the filter is on", async () => {
    const { bench, truths, sensor } = createScene({ filter: 4 });
    expect(await bench.firstReading(sensor)).toMatchObject({
      pressurePascals: expect.closeTo(100_000, -1),
    });
    truths.set("pressurePascals", 101_000);
    const pressures: unknown[] = [];
    for (let round = 0; round < 2; round += 1) {
      pressures.push((await bench.run(sensor.read(patient)))["pressurePascals"]);
    }
    expect(pressures).toEqual([expect.closeTo(100_250, -1), expect.closeTo(100_437.5, -1)]);
  });

  it("says that the chip was without power, if it has lost its settings", async () => {
    const { bench, chip, sensor } = createScene();
    await bench.firstReading(sensor);
    chip.powerCycle();
    await bench.clock.advance(1000);
    await expect(bench.run(sensor.read(patient))).rejects.toMatchObject({
      code: "no-data",
      message: "the chip has lost its settings, so it was without power",
    });
  });

  it("notices a loss of power even with settings that are almost those after power-on", async () => {
    const { bench, chip, sensor } = createScene({ oversampling: { pressure: 0, humidity: 0 } });
    await bench.firstReading(sensor);
    chip.powerCycle();
    await bench.clock.advance(1000);
    await expect(bench.run(sensor.read(patient))).rejects.toMatchObject({ code: "no-data" });
  });

  it("measures through an adapter that has only SMBus transfers", async () => {
    const { bench, sensor } = createScene(undefined, { functions: smbusOnlyFunctions });
    expect(await bench.firstReading(sensor)).toMatchObject({
      relativeHumidityRatio: expect.closeTo(0.43, 3),
    });
  });
});

describe("the options of a BME280", () => {
  it("are one sample of each and no filter by default", () => {
    expect(driver.options.parse({})).toEqual({
      oversampling: { temperature: 1, pressure: 1, humidity: 1 },
      filter: 0,
    });
  });

  it.each([
    { oversampling: { temperature: 0 } },
    { oversampling: { pressure: 3 } },
    { oversampling: { humidity: 32 } },
    { oversampling: 1 },
    { filter: 1 },
  ])("refuse %j", (options) => {
    expect(driver.options.safeParse(options).success).toBe(false);
  });
});
