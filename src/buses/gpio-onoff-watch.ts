import type { Clock } from "../clock.ts";
import type { GpioRequest } from "./gpio.ts";
import type { OnoffGpio } from "./gpio-onoff.ts";
import { logicalLevel } from "./gpio-polarity.ts";
import { readingError } from "./gpio-sysfs-errors.ts";

/** Calls into onoff; what it throws becomes a SensorError about that line. */
export const explaining = <Result>(number: number, action: () => Result): Result => {
  try {
    return action();
  } catch (cause) {
    throw readingError(number, cause);
  }
};

/** Reports one edge for each event of the kernel from now on, and the failure that ends it. */
export const watchEvents = (
  gpio: OnoffGpio,
  number: number,
  { edges, activeLow, onEdge, onFailure }: GpioRequest,
  clock: Clock,
): void => {
  const fail = (cause: unknown): void => {
    // At once, or the event that cannot be read comes again for ever.
    gpio.unwatchAll();
    onFailure(readingError(number, cause));
  };
  const read = gpio.readSync.bind(gpio);
  // Clears the events of the set-up.
  explaining(number, read);
  // onoff reads the level on each event without a guard, so an expander that does not answer would end the process.
  gpio.readSync = () => {
    try {
      return read();
    } catch (error) {
      fail(error);
      return 0;
    }
  };
  const report = (error: Error | null | undefined, level: number): void => {
    if (error !== null && error !== undefined) {
      fail(error);
      return;
    }
    // The level is read after the event, when a short pulse is over. The edge that was asked for is certain.
    const asked = edges === "rising" ? 1 : 0;
    const now = logicalLevel(level === 1 ? 1 : 0, activeLow);
    onEdge({ level: edges === "both" ? now : asked, atMs: clock.nowMs() });
  };
  explaining(number, () => gpio.watch(report));
};
