import { describe, expect, it } from "vitest";
import { driver } from "../../src/drivers/i2c/ads1115.ts";
import { createI2cBench, patient } from "../harness/i2c.ts";
import { measurementsWith } from "../harness/i2c-drivers.ts";
import { model } from "../mocks/chips/ads1115.ts";
import { smbusOnlyFunctions } from "../mocks/i2c.ts";
import type { Chip } from "../mocks/model.ts";
import { createScriptedChip, readVectors } from "../vectors/vectors.ts";

// What an ADS1115 alone does. What all chips do is in test/conformance, its numbers are in test/vectors/ads1115.json.

const ads1115 = { name: "ads1115", driver };

const createScene = (
  options: Record<string, unknown> = {},
  adapter?: Parameters<typeof createI2cBench>[0],
) => {
  const bench = createI2cBench(adapter);
  const truths = new Map([["voltageVolts", 1.5]]);
  const chip = model.create(bench.surroundings(truths), driver.options.parse(options));
  bench.place(0x48, chip);
  return { bench, truths, chip, sensor: bench.sensor(ads1115, { options }) };
};

/** Words written to the configuration register that start a conversion. */
const startsOf = ({ adapter }: ReturnType<typeof createI2cBench>): readonly number[] =>
  adapter.log.flatMap(({ written = new Uint8Array() }) => {
    const [register, high = 0, low = 0] = written;
    return register === 1 && (high & 0x80) !== 0 ? [(high << 8) | low] : [];
  });

describe("the identification of an ADS1115", () => {
  it("writes nothing, since it cannot know whether it is one", async () => {
    const { bench, sensor } = createScene();
    bench.place(0x48, createScriptedChip(readVectors("ads1115"), { wire: { "0x02": "4b 00" } }));
    await expect(bench.run(sensor.setUp(patient))).rejects.toMatchObject({
      code: "wrong-chip",
      message: "0x48 has 0x4b00 and 0x7fff for an ADS1115's thresholds",
    });
    expect(bench.adapter.log.map(({ written }) => written?.length)).toEqual([1, 1]);
  });

  // SBAS473E, section 8.6.4: the same values after power-on, but the lowest four bits cannot be changed.
  it("refuses an ADS1015, which has the same registers", async () => {
    const { bench, chip, sensor } = createScene();
    bench.place(0x48, { ...chip, write: (bytes) => writeTwelveBits(chip, bytes) });
    await expect(bench.run(sensor.setUp(patient))).rejects.toMatchObject({
      code: "wrong-chip",
      message: "0x48 keeps 12 bits of a threshold, as an ADS1015 does",
    });
  });

  it("leaves the thresholds as they were", async () => {
    const { bench, chip, sensor } = createScene();
    await bench.firstReading(sensor);
    const thresholds = [2, 3].map((register) => {
      chip.write(Uint8Array.of(register));
      return [...chip.read(2)];
    });
    expect(thresholds).toEqual([
      [0x80, 0x00],
      [0x7f, 0xff],
    ]);
  });

  it("is not put off by a threshold that an interrupted set-up left behind", async () => {
    const { bench, chip, sensor } = createScene();
    chip.write(Uint8Array.of(2, 0x80, 0x0f));
    expect(await bench.firstReading(sensor)).toMatchObject({ "0": expect.closeTo(1.5, 3) });
  });
});

const writeTwelveBits = (chip: Chip, bytes: Uint8Array): void => {
  const isThreshold = bytes[0] === 2 && bytes.length === 3;
  chip.write(isThreshold ? Uint8Array.of(2, bytes[1] ?? 0, (bytes[2] ?? 0) & 0xf0) : bytes);
};

describe("the set-up of an ADS1115", () => {
  // SBAS444D, section 9.6.3: 0x8403 is continuous conversion of input 0 against 1 at 8 samples per second.
  it("waits until a chip that was left converting has stopped", async () => {
    const { bench, truths, chip, sensor } = createScene({ channels: [{ input: "2" }] });
    truths.set("voltageVolts/2", 2.5).set("voltageVolts/0-1", 0.1);
    chip.write(Uint8Array.of(1, 0x84, 0x03));
    expect(await bench.firstReading(sensor)).toEqual({ "2": expect.closeTo(2.5, 3) });
  });

  it("gives up on a chip that does not stop", async () => {
    const { bench, sensor } = createScene();
    const file = { ...readVectors("ads1115"), readAsSet: {} };
    bench.place(0x48, createScriptedChip(file, { wire: {} }));
    await expect(bench.run(sensor.setUp(patient))).rejects.toMatchObject({ code: "not-ready" });
  });

  it("refuses a chip that does not keep its configuration", async () => {
    const { bench, chip, sensor } = createScene();
    bench.place(0x48, {
      ...chip,
      write: (bytes) => (bytes[0] === 1 ? chip.write(Uint8Array.of(1)) : chip.write(bytes)),
    });
    await expect(bench.run(sensor.setUp(patient))).rejects.toMatchObject({
      code: "no-data",
      message: "the chip did not keep its settings: 0x0103 became 0x0583",
    });
  });
});

describe("a reading of an ADS1115", () => {
  // SBAS444D, section 9.6.3, by hand: OS 1, MUX, PGA, MODE 1, DR, comparator off (00011).
  it.each([
    { input: "0-1", range: "6.144V", data_rate: 8, word: 0b1_000_000_1_000_00011 },
    { input: "0-3", range: "4.096V", data_rate: 16, word: 0b1_001_001_1_001_00011 },
    { input: "1-3", range: "2.048V", data_rate: 32, word: 0b1_010_010_1_010_00011 },
    { input: "2-3", range: "1.024V", data_rate: 64, word: 0b1_011_011_1_011_00011 },
    { input: "0", range: "0.512V", data_rate: 128, word: 0b1_100_100_1_100_00011 },
    { input: "1", range: "0.256V", data_rate: 250, word: 0b1_101_101_1_101_00011 },
    { input: "2", range: "4.096V", data_rate: 475, word: 0b1_110_001_1_110_00011 },
    { input: "3", range: "4.096V", data_rate: 860, word: 0b1_111_001_1_111_00011 },
  ])(
    "of $input at $range and $data_rate samples per second writes $word",
    async ({ word, ...channel }) => {
      const { bench, truths, sensor } = createScene({ channels: [channel] });
      truths.set("voltageVolts", 0.2);
      expect(await bench.firstReading(sensor)).toEqual({ [channel.input]: expect.closeTo(0.2, 3) });
      expect(startsOf(bench)).toEqual([word]);
    },
  );

  // SBAS444D, section 7.5: the data rate may be 10 % lower, so 1 / (0.9 × 8) s; 25 µs more by section 9.4.2.1.
  it("waits as long as the slowest clock takes", async () => {
    const { bench, sensor } = createScene({ channels: [{ input: "0", data_rate: 8 }] });
    await bench.firstReading(sensor);
    const index = bench.adapter.log.findLastIndex(({ written }) => written?.length === 3);
    const [start, next] = bench.adapter.log.slice(index);
    const waitedMs = (next?.atMs ?? 0) - (start?.atMs ?? 0);
    expect(waitedMs).toBeGreaterThanOrEqual(1000 / 7.2 + 0.025);
    expect(waitedMs).toBeLessThan(140);
  });

  it("leaves out a voltage beyond its range and keeps the others", async () => {
    const { bench, truths, sensor } = createScene({
      channels: [
        { input: "0", name: "battery" },
        { input: "1", name: "panel" },
        { input: "2-3", name: "shunt", range: "0.256V" },
      ],
    });
    truths
      .set("voltageVolts/battery", 3.7)
      .set("voltageVolts/panel", 5)
      .set("voltageVolts/shunt", -0.3);
    expect(await bench.firstReading(sensor)).toEqual({ battery: expect.closeTo(3.7, 3) });
  });

  it("notices that another program changed the settings", async () => {
    const { bench, chip, sensor } = createScene();
    await bench.run(sensor.setUp(patient));
    const reading = sensor.read(patient);
    const outcome = expect(reading).rejects.toMatchObject({ code: "no-data" });
    await bench.clock.advance(1);
    chip.write(Uint8Array.of(1, 0x85, 0x83));
    await bench.clock.advance(500);
    await outcome;
  });

  it("measures through an adapter that has only SMBus transfers", async () => {
    const { bench, sensor } = createScene({}, { functions: smbusOnlyFunctions });
    expect(await bench.firstReading(sensor)).toMatchObject({ "3": expect.closeTo(1.5, 3) });
  });
});

describe("the options of an ADS1115", () => {
  it("are the four inputs by default, at a range that covers a supply of 3.3 V", () => {
    const each = (input: string) => ({ input, range: "4.096V", data_rate: 128 });
    expect(driver.options.parse({})).toEqual({ channels: ["0", "1", "2", "3"].map(each) });
  });

  it("give each channel a label, its own key and the limits of its range", () => {
    const channels = [{ input: "0", name: "battery", range: "2.048V" }, { input: "0-1" }];
    expect(measurementsWith(ads1115, { channels })).toEqual([
      {
        key: "battery",
        quantity: "voltageVolts",
        labels: { channel: "battery" },
        minimum: -2.048,
        maximum: 2.048,
      },
      {
        key: "0-1",
        quantity: "voltageVolts",
        labels: { channel: "0-1" },
        minimum: -4.096,
        maximum: 4.096,
      },
    ]);
  });

  it("refuse two channels of one name and say which", () => {
    const channels = [{ input: "0" }, { input: "1", name: "battery" }, { input: "2", name: "0" }];
    expect(driver.options.safeParse({ channels }).error?.issues).toEqual([
      expect.objectContaining({
        path: ["channels", 2, "name"],
        message: "two channels have the name 0; give each its own",
      }),
    ]);
  });

  it.each([
    { channels: [] },
    { channels: [{ input: "4" }] },
    { channels: [{ input: "1-0" }] },
    { channels: [{ input: "0", range: 4.096 }] },
    { channels: [{ input: "0", data_rate: 100 }] },
    { channels: [{ input: "0", name: "" }] },
    { channels: [{ input: "0", gain: 1 }] },
  ])("refuse %j", (options) => {
    expect(driver.options.safeParse(options).success).toBe(false);
  });
});
