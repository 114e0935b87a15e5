import type { Limits } from "../drivers/driver.ts";
import { type Quantity, quantities } from "../quantities.ts";
import type { Measurement } from "../reading.ts";

/** The part of an I2C or GPIO driver that tells what it delivers. */
export interface Measuring {
  readonly quantities: Readonly<Partial<Record<Quantity, Limits>>>;
  readonly measurements?: (options: unknown) => readonly Measurement[];
}

const isQuantity = (name: string): name is Quantity => Object.hasOwn(quantities, name);

/** What a driver delivers with these options: its own list, or one value per quantity; always within limits. */
export const measurementsOf = (driver: Measuring, options: unknown): readonly Measurement[] => {
  const listed =
    driver.measurements?.(options) ??
    Object.keys(driver.quantities)
      .filter(isQuantity)
      .map((quantity) => ({ key: quantity, quantity }));
  return listed.map((measurement) => ({
    ...driver.quantities[measurement.quantity],
    ...measurement,
  }));
};
