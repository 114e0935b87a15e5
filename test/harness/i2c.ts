import { type I2cBus, openI2cBus } from "../../src/buses/i2c.ts";
import type { Clock } from "../../src/clock.ts";
import type { I2cDriver } from "../../src/drivers/driver.ts";
import type { Readings } from "../../src/reading.ts";
import { bindI2cSensor } from "../../src/sensors/i2c.ts";
import type { Sensor, SetUp } from "../../src/sensors/sensor.ts";
import { createVirtualClock } from "../mocks/clock.ts";
import { createAdapter, createI2cBinding, type SimulatedAdapter } from "../mocks/i2c.ts";
import type { Chip, Environment } from "../mocks/model.ts";
import { runUntilSettled } from "./run.ts";

/** Never aborts. */
export const patient = new AbortController().signal;

/** What is true around a chip, by quantity, or by quantity and channel as `quantity/channel`. A test may change it. */
export type Truths = ReadonlyMap<string, number>;

/** A driver by its name, as the configuration names it. */
export interface NamedDriver {
  readonly name: string;
  readonly driver: I2cDriver<unknown, unknown>;
}

/** Where a sensor sits and how it is configured; its driver's first address and defaults unless given. */
export interface Placement {
  readonly address?: number;
  readonly options?: unknown;
  /** How its waits pass, where that is not the time of the bench. */
  readonly sleep?: Clock["sleep"];
}

const setUpAndRead = async (
  sensor: Sensor<Readings>,
): Promise<{ readonly setUp: SetUp; readonly readings: Readings }> => {
  const setUp = await sensor.setUp(patient);
  return { setUp, readings: await sensor.read(patient) };
};

const surroundings = (nowMs: () => number, truths: Truths): Environment => ({
  nowMs,
  value: (quantity, channel) => {
    const truth = truths.get(`${quantity}/${channel ?? ""}`) ?? truths.get(quantity);
    if (truth === undefined) throw new Error(`the test does not say what ${quantity} is`);
    return truth;
  },
});

/** A bus of simulated chips under the real bus code, in virtual time. */
export const createI2cBench = (adapterOptions: Partial<SimulatedAdapter> = {}) => {
  const clock = createVirtualClock();
  const adapter = createAdapter(adapterOptions);
  const binding = createI2cBinding(new Map([[1, adapter]]), clock);
  let bus: Promise<I2cBus> | undefined;

  const openBus = (number: number): Promise<I2cBus> => {
    bus ??= openI2cBus({ number, binding, clock }).catch((error: unknown) => {
      bus = undefined;
      throw error;
    });
    return bus;
  };

  const sensor = (
    { name, driver }: NamedDriver,
    { address = driver.addresses[0], options = {}, sleep = clock.sleep }: Placement = {},
  ): Sensor<Readings> =>
    bindI2cSensor({
      name: `${name} at ${address}`,
      driver,
      driverName: name,
      options: driver.options.parse(options),
      connection: { kind: "i2c", bus: 1, address },
      openBus,
      clock: { sleep },
    });

  const run = <Result>(promise: Promise<Result>): Promise<Result> =>
    runUntilSettled(clock, promise);

  return {
    clock,
    adapter,
    /** Surroundings in which these values are true. */
    surroundings: (truths: Truths) => surroundings(clock.nowMs, truths),
    sensor,
    run,
    /** Puts a chip at an address. */
    place: (address: number, chip: Chip) => adapter.slots.set(address, { chip }),
    /** Sets up and reads once. */
    firstReading: async (bound: Sensor<Readings>): Promise<Readings> =>
      (await run(setUpAndRead(bound))).readings,
    /** Sets up and reads once; tells what came of both. */
    firstSetUpAndReading: (bound: Sensor<Readings>) => run(setUpAndRead(bound)),
  };
};
