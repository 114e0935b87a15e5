import { describe, expect, it } from "vitest";
import { SensorError } from "../../src/errors.ts";
import type { Measurement, Readings } from "../../src/reading.ts";
import { createI2cBench, patient, type Truths } from "../harness/i2c.ts";
import {
  createModelledChip,
  type ModelledDriver,
  measurementsWith,
  modelledDrivers,
  truthsAt,
  valueAt,
} from "../harness/i2c-drivers.ts";
import { optionVariants } from "../harness/options.ts";

// Over whatever is in src/drivers/i2c: what a driver reads from the model of its chip, and when.

// Of the range of a measurement. Coarser than what any of these chips resolves, finer than what they are accurate to.
const tolerance = 5e-4;

const fractions = [0.01, 0.2, 0.4, 0.5, 0.6, 0.8, 0.99] as const;

// Each measurement goes through its range from another start, so that a mix-up of two of them shows.
const paths = fractions.map(
  (_, start) =>
    (index: number): number =>
      fractions[(start + 3 * index) % fractions.length] ?? 0.5,
);

const isNear = (measurement: Measurement, value: number | undefined, truth: number): boolean => {
  const { minimum = 0, maximum = 1 } = measurement;
  return value !== undefined && Math.abs(value - truth) <= tolerance * (maximum - minimum);
};

const isTrue = (measurements: readonly Measurement[], readings: Readings, fraction: number) =>
  measurements.every((measurement) =>
    isNear(measurement, readings[measurement.key], valueAt(measurement, fraction)),
  );

/** A bench with the model of a driver's chip, in surroundings that change when told to. */
const createScene = (modelled: ModelledDriver, address = modelled.driver.addresses[0]) => {
  const bench = createI2cBench();
  const measurements = measurementsWith(modelled, {});
  let current: Truths = truthsAt(measurements, () => 0.25);
  const chip = modelled.model.create(
    {
      nowMs: bench.clock.nowMs,
      value: (quantity, channel) => bench.surroundings(current).value(quantity, channel),
    },
    modelled.driver.options.parse({}),
  );
  bench.place(address, chip);
  return {
    bench,
    chip,
    measurements,
    moveTo: (fraction: number) => {
      current = truthsAt(measurements, () => fraction);
    },
  };
};

describe.each(modelledDrivers)("the driver $name", (modelled) => {
  const { driver, model } = modelled;

  describe.each(optionVariants(driver.options))("with %j", (options) => {
    const measurements = measurementsWith(modelled, options);

    it.each(paths.map((path) => ({ path, shown: measurements.map((_, index) => path(index)) })))(
      "reads what is true at $shown of its ranges, within its limits and nothing else",
      async ({ path }) => {
        const bench = createI2cBench();
        const truths = truthsAt(measurements, path);
        bench.place(
          driver.addresses[0],
          model.create(bench.surroundings(truths), driver.options.parse(options)),
        );
        const readings = await bench.firstReading(bench.sensor(modelled, { options }));
        expect(Object.keys(readings).sort()).toEqual(measurements.map(({ key }) => key).sort());
        for (const [index, measurement] of measurements.entries()) {
          const value = readings[measurement.key];
          const truth = valueAt(measurement, path(index));
          expect(isNear(measurement, value, truth), `${value}, not ${truth}`).toBe(true);
          expect(value).toBeGreaterThanOrEqual(measurement.minimum ?? Infinity);
          expect(value).toBeLessThanOrEqual(measurement.maximum ?? -Infinity);
        }
      },
    );
  });

  it.each(driver.addresses)("finds its chip at address %i", async (address) => {
    const { bench, measurements } = createScene(modelled, address);
    const sensor = bench.sensor(modelled, { address });
    const { setUp, readings } = await bench.firstSetUpAndReading(sensor);
    expect(isTrue(measurements, readings, 0.25)).toBe(true);
    expect(setUp.info).toMatchObject({ bus: "1" });
    expect(Number(setUp.info["address"])).toBe(address);
  });

  it("follows its surroundings from one reading to the next", async () => {
    const { bench, measurements, moveTo } = createScene(modelled);
    const sensor = bench.sensor(modelled);
    await bench.run(sensor.setUp(patient));
    for (const fraction of [0.25, 0.75, 0.4, 0.41]) {
      moveTo(fraction);
      expect(isTrue(measurements, await bench.run(sensor.read(patient)), fraction)).toBe(true);
      await bench.clock.advance(driver.intervalMs);
    }
  });

  it("gives no value that is older than its reading, even if it is woken too early", async () => {
    for (const share of [0, 0.25, 0.5, 0.9]) {
      const { bench, measurements, moveTo } = createScene(modelled);
      let hurry = 1;
      const sensor = bench.sensor(modelled, {
        sleep: (milliseconds, signal) => bench.clock.sleep(milliseconds * hurry, signal),
      });
      await bench.firstReading(sensor);
      moveTo(0.75);
      hurry = share;
      const outcome = await bench.run(sensor.read(patient)).catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome).toBeInstanceOf(SensorError);
      else expect(outcome).toSatisfy((readings) => isTrue(measurements, readings, 0.75));
    }
  });

  it("takes its time on the virtual clock, not on the machine's", async () => {
    const { bench } = createScene(modelled);
    const sensor = bench.sensor(modelled);
    await bench.run(sensor.setUp(patient));
    const startedMs = bench.clock.nowMs();
    await bench.run(sensor.read(patient));
    expect(bench.clock.nowMs()).toBeGreaterThan(startedMs);
    expect(bench.clock.nowMs() - startedMs).toBeLessThan(driver.intervalMs);
  });

  it("shares a bus with a chip of its own kind, each at its address and with its own values", async () => {
    const [first, second] = driver.addresses;
    if (second === undefined) return;
    const bench = createI2cBench();
    bench.place(first, createModelledChip(modelled, bench.surroundings, 0.3));
    bench.place(second, createModelledChip(modelled, bench.surroundings, 0.6));
    await expectBothTrue(modelled, modelled, bench, [first, second]);
  });

  it.each(modelledDrivers.filter(({ name }) => name !== modelled.name))(
    "shares a bus with $name, transfer by transfer",
    async (other) => {
      const bench = createI2cBench();
      const addresses = [driver.addresses[0], other.driver.addresses[0]] as const;
      // Some chips cannot be on one bus at their default addresses.
      if (addresses[0] === addresses[1]) return;
      bench.place(addresses[0], createModelledChip(modelled, bench.surroundings, 0.3));
      bench.place(addresses[1], createModelledChip(other, bench.surroundings, 0.6));
      await expectBothTrue(modelled, other, bench, addresses);
    },
  );
});

/** Sets up and reads two sensors at once, several times; the chips stand at 0.3 and 0.6 of their ranges. */
const expectBothTrue = async (
  first: ModelledDriver,
  second: ModelledDriver,
  bench: ReturnType<typeof createI2cBench>,
  [firstAddress, secondAddress]: readonly [number, number],
): Promise<void> => {
  const sensors = [
    bench.sensor(first, { address: firstAddress }),
    bench.sensor(second, { address: secondAddress }),
  ] as const;
  await bench.run(Promise.all(sensors.map((sensor) => sensor.setUp(patient))));
  for (let round = 0; round < 3; round += 1) {
    const [one, two] = await bench.run(
      Promise.all([sensors[0].read(patient), sensors[1].read(patient)]),
    );
    expect(isTrue(measurementsWith(first, {}), one, 0.3)).toBe(true);
    expect(isTrue(measurementsWith(second, {}), two, 0.6)).toBe(true);
  }
  expect(bench.adapter.mostUnderWay).toBe(1);
};
