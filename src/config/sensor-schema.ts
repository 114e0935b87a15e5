import { z } from "zod";
import type { Driver } from "../drivers/driver.ts";
import { hexadecimal } from "../hexadecimal.ts";
import { definitionOf, type Quantity } from "../quantities.ts";
import { derivableFrom } from "../sensors/derive.ts";
import { alertOf } from "./alert-schema.ts";
import { formatDuration } from "./durations.ts";
import { duration, i2cAddress, measure, quantityDifference } from "./fields.ts";
import { labels } from "./labels.ts";
import { boundOf, keyedByQuantity, spellingOf } from "./quantity-schema.ts";
import { dayMs } from "./schema.ts";

const shortestIntervalMs = 100;
const longestExpiryMs = 7 * dayMs;
const longestDebounceMs = 10_000;
const largestBus = 255;
// Chips have at most a few hundred lines; sysfs numbers them from anywhere below 65 536.
const largestLine = 1023;
const largestSysfsNumber = 65_535;
const longestChipName = 64;
const derivations = ["dew_point", "absolute_humidity", "sea_level_pressure"] as const;

/** False for totals, whose errors would add up, and for states, which are 0 or 1. */
const canBeCalibrated = (quantity: Quantity): boolean => {
  const { type, dimension } = definitionOf(quantity);
  return type === "gauge" && dimension !== "state";
};

/** A change of a quantity that is smaller than the whole of its range. */
const offsetOf = (quantity: Quantity) => {
  const { dimension, minimum = -Infinity, maximum = Infinity } = definitionOf(quantity);
  const range = maximum - minimum;
  return quantityDifference(dimension).refine(
    (offset) => Math.abs(offset) < range,
    `must be smaller than ${range}, the whole range${spellingOf(dimension)}`,
  );
};

const calibrationOf = (quantity: Quantity) =>
  z.strictObject({
    offset: offsetOf(quantity)
      .prefault(0)
      .describe("Added after scaling: a difference with its unit, or a number in the base unit."),
    scale: z
      .number()
      .min(-1e6)
      .max(1e6)
      .refine((scale) => scale !== 0, "must not be 0")
      .default(1)
      .describe("What the measured value is multiplied by, before the offset is added."),
  });

const plausibilityOf = (quantity: Quantity) => {
  const { dimension } = definitionOf(quantity);
  return z.strictObject({
    minimum: boundOf(quantity).optional().describe("Readings below are rejected and counted."),
    maximum: boundOf(quantity).optional().describe("Readings above are rejected and counted."),
    jump: quantityDifference(dimension)
      .refine((jump) => jump > 0, "must be above 0")
      .optional()
      .describe(
        "Largest change from one reading to the next; a second reading near the new value confirms it.",
      ),
  });
};

/** Keys that every sensor can have, with the interval of its driver and what it measures. */
export const commonSchema = (intervalMs: number, measured: readonly Quantity[]) =>
  z.strictObject({
    driver: z.string().describe("Name of the driver; docs/sensors.md lists them."),
    interval: duration({ minimumMs: shortestIntervalMs, maximumMs: dayMs })
      .prefault(formatDuration(intervalMs))
      .describe("Time from one reading to the next; the driver's own if left out."),
    expires: duration({ minimumMs: shortestIntervalMs, maximumMs: longestExpiryMs })
      .optional()
      .describe("Age at which a reading is no longer served; three intervals if left out."),
    labels: labels.describe(
      "Labels on all its readings, as text; numbers are taken as they are written.",
    ),
    calibration: keyedByQuantity(measured.filter(canBeCalibrated), calibrationOf).describe(
      "Corrections by quantity: measured × scale + offset.",
    ),
    plausible: keyedByQuantity(measured, plausibilityOf).describe(
      "What is believed, by quantity, after calibration.",
    ),
    derive: z
      .array(z.enum(derivations))
      .max(derivations.length)
      .meta({ uniqueItems: true })
      .default([])
      .describe(`Quantities to compute from those that are measured: ${derivations.join(", ")}.`),
    alerts: keyedByQuantity([...measured, ...derivableFrom(measured)], alertOf).describe(
      "Alerts by quantity, for `sensor-exporter rules`.",
    ),
    altitude: measure("length", { minimum: "-500m", maximum: "9000m" })
      .optional()
      .describe("Height above sea level, for `sea_level_pressure`."),
  });

/** Names of the keys that every sensor can have. */
export const commonKeys: readonly string[] = Object.keys(commonSchema(dayMs, []).shape);

/** Keys of a chip on an I2C bus. */
export const i2cSchema = (addresses: readonly [number, ...number[]]) =>
  z.strictObject({
    bus: z.int().min(0).max(largestBus).default(1).describe("Number of the bus: 1 is /dev/i2c-1."),
    address: i2cAddress(addresses)
      .prefault(hexadecimal(addresses[0]))
      .describe("Address of the chip, seven bits; its usual one if left out."),
  });

const offset = z.int().min(0).max(largestLine);

const line = z.union([
  offset,
  z.strictObject({
    chip: z
      .string()
      .min(1)
      .max(longestChipName)
      .describe("Label or name of the GPIO chip, as gpiodetect prints it."),
    line: offset.describe("Offset of the line on that chip."),
  }),
  z.strictObject({
    sysfs: z.int().min(0).max(largestSysfsNumber).describe("Number in /sys/class/gpio."),
  }),
]);

/** Keys of a GPIO line. */
export const gpioSchema = z.strictObject({
  line: line
    .describe(
      "The line: on a Raspberry Pi its BCM number; elsewhere chip and offset, or its number in sysfs.",
    )
    .meta({ title: "`17`, `{ chip: gpiochip0, line: 17 }` or `{ sysfs: 529 }`" }),
  active_low: z
    .boolean()
    .default(false)
    .describe("Count the low level as 1, as of a contact that closes to ground."),
  bias: z
    .enum(["pull-up", "pull-down", "disabled"])
    .optional()
    .describe("Resistor inside the board; left as it is if left out. Needs the chardev backend."),
  debounce: duration({ minimumMs: 0, maximumMs: longestDebounceMs })
    .prefault("0s")
    .describe(
      "After an edge, further ones are ignored for this long; 5ms to 50ms for bare contacts.",
    ),
  allow_reserved: z
    .boolean()
    .default(false)
    .describe("Open a line that the board uses for something else, such as its I2C bus."),
});

/** Keys beside the common ones and the driver's own, with the kind of driver that they belong to. */
export const connectionKeys: ReadonlyMap<string, Driver["kind"]> = new Map([
  ...Object.keys(i2cSchema([0]).shape).map((key) => [key, "i2c"] as const),
  ...Object.keys(gpioSchema.shape).map((key) => [key, "gpio"] as const),
]);
