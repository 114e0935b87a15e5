import type { Clock } from "../clock.ts";
import type { Close } from "../lifecycle.ts";
import type { Platform } from "../platform.ts";
import { type I2cBus, openI2cBus } from "./i2c.ts";

/** I2C buses that sensors share, each opened when the first asks for it. */
export interface I2cBuses {
  /** The bus of that number; an opening that failed is tried again by the next who asks. */
  readonly open: (number: number) => Promise<I2cBus>;
  readonly close: Close;
}

/** No bus yet. */
export const createI2cBuses = (platform: Pick<Platform, "loadI2c">, clock: Clock): I2cBuses => {
  const buses = new Map<number, Promise<I2cBus>>();
  const openNew = async (number: number): Promise<I2cBus> =>
    openI2cBus({ number, binding: await platform.loadI2c(), clock });
  return {
    open: (number) => {
      const known = buses.get(number);
      if (known !== undefined) return known;
      const opening = openNew(number);
      buses.set(number, opening);
      opening.catch(() => buses.delete(number));
      return opening;
    },
    close: async () => {
      const opened = await Promise.allSettled(buses.values());
      buses.clear();
      await Promise.all(
        opened.map((bus) => (bus.status === "fulfilled" ? bus.value.close() : undefined)),
      );
    },
  };
};
