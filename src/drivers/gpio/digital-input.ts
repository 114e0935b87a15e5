import { z } from "zod";
import type { GpioLevel } from "../../buses/gpio.ts";
import { definitionOf, type Quantity, quantityByName, quantityNames } from "../../quantities.ts";
import type { Measurement } from "../../reading.ts";
import { defineGpioDriver, type Limits } from "../driver.ts";

const stateQuantities: readonly Quantity[] = quantityNames.flatMap((name) => {
  const quantity = quantityByName(name);
  return quantity !== undefined && definitionOf(quantity).dimension === "state" ? [quantity] : [];
});

const stateLimits: Limits = { minimum: 0, maximum: 1 };
const countLimits: Limits = { minimum: 0, maximum: Number.MAX_SAFE_INTEGER };

const options = z.strictObject({
  reads: z
    .enum(stateQuantities.map((quantity) => definitionOf(quantity).name))
    .default(definitionOf("inputActive").name)
    .describe(
      "What a 1 on the line means, after `active_low`: the name of a binary state, such as `contact_open`, `motion_detected` or `button_pressed`.",
    )
    .meta({ examples: ["contact_open"] }),
});

type Options = z.infer<typeof options>;

interface State {
  readonly level: GpioLevel;
  /** Changes from 0 to 1 since the line was first opened. */
  readonly activations: number;
}

export const driver = defineGpioDriver({
  title:
    "Digital input: door contact, motion detector, button, leak sensor, any line that is 0 or 1",
  notes:
    "`sensor_activations_total` counts the changes from 0 to 1, so that a press between two scrapes is seen. " +
    "For a switch to ground set `bias: pull-up` and `active_low: true`; set `debounce` longer than it bounces, 20ms for most.",
  datasheet:
    "Documentation/ABI/obsolete/sysfs-gpio and Documentation/userspace-api/gpio/chardev.rst",
  intervalMs: 5000,
  quantities: {
    ...Object.fromEntries(stateQuantities.map((quantity) => [quantity, stateLimits])),
    activationsTotal: countLimits,
  },
  options,

  measurements: (chosen: Options): readonly Measurement[] => {
    const states = statesOf(chosen).map((quantity) => ({
      key: quantity,
      quantity,
      ...stateLimits,
    }));
    return [...states, { key: "activationsTotal", quantity: "activationsTotal", ...countLimits }];
  },

  edges: () => "both",
  publishesEdges: true,

  // A line found active has been so since before we looked: no change was seen, so none is counted.
  initial: (_chosen: Options, { level }): State => ({ level, activations: 0 }),

  reduce: (state, { level }) => follow(state, level),

  // What the line says now overrules the edges: one of them may have been lost, or its level read amid bounces.
  read: (before, { level }, chosen) => {
    const state = follow(before, level);
    const states = statesOf(chosen).map((quantity) => [quantity, state.level] as const);
    return [state, { ...Object.fromEntries(states), activationsTotal: state.activations }];
  },
});

// One of them: names are unique.
const statesOf = ({ reads }: Options): readonly Quantity[] =>
  stateQuantities.filter((quantity) => definitionOf(quantity).name === reads);

// An edge to the level already known is the late message of a change that a reading has seen first.
const follow = (state: State, level: GpioLevel): State =>
  level === state.level ? state : { level, activations: state.activations + level };
