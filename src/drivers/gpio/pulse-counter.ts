import { z } from "zod";
import {
  definitionOf,
  type Quantity,
  type QuantityDefinition,
  quantityByName,
  quantityNames,
} from "../../quantities.ts";
import type { Measurement } from "../../reading.ts";
import { type Dimension, parseMeasure, unitsOf } from "../../units.ts";
import { defineGpioDriver, type Limits } from "../driver.ts";

// Of time and data a line gives no pulses; without a unit a total would repeat the number of pulses under another name.
const uncountable: ReadonlySet<Dimension> = new Set<Dimension>(["duration", "data_size"]);

const isCountable = ({ type, unit, dimension }: QuantityDefinition): boolean =>
  type === "counter" && unit !== undefined && !uncountable.has(dimension);

const countables: readonly Quantity[] = quantityNames.flatMap((name) => {
  const quantity = quantityByName(name);
  return quantity !== undefined && isCountable(definitionOf(quantity)) ? [quantity] : [];
});

const nameOf = (quantity: Quantity): string => definitionOf(quantity).name;

// Up to here a double holds every whole number of pulses.
const limits: Limits = { minimum: 0, maximum: Number.MAX_SAFE_INTEGER };

// In base units: 2.8 MWh are 1e10 J, beyond any meter's pulse. Below the limit above even after 900 000 of them.
const largestAmount = 1e10;

const amountForm = (dimension: Dimension): string =>
  `must be an amount above 0 per pulse, with its unit (${unitsOf(dimension).join(", ")})`;

/** The amount in the base unit, or what is wrong with the text. A bare number is refused: is 1 a Wh or a J? */
const parseAmount = (
  text: string,
  dimension: Dimension,
): { readonly value: number } | { readonly problem: string } => {
  const parsed = parseMeasure(text, dimension);
  if ("problem" in parsed) return parsed;
  const isBare = Number.isFinite(Number(text));
  if (isBare || parsed.value <= 0 || parsed.value > largestAmount) {
    return { problem: amountForm(dimension) };
  }
  return parsed;
};

const amountOf = ({ name, dimension }: QuantityDefinition) =>
  z
    .string({ error: () => amountForm(dimension) })
    .transform((text, context): number => {
      const parsed = parseAmount(text, dimension);
      if ("value" in parsed) return parsed.value;
      context.addIssue({ code: "custom", message: parsed.problem });
      return z.NEVER;
    })
    .optional()
    .describe(`Amount of ${name.replaceAll("_", " ")} that one pulse stands for, with its unit.`);

const counts = z.strictObject(
  Object.fromEntries(
    countables.map((quantity) => [nameOf(quantity), amountOf(definitionOf(quantity))]),
  ),
  {
    error: ({ code }) =>
      code === "unrecognized_keys"
        ? `can be counted from pulses: ${countables.map(nameOf).join(", ")}`
        : undefined,
  },
);

const options = z.strictObject({
  edge: z
    .enum(["rising", "falling", "both"])
    // Reed contacts and S0 outputs (open collector, IEC 62053-31) pull a line down that a resistor pulls up: their closing
    // is steep and at the time of the event, their opening as slow as the resistor charges the cable.
    .default("falling")
    .describe(
      "Change of level that counts as one pulse, after `active_low`. A contact or open collector to ground closes with `falling`; with `both` every pulse counts twice, so halve the amounts.",
    ),
  counts: counts
    .prefault({})
    .describe("What one pulse stands for, such as `{ rain: 0.2794mm }`, `{ energy: 1Wh }`.")
    .meta({ examples: [{ rain: "0.2794mm" }] }),
});

type Options = z.infer<typeof options>;

/** Pulses since the line was first opened. */
type State = number;

interface Counted {
  readonly quantity: Quantity;
  readonly amount: number;
}

export const driver = defineGpioDriver({
  title: "Pulse counter: rain gauge, water, gas or electricity meter, any contact that counts",
  notes:
    "A contact bounces: set `debounce` longer than it bounces, and than it stays closed if it bounces on opening too, " +
    "but shorter than the shortest time between two pulses. Rates come from Prometheus: `rate(sensor_energy_joules_total[5m])` is the mean power in watts. " +
    "Through sysfs, edges that come while the program is busy count as one: above ten a second set `gpio: { backend: chardev }`, whose edges the kernel queues.",
  datasheet:
    "Documentation/ABI/obsolete/sysfs-gpio and Documentation/userspace-api/gpio/chardev.rst",
  intervalMs: 5000,
  quantities: {
    pulsesTotal: limits,
    ...Object.fromEntries(countables.map((quantity) => [quantity, limits])),
  },
  options,

  measurements: (chosen: Options) =>
    ["pulsesTotal" as const, ...countedBy(chosen).map(({ quantity }) => quantity)].map(
      (quantity): Measurement => ({ key: quantity, quantity, ...limits }),
    ),

  edges: ({ edge }) => edge,
  publishesEdges: false,

  initial: (): State => 0,

  // The level is not looked at: a pulse may be over before it could be read, and it was a pulse all the same.
  reduce: (pulses) => pulses + 1,

  // One multiplication of the whole count; a sum of amounts would drift by a rounding per pulse.
  read: (pulses, _now, chosen) => [
    pulses,
    Object.fromEntries([
      ["pulsesTotal", pulses],
      ...countedBy(chosen).map(({ quantity, amount }) => [quantity, pulses * amount] as const),
    ]),
  ],
});

const countedBy = (chosen: Options): readonly Counted[] =>
  countables.flatMap((quantity) => {
    const amount = chosen.counts[nameOf(quantity)];
    return amount === undefined ? [] : [{ quantity, amount }];
  });
