import { openSysfs } from "../../src/buses/sysfs.ts";
import type { KernelDriver } from "../../src/drivers/driver.ts";
import type { ChannelReadings, Labels } from "../../src/reading.ts";
import { bindKernelSensor } from "../../src/sensors/kernel.ts";
import type { Sensor } from "../../src/sensors/sensor.ts";
import { createTurns } from "../../src/sensors/turns.ts";
import { createVirtualClock } from "../mocks/clock.ts";
import { type AttributeFiles, createSimulatedSysfs } from "../mocks/sysfs.ts";
import { runUntilSettled } from "./run.ts";

/** Never aborts. */
const patient = new AbortController().signal;

/** A driver by its name, as the configuration names it. */
export interface NamedKernelDriver {
  readonly name: string;
  readonly driver: KernelDriver<unknown, unknown>;
}

/** One value as it would be exported: its quantity, and the labels that tell it from its siblings. */
export interface LabelledValue {
  readonly key: string;
  readonly quantity: string;
  readonly labels: Labels;
  /** Undefined where nothing was measured or it could not be read. */
  readonly value: number | undefined;
}

/** A simulated /sys under the real code, in virtual time. */
export const createKernelBench = (files: AttributeFiles = {}) => {
  const clock = createVirtualClock();
  const tree = createSimulatedSysfs(files);
  const sysfs = openSysfs(tree);
  const turns = createTurns(clock);

  const run = <Result>(promise: Promise<Result>): Promise<Result> =>
    runUntilSettled(clock, promise, { stepMs: 50 });

  const sensor = ({ name, driver }: NamedKernelDriver, options: unknown): Sensor =>
    bindKernelSensor({
      name: `${name} under test`,
      driver,
      driverName: name,
      options: driver.options.parse(options),
      sysfs,
      clock,
      turns,
    });

  const read = (bound: Sensor): Promise<ChannelReadings> => run(bound.read(patient));

  return {
    clock,
    tree,
    sysfs,
    run,
    sensor,
    read,
    setUp: (bound: Sensor) => run(bound.setUp(patient)),
    /** Sets up and reads once. */
    firstReading: (bound: Sensor): Promise<ChannelReadings> =>
      run(bound.setUp(patient).then(() => bound.read(patient))),
    /** Sets up and reads once; every measurement with its value. */
    firstValues: async (bound: Sensor): Promise<readonly LabelledValue[]> => {
      const { measurements } = await run(bound.setUp(patient));
      const readings = await read(bound);
      return measurements.map(({ key, quantity, labels = {} }) => {
        const value = readings[key];
        return { key, quantity, labels, value: typeof value === "number" ? value : undefined };
      });
    },
  };
};
