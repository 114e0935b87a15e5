import { z } from "zod";
import { between, bouncing, type Held } from "../contact.ts";
import type { GpioModel } from "../model.ts";

/** For how long something is inactive and active, shortest and longest, in seconds. */
interface Habit {
  readonly inactive: readonly [number, number];
  readonly active: readonly [number, number];
  /** Whether it is a contact that bounces, not an electronic output. */
  readonly bounces: boolean;
}

const door: Habit = { inactive: [30, 300], active: [4, 60], bounces: true };
const button: Habit = { inactive: [10, 90], active: [0.08, 0.4], bounces: true };
// PIR modules hold their output for some seconds after the last movement.
const detector: Habit = { inactive: [20, 240], active: [3, 30], bounces: false };
const machine: Habit = { inactive: [60, 600], active: [60, 600], bounces: true };
const danger: Habit = { inactive: [7200, 28_800], active: [20, 120], bounces: false };

const habits: Readonly<Record<string, Habit>> = {
  contact_open: door,
  lock_open: door,
  button_pressed: button,
  motion_detected: detector,
  occupancy_detected: detector,
  vibration_detected: detector,
  sound_detected: detector,
  running: machine,
  switch_on: machine,
  valve_open: machine,
  leak_detected: danger,
  smoke_detected: danger,
  gas_detected: danger,
  carbon_monoxide_detected: danger,
  heat_detected: danger,
  cold_detected: danger,
  tamper_detected: danger,
};

const millisecondsPerSecond = 1000;

const configured = z.object({ reads: z.string() }).catch({ reads: "" });

function* changes(options: unknown, random: () => number): Generator<Held, void> {
  const habit = habits[configured.parse(options).reads] ?? door;
  for (;;) {
    for (const level of [0, 1] as const) {
      const [least, most] = level === 1 ? habit.active : habit.inactive;
      const held: Held = { level, forMs: between(random, least, most) * millisecondsPerSecond };
      if (habit.bounces) yield* bouncing(random, held);
      else yield held;
    }
  }
}

/** A door, a button, a detector or a machine with the habits of its kind; 1 is active. */
export const model: GpioModel = {
  kind: "gpio",
  levels: (_environment, options, random) => changes(options, random),
};
