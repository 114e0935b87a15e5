import { z } from "zod";
import { definitionOf, type Quantity } from "../quantities.ts";
import type { Dimension } from "../units.ts";
import { quantityValue } from "./fields.ts";

// People think of humidity in percent: with an offset of 2 the air would be saturated for ever.
/** How to write a value of a dimension that is often written wrong; else nothing. */
export const spellingOf = (dimension: Dimension): string =>
  dimension === "ratio" ? ", as 2% or 0.02" : "";

/** A value that the quantity can have. */
export const boundOf = (quantity: Quantity) => {
  const { dimension, minimum = -Infinity, maximum = Infinity } = definitionOf(quantity);
  const range = maximum === Infinity ? `at least ${minimum}` : `from ${minimum} to ${maximum}`;
  return quantityValue(dimension).refine(
    (value) => value >= minimum && value <= maximum,
    `must be ${range}${spellingOf(dimension)}`,
  );
};

/** A mapping from the names of quantities to what a schema of each makes of it. */
export const keyedByQuantity = <Schema extends z.ZodType>(
  measured: readonly Quantity[],
  schemaOf: (quantity: Quantity) => Schema,
) =>
  z
    .strictObject(
      Object.fromEntries(
        measured.map((quantity) => [definitionOf(quantity).name, schemaOf(quantity).optional()]),
      ),
    )
    .prefault({});
