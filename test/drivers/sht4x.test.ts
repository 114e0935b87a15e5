import { describe, expect, it } from "vitest";
import { driver } from "../../src/drivers/i2c/sht4x.ts";
import { createI2cBench, type Placement, patient } from "../harness/i2c.ts";
import { model } from "../mocks/chips/sht4x.ts";
import { smbusOnlyFunctions } from "../mocks/i2c.ts";
import { type Chip, Nack } from "../mocks/model.ts";

// What an SHT4x alone does. What all chips do is in test/conformance, its numbers are in test/vectors/sht4x.json.

const sht4x = { name: "sht4x", driver };

const createScene = (placement: Placement = {}, adapter?: Parameters<typeof createI2cBench>[0]) => {
  const bench = createI2cBench(adapter);
  const truths = new Map([
    ["temperatureCelsius", -12.25],
    ["relativeHumidityRatio", 0.81],
  ]);
  const chip = model.create(bench.surroundings(truths), undefined);
  bench.place(0x44, chip);
  return { bench, truths, chip, sensor: bench.sensor(sht4x, placement) };
};

const commandsOf = ({ adapter }: ReturnType<typeof createI2cBench>): readonly number[] =>
  adapter.log.flatMap(({ written }) => [...(written ?? [])]);

describe("the identification of an SHT4x", () => {
  it("asks for the serial number and nothing else", async () => {
    const { bench, chip, sensor } = createScene();
    // Stops the set-up right after the identification.
    bench.place(0x44, {
      ...chip,
      write: (bytes) => {
        if (bytes[0] !== 0x89) throw new Nack();
        chip.write(bytes);
      },
    });
    await expect(bench.run(sensor.setUp(patient))).rejects.toMatchObject({
      code: "no-acknowledge",
    });
    expect(commandsOf(bench)).toEqual([0x89]);
  });

  // An SHT3x takes two bytes as a command (its datasheet, section 4.2), so one byte is acknowledged and then forgotten.
  it("refuses a chip that takes the command but gives no serial number, as an SHT3x does", async () => {
    const { bench, sensor } = createScene();
    const sht3x: Chip = {
      write: () => {},
      read: () => {
        throw new Nack();
      },
      powerCycle: () => {},
    };
    bench.place(0x44, sht3x);
    await expect(bench.run(sensor.setUp(patient))).rejects.toMatchObject({
      code: "wrong-chip",
      message: "0x44 gives no serial number as an SHT4x does",
      remedy: expect.stringContaining("SHT3x"),
    });
  });

  it("stops asking for it when it is told to stop", async () => {
    const { bench, chip, sensor } = createScene();
    const unanswering = () => {
      throw new Nack();
    };
    bench.place(0x44, { ...chip, read: unanswering });
    const controller = new AbortController();
    const outcome = expect(sensor.setUp(controller.signal)).rejects.toThrow("enough");
    await bench.clock.advance(5);
    controller.abort(new Error("enough"));
    await bench.clock.advance(0);
    await outcome;
  });

  it("needs an adapter with plain transfers and says so", async () => {
    const { bench, sensor } = createScene({}, { functions: smbusOnlyFunctions });
    await expect(bench.run(sensor.setUp(patient))).rejects.toMatchObject({
      code: "unsupported-adapter",
    });
  });
});

describe("a reading of an SHT4x", () => {
  // Sections 4.5 and 3.2 of the datasheet.
  it.each([
    { precision: "high", command: 0xfd, longestMs: 8.3 },
    { precision: "medium", command: 0xf6, longestMs: 4.5 },
    { precision: "low", command: 0xe0, longestMs: 1.7 },
  ])("at $precision precision waits $longestMs ms", async ({ precision, command, longestMs }) => {
    const { bench, sensor } = createScene({ options: { precision } });
    await bench.firstReading(sensor);
    const [measure, answer] = bench.adapter.log.slice(-2);
    expect(measure?.written).toEqual(Uint8Array.of(command));
    expect(answer?.read).toHaveLength(6);
    expect((answer?.atMs ?? 0) - (measure?.atMs ?? 0)).toBeCloseTo(longestMs, 9);
  });

  it("asks once more if the chip takes a little longer", async () => {
    let haste = 1;
    const { bench, sensor } = createScene({
      sleep: (milliseconds, signal) => bench.clock.sleep(milliseconds * haste, signal),
    });
    await bench.run(sensor.setUp(patient));
    haste = 0.9;
    expect(await bench.run(sensor.read(patient))).toEqual({
      temperatureCelsius: expect.closeTo(-12.25, 2),
      relativeHumidityRatio: expect.closeTo(0.81, 4),
    });
  });

  it("passes on what goes wrong on the bus at the second question", async () => {
    const { bench, chip, sensor } = createScene();
    await bench.run(sensor.setUp(patient));
    let questions = 0;
    bench.place(0x44, {
      ...chip,
      read: (length) => {
        questions += 1;
        if (questions === 1) throw new Nack();
        return chip.read(length).map((byte) => byte ^ 1);
      },
    });
    await expect(bench.run(sensor.read(patient))).rejects.toMatchObject({
      code: "checksum",
      message: "the checksum of the measurement is wrong in word 1",
    });
  });
});

describe("the options of an SHT4x", () => {
  it("are high precision by default", () => {
    expect(driver.options.parse({})).toEqual({ precision: "high" });
  });

  it.each([{ precision: "highest" }, { heater: true }])("refuse %j", (options) => {
    expect(driver.options.safeParse(options).success).toBe(false);
  });
});
