import { readdirSync } from "node:fs";
import type { I2cDriver } from "../../src/drivers/driver.ts";
import type { Measurement } from "../../src/reading.ts";
import { measurementsOf } from "../../src/sensors/measurements.ts";
import type { Chip, Environment, I2cModel } from "../mocks/model.ts";
import type { NamedDriver, Truths } from "./i2c.ts";

/** A driver and the model of its chip. */
export interface ModelledDriver extends NamedDriver {
  readonly model: I2cModel;
}

const names = readdirSync(new URL("../../src/drivers/i2c", import.meta.url))
  .map((file) => file.replace(/\.ts$/, ""))
  .sort();

/** Everything in `src/drivers/i2c`, each with its model; a new file there needs no entry anywhere. */
export const modelledDrivers: readonly ModelledDriver[] = await Promise.all(
  names.map(async (name) => {
    const { driver }: { driver: I2cDriver<unknown, unknown> } = await import(
      `../../src/drivers/i2c/${name}.ts`
    );
    const { model }: { model: I2cModel } = await import(`../mocks/chips/${name}.ts`);
    return { name, driver, model };
  }),
);

/** What a driver measures with these options, as written in a configuration. */
export const measurementsWith = (
  { driver }: NamedDriver,
  options: unknown,
): readonly Measurement[] => measurementsOf(driver, driver.options.parse(options));

/** The value at a fraction of what a measurement can be, from its least to its greatest. */
export const valueAt = ({ minimum = 0, maximum = 1 }: Measurement, fraction: number): number =>
  minimum + (maximum - minimum) * fraction;

/** Truths by which each measurement has the value at that fraction of its range. */
export const truthsAt = (
  measurements: readonly Measurement[],
  fractionOf: (index: number) => number,
): Truths =>
  new Map(
    measurements.flatMap((measurement, index) => {
      const value = valueAt(measurement, fractionOf(index));
      const { quantity, labels } = measurement;
      return [
        [quantity, value],
        [`${quantity}/${labels?.["channel"] ?? ""}`, value],
      ] as const;
    }),
  );

/** The chip of a driver with default options, in the middle of all that it can measure unless told otherwise. */
export const createModelledChip = (
  modelled: ModelledDriver,
  surroundings: (truths: Truths) => Environment,
  fraction = 0.5,
): Chip => {
  const truths = truthsAt(measurementsWith(modelled, {}), () => fraction);
  return modelled.model.create(surroundings(truths), modelled.driver.options.parse({}));
};

/** What happens at each transfer to a chip, counted from 0; it may throw, or change the bytes of an answer. */
export interface Interference {
  readonly before?: (transfer: number) => void;
  readonly answer?: (bytes: Uint8Array, transfer: number) => Uint8Array;
}

/** A chip with something between it and the wire; `transfers` counts its writes and reads. */
export const disturb = (
  chip: Chip,
  { before = () => {}, answer = (bytes) => bytes }: Interference = {},
): Chip & { readonly transfers: () => number } => {
  let count = 0;
  const next = () => {
    const transfer = count;
    count += 1;
    before(transfer);
    return transfer;
  };
  return {
    transfers: () => count,
    write: (bytes) => {
      next();
      chip.write(bytes);
    },
    read: (length) => {
      const transfer = next();
      return answer(chip.read(length), transfer);
    },
    powerCycle: chip.powerCycle,
  };
};
