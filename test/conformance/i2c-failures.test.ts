import { describe, expect, it } from "vitest";
import { SensorError } from "../../src/errors.ts";
import type { Readings } from "../../src/reading.ts";
import type { Sensor } from "../../src/sensors/sensor.ts";
import { createI2cBench, patient } from "../harness/i2c.ts";
import {
  createModelledChip,
  disturb,
  type Interference,
  type ModelledDriver,
  measurementsWith,
  modelledDrivers,
  valueAt,
} from "../harness/i2c-drivers.ts";
import { type Chip, Nack } from "../mocks/model.ts";
import { createRandom } from "../mocks/random.ts";
import { readVectors } from "../vectors/vectors.ts";

// Over whatever is in src/drivers/i2c: whatever goes wrong, the outcome is an error with a code, or what is true.

// Not the middle: nothing that is true may be what an empty register means.
const fraction = 0.6;
// A poll may take as long as this before it gives up on a chip.
const patienceMs = 3000;

type Bench = ReturnType<typeof createI2cBench>;
type Outcome = Readings | SensorError;

/** A reading, or the SensorError in its place; any other error fails the test, and so does taking too long. */
const outcomeOf = async (bench: Bench, attempt: Promise<Readings>): Promise<Outcome> => {
  const startedMs = bench.clock.nowMs();
  const outcome = await bench.run(attempt).catch((error: unknown) => {
    if (error instanceof SensorError && error.code !== "internal") return error;
    throw error;
  });
  expect(bench.clock.nowMs() - startedMs).toBeLessThan(patienceMs);
  return outcome;
};

const setUpAndRead = async (sensor: Sensor<Readings>): Promise<Readings> => {
  await sensor.setUp(patient);
  return await sensor.read(patient);
};

/** Codes of an error and of all that it was caused by. */
const codesOf = (outcome: unknown): readonly string[] =>
  outcome instanceof SensorError ? [outcome.code, ...codesOf(outcome.cause)] : [];

const isTrue = (modelled: ModelledDriver, readings: Outcome): boolean =>
  !(readings instanceof SensorError) &&
  measurementsWith(modelled, {}).every((measurement) => {
    const { key, minimum = 0, maximum = 1 } = measurement;
    const distance = Math.abs((readings[key] ?? Number.NaN) - valueAt(measurement, fraction));
    return distance <= 5e-4 * (maximum - minimum);
  });

/** The first set-up and reading of a chip with whom something interferes. */
const disturbedOutcome = async (
  modelled: ModelledDriver,
  interferenceOf: (chip: Chip) => Interference,
): Promise<{ readonly outcome: Outcome; readonly transfers: number }> => {
  const bench = createI2cBench();
  const chip = createModelledChip(modelled, bench.surroundings, fraction);
  const disturbed = disturb(chip, interferenceOf(chip));
  bench.place(modelled.driver.addresses[0], disturbed);
  const outcome = await outcomeOf(bench, setUpAndRead(bench.sensor(modelled)));
  return { outcome, transfers: disturbed.transfers() };
};

/** Each transfer of an undisturbed set-up and reading, by its number. */
const transfersOf = async (modelled: ModelledDriver): Promise<readonly number[]> => {
  const { outcome, transfers } = await disturbedOutcome(modelled, () => ({}));
  expect(isTrue(modelled, outcome)).toBe(true);
  return Array.from({ length: transfers }, (_, transfer) => transfer);
};

const flip = (bytes: Uint8Array, bit: number): Uint8Array =>
  bytes.map((byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 0b111)) : byte));

/** Every single bit of every answer: number of the transfer and of the bit. */
const answeredBits = async (
  modelled: ModelledDriver,
): Promise<readonly { readonly transfer: number; readonly bit: number }[]> => {
  const lengths = new Map<number, number>();
  await disturbedOutcome(modelled, () => ({
    answer: (bytes, transfer) => {
      lengths.set(transfer, bytes.length);
      return bytes;
    },
  }));
  return [...lengths].flatMap(([transfer, length]) =>
    Array.from({ length: length * 8 }, (_, bit) => ({ transfer, bit })),
  );
};

const foreignChips: readonly { readonly name: string; readonly chip: Chip }[] = [
  { name: "nothing but zeros", byteAt: () => 0x00 },
  { name: "nothing but ones", byteAt: () => 0xff },
  ...[1, 2, 3, 4, 5].map((seed) => {
    const random = createRandom(seed);
    return { name: `noise (${seed})`, byteAt: () => Math.floor(random() * 0x100) };
  }),
].map(({ name, byteAt }) => ({
  name,
  chip: {
    write: () => {},
    read: (length: number) => Uint8Array.from({ length }, byteAt),
    powerCycle: () => {},
  },
}));

describe.each(modelledDrivers)("the driver $name", (modelled) => {
  const { name, driver } = modelled;
  const [address] = driver.addresses;
  // A chip whose answers carry checksums has a vector with a wrong one.
  const hasChecksums = readVectors(name).vectors.some(({ error }) => error === "checksum");

  describe("takes for its own", () => {
    it.each(modelledDrivers.filter((other) => other.name !== name))(
      "no $name at its address",
      async (other) => {
        for (const place of driver.addresses) {
          const bench = createI2cBench();
          bench.place(place, createModelledChip(other, bench.surroundings));
          const sensor = bench.sensor(modelled, { address: place });
          const outcome = await outcomeOf(bench, setUpAndRead(sensor));
          expect(outcome).toBeInstanceOf(SensorError);
        }
      },
    );

    it.each(foreignChips)("no chip that answers $name", async ({ chip }) => {
      const bench = createI2cBench();
      bench.place(address, chip);
      const outcome = await outcomeOf(bench, setUpAndRead(bench.sensor(modelled)));
      expect(outcome).toMatchObject({ code: "wrong-chip" });
    });
  });

  describe("reports a missing acknowledge", () => {
    it("where there is no chip", async () => {
      const bench = createI2cBench();
      const outcome = await outcomeOf(bench, setUpAndRead(bench.sensor(modelled)));
      expect(outcome).toMatchObject({ code: "no-acknowledge" });
    });

    it("from whichever transfer on the chip is gone, as the error or its cause", async () => {
      for (const last of await transfersOf(modelled)) {
        const { outcome } = await disturbedOutcome(modelled, () => ({
          before: (transfer) => {
            if (transfer >= last) throw new Nack();
          },
        }));
        expect(codesOf(outcome), `transfer ${last}`).toContain("no-acknowledge");
      }
    });

    it("at any one transfer, unless it gets the right reading all the same", async () => {
      for (const lost of await transfersOf(modelled)) {
        const { outcome } = await disturbedOutcome(modelled, () => ({
          before: (transfer) => {
            if (transfer === lost) throw new Nack();
          },
        }));
        const isFine = isTrue(modelled, outcome) || codesOf(outcome).includes("no-acknowledge");
        expect(isFine, `transfer ${lost}`).toBe(true);
      }
    });
  });

  it("passes on a failure of the bus as it is", async () => {
    for (const [fault, code] of [
      ["timeout", "bus-timeout"],
      ["io-error", "bus-error"],
      ["arbitration-lost", "bus-error"],
    ] as const) {
      const bench = createI2cBench();
      const sensor = bench.sensor(modelled);
      bench.adapter.slots.set(address, {
        chip: createModelledChip(modelled, bench.surroundings),
        fault,
      });
      expect(await outcomeOf(bench, setUpAndRead(sensor))).toMatchObject({ code });
    }
  });

  it("finds every flipped bit by the checksum, or makes nothing but numbers and errors of it", async () => {
    const keys = measurementsWith(modelled, {}).map(({ key }) => key);
    for (const { transfer: disturbed, bit } of await answeredBits(modelled)) {
      const { outcome } = await disturbedOutcome(modelled, () => ({
        answer: (bytes, transfer) => (transfer === disturbed ? flip(bytes, bit) : bytes),
      }));
      const place = `transfer ${disturbed}, bit ${bit}`;
      if (hasChecksums) expect(codesOf(outcome), place).toContain("checksum");
      if (outcome instanceof SensorError) continue;
      expect(keys, place).toEqual(expect.arrayContaining(Object.keys(outcome)));
      for (const value of Object.values(outcome)) expect(value, place).toSatisfy(Number.isFinite);
    }
  });

  it("gives up on a chip that never gets ready", async () => {
    const bench = createI2cBench();
    let stoppedMs: number | undefined;
    const surroundings = (truths: Parameters<typeof bench.surroundings>[0]) => ({
      ...bench.surroundings(truths),
      nowMs: () => stoppedMs ?? bench.clock.nowMs(),
    });
    bench.place(address, createModelledChip(modelled, surroundings));
    const sensor = bench.sensor(modelled);
    await bench.run(sensor.setUp(patient));
    stoppedMs = bench.clock.nowMs();
    expect(await outcomeOf(bench, sensor.read(patient))).toMatchObject({ code: "not-ready" });
    expect(await outcomeOf(bench, setUpAndRead(sensor))).toBeInstanceOf(SensorError);
  });

  describe("after a loss of power", () => {
    it("reads what is true or says that something is wrong, and is right again after a set-up", async () => {
      const bench = createI2cBench();
      const chip = createModelledChip(modelled, bench.surroundings, fraction);
      bench.place(address, chip);
      const sensor = bench.sensor(modelled);
      await bench.firstReading(sensor);
      chip.powerCycle();
      await bench.clock.advance(driver.intervalMs);
      const outcome = await outcomeOf(bench, sensor.read(patient));
      expect(outcome instanceof SensorError || isTrue(modelled, outcome)).toBe(true);
      expect(isTrue(modelled, await outcomeOf(bench, setUpAndRead(sensor)))).toBe(true);
    });

    it.each([0, 50])(
      "at whichever transfer never reads what is not true, %i ms later",
      async (pauseMs) => {
        for (const lost of await transfersOf(modelled)) {
          const outcome = await outcomeAfterPowerLoss(modelled, lost, pauseMs);
          expect(
            outcome instanceof SensorError || isTrue(modelled, outcome),
            `transfer ${lost}`,
          ).toBe(true);
        }
      },
    );
  });
});

/** The first set-up and reading of a chip that loses power just before a transfer, and is back after a while. */
const outcomeAfterPowerLoss = async (
  modelled: ModelledDriver,
  lost: number,
  pauseMs: number,
): Promise<Outcome> => {
  const bench = createI2cBench();
  // Time as the chip has it is ahead of the bus from then on, as if the transfer had waited for the chip.
  let aheadMs = 0;
  const chip = createModelledChip(
    modelled,
    (truths) => ({
      ...bench.surroundings(truths),
      nowMs: () => bench.clock.nowMs() + aheadMs,
    }),
    fraction,
  );
  bench.place(
    modelled.driver.addresses[0],
    disturb(chip, {
      before: (transfer) => {
        if (transfer !== lost) return;
        chip.powerCycle();
        aheadMs = pauseMs;
      },
    }),
  );
  return await outcomeOf(bench, setUpAndRead(bench.sensor(modelled)));
};
