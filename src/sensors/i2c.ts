import type { I2cBus, I2cDevice } from "../buses/i2c.ts";
import type { Clock } from "../clock.ts";
import type { Connection } from "../config/config.ts";
import type { I2cContext, I2cDriver } from "../drivers/driver.ts";
import { SensorError } from "../errors.ts";
import { hexadecimal } from "../hexadecimal.ts";
import type { Readings } from "../reading.ts";
import { measurementsOf } from "./measurements.ts";
import type { Sensor } from "./sensor.ts";

/** An entry of the configuration, with the driver that was loaded for it and the buses it may ask for. */
export interface I2cSensorParts {
  readonly name: string;
  readonly driver: I2cDriver<unknown, unknown>;
  /** Name of the driver in the configuration. */
  readonly driverName: string;
  readonly options: unknown;
  readonly connection: Extract<Connection, { readonly kind: "i2c" }>;
  /** The bus of that number, which sensors share and its opener closes; asked for before each set-up. */
  readonly openBus: (number: number) => Promise<I2cBus>;
  readonly clock: Pick<Clock, "sleep">;
}

/** Binds a chip's driver to its bus and address. What `setup` returned is kept until the next set-up. */
export const bindI2cSensor = (parts: I2cSensorParts): Sensor<Readings> => {
  const { driver, options, connection, clock } = parts;
  let ready: { readonly i2c: I2cDevice; readonly state: unknown } | undefined;

  const contextOf = (i2c: I2cDevice, signal: AbortSignal): I2cContext<unknown> => ({
    i2c,
    options,
    sleep: (milliseconds) => clock.sleep(milliseconds, signal),
  });

  return {
    name: parts.name,
    driver: parts.driverName,

    setUp: async (signal) => {
      // If this fails, the chip may be another one now: nothing may be read with what we knew of the last.
      ready = undefined;
      signal.throwIfAborted();
      const bus = await parts.openBus(connection.bus);
      const i2c = bus.device(connection.address);
      const context = contextOf(i2c, signal);
      const identity = await driver.identify(context);
      ready = { i2c, state: await driver.setup(context) };
      const place = { bus: String(connection.bus), address: hexadecimal(connection.address) };
      return { measurements: measurementsOf(driver, options), info: { ...place, ...identity } };
    },

    read: async (signal) => {
      if (ready === undefined) {
        throw new SensorError("internal", `${parts.name} was read before it was set up`);
      }
      signal.throwIfAborted();
      return await driver.read({ ...contextOf(ready.i2c, signal), state: ready.state });
    },

    // The bus is shared and not ours to close; the chip goes on as it is.
    close: async () => {},
  };
};
