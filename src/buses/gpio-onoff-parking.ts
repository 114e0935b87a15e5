import { errnoName } from "../errors.ts";
import type { OnoffGpio } from "./gpio-onoff.ts";

/**
 * Where onoff's objects wait for the line to be opened again. onoff can close a line's file only by unexporting the
 * line; what someone else exported is not ours to unexport, and a new object each time would leak a file each time.
 */
export interface Parking {
  readonly take: (number: number) => OnoffGpio | undefined;
  readonly leave: (number: number, gpio: OnoffGpio) => void;
}

// The file of a line that was unexported and exported anew leads nowhere, for good (kernfs answers ENODEV).
const isAlive = (gpio: OnoffGpio): boolean => {
  try {
    gpio.readSync();
    return true;
  } catch (error) {
    return errnoName(error) !== "ENODEV";
  }
};

/** An empty parking. */
export const createParking = (): Parking => {
  const parked = new Map<number, OnoffGpio>();
  return {
    take: (number) => {
      const gpio = parked.get(number);
      parked.delete(number);
      return gpio !== undefined && isAlive(gpio) ? gpio : undefined;
    },
    leave: (number, gpio) => {
      parked.set(number, gpio);
    },
  };
};
