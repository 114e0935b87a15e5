import type { GpioLine, GpioRequest } from "../buses/gpio.ts";
import { createGpio, openGpioLine } from "../buses/gpio-open.ts";
import type { I2cBus } from "../buses/i2c.ts";
import { createI2cBuses } from "../buses/i2c-buses.ts";
import { openSysfs, type Sysfs } from "../buses/sysfs.ts";
import type { Clock } from "../clock.ts";
import type { Config } from "../config/config.ts";
import type { Driver } from "../drivers/driver.ts";
import { loadDriver } from "../drivers/load.ts";
import type { Close } from "../lifecycle.ts";
import type { Platform } from "../platform.ts";
import { createTurns, type Turns } from "./turns.ts";

/** Everything that sensors are bound to; nothing is opened before a sensor needs it. */
export interface Fixtures {
  readonly clock: Clock;
  readonly loadDriver: (name: string) => Promise<Driver>;
  readonly openI2cBus: (number: number) => Promise<I2cBus>;
  readonly openLine: (
    request: GpioRequest,
    preference: Config["gpio"]["backend"],
    signal: AbortSignal,
  ) => Promise<GpioLine>;
  readonly sysfs: Sysfs;
  readonly turns: Turns;
  readonly close: Close;
}

/** The buses, lines and files of a platform. */
export const createFixtures = (platform: Platform, clock: Clock): Fixtures => {
  const i2cBuses = createI2cBuses(platform, clock);
  const gpio = createGpio({
    preference: "auto",
    files: platform.files,
    clock,
    loadOnoff: platform.loadOnoff,
    spawn: platform.spawn,
  });
  return {
    clock,
    loadDriver,
    openI2cBus: i2cBuses.open,
    // Simulated lines are in /sys only, which has no bias; what drives them needs none.
    openLine: (request, preference, signal) =>
      platform.isSimulated
        ? openGpioLine({ ...gpio, preference: "sysfs" }, { ...request, bias: undefined }, signal)
        : openGpioLine({ ...gpio, preference }, request, signal),
    sysfs: openSysfs(platform.files),
    turns: createTurns(clock),
    close: i2cBuses.close,
  };
};
