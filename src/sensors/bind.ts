import type { Config, SensorConfig } from "../config/config.ts";
import { SensorError } from "../errors.ts";
import type { Fixtures } from "./fixtures.ts";
import { bindGpioSensor } from "./gpio.ts";
import { bindI2cSensor } from "./i2c.ts";
import { bindKernelSensor } from "./kernel.ts";
import type { Sensor } from "./sensor.ts";

/** The sensor that a configuration entry describes, bound to its driver and bus. Touches no hardware yet. */
export const bindSensor = async (
  { name, driver: driverName, options, connection }: SensorConfig,
  { gpio }: Pick<Config, "gpio">,
  { clock, loadDriver, openI2cBus, openLine, sysfs, turns }: Fixtures,
): Promise<Sensor> => {
  const driver = await loadDriver(driverName);
  const common = { name, driverName, options, clock };
  if (driver.kind === "i2c" && connection.kind === "i2c") {
    return bindI2cSensor({ ...common, driver, connection, openBus: openI2cBus });
  }
  if (driver.kind === "gpio" && connection.kind === "gpio") {
    return bindGpioSensor({
      ...common,
      driver,
      connection,
      openLine: (request, signal) => openLine(request, gpio.backend, signal),
    });
  }
  if (driver.kind === "kernel" && connection.kind === "kernel") {
    return bindKernelSensor({ ...common, driver, sysfs, turns });
  }
  throw new SensorError("internal", `${driverName} is not read through ${connection.kind}`);
};
