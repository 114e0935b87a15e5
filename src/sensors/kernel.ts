import type { Sysfs } from "../buses/sysfs.ts";
import type { Clock } from "../clock.ts";
import type { KernelContext, KernelDriver } from "../drivers/driver.ts";
import { SensorError } from "../errors.ts";
import { measurementsOf } from "./measurements.ts";
import type { Sensor } from "./sensor.ts";
import type { Turns } from "./turns.ts";

/** An entry of the configuration, with the driver that was loaded for it and what it reads through. */
export interface KernelSensorParts {
  readonly name: string;
  readonly driver: KernelDriver<unknown, unknown>;
  /** Name of the driver in the configuration. */
  readonly driverName: string;
  readonly options: unknown;
  readonly sysfs: Sysfs;
  readonly clock: Pick<Clock, "sleep">;
  /** The one that all sensors of the program share. */
  readonly turns: Turns;
}

/** A file of the kernel cannot be left half read; who stops does not wait for it. */
const untilAborted = async <Result>(
  work: Promise<Result>,
  signal: AbortSignal,
): Promise<Result> => {
  let abort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
};

/**
 * Binds a driver to the attribute files of the kernel. Readings of one shared resource take turns; any other sensor
 * is alone in its queue, so that a file that hangs in the kernel is not read a second time.
 */
export const bindKernelSensor = (parts: KernelSensorParts): Sensor => {
  const { name, driver, options, sysfs, clock, turns } = parts;
  const ownResource = `sensor ${name}`;
  let ready: { readonly state: unknown } | undefined;

  const contextOf = (signal: AbortSignal): KernelContext<unknown> => ({
    sysfs,
    options,
    sleep: (milliseconds) => clock.sleep(milliseconds, signal),
  });

  const inTurn = <Result>(
    resource: string,
    signal: AbortSignal,
    task: () => Promise<Result>,
  ): Promise<Result> => {
    const work = turns(resource, async () => {
      signal.throwIfAborted();
      return await task();
    });
    return untilAborted(work, signal);
  };

  return {
    name,
    driver: parts.driverName,

    setUp: async (signal) => {
      // If this fails, the device is gone or another one: nothing may be read with what we knew of the last.
      ready = undefined;
      signal.throwIfAborted();
      const state = await inTurn(ownResource, signal, () => driver.setup(contextOf(signal)));
      ready = { state };
      const measuring = {
        quantities: driver.quantities,
        measurements: () => driver.measurements(options, state),
      };
      return { measurements: measurementsOf(measuring, options), info: driver.identity(state) };
    },

    read: async (signal) => {
      if (ready === undefined) {
        throw new SensorError("internal", `${name} was read before it was set up`);
      }
      const { state } = ready;
      signal.throwIfAborted();
      const resource = driver.sharedResource?.(state) ?? ownResource;
      return await inTurn(resource, signal, () => driver.read({ ...contextOf(signal), state }));
    },

    // The files are opened and closed by each reading.
    close: async () => {},
  };
};
