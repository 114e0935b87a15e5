import { z } from "zod";
import { duration } from "./fields.ts";

/** Longest that anything may wait or last. */
export const dayMs = 86_400_000;

/** More sensors than this are a mistake, or a second exporter. */
export const maximumSensors = 1000;

const longestName = 100;

// Neither a control character nor space at either end, which nobody would see.
const sensorNamePattern = /^(?!\s)\P{Cc}+(?<!\s)$/u;

/** What the name of a sensor may be, for JSON Schema; the value of a label may be anything, so it is nearly that. */
export const sensorName = { maximumLength: longestName, pattern: sensorNamePattern } as const;

const faults = ["no-acknowledge", "bad-crc", "stuck-value", "slow-bus", "unplugged"] as const;
const maximumFaults = 1000;
const largestSeed = 0xffff_ffff;

const fault = z
  .strictObject({
    sensor: z.string().describe("Name of the sensor that fails."),
    fault: z
      .enum(faults)
      .describe(
        "What goes wrong: the chip does not answer, a bit of its answers is wrong, its value no longer moves, the bus is slow, or it was pulled out and has lost its settings.",
      ),
    after: duration({ minimumMs: 0, maximumMs: dayMs })
      .prefault("0s")
      .describe("Time from the start until it begins."),
    for: duration({ minimumMs: 1, maximumMs: dayMs })
      .optional()
      .describe("How long it lasts; for ever if left out."),
    every: duration({ minimumMs: 1, maximumMs: dayMs })
      .optional()
      .describe(
        "Time from one beginning to the next; once if left out. Longer than `for`, which it needs.",
      ),
  })
  .meta({ dependencies: { every: ["for"] } });

const limits = z.strictObject({
  series: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(10_000)
    .describe("Series of readings at most; those beyond are dropped and counted."),
});

const gpio = z.strictObject({
  backend: z
    .enum(["auto", "sysfs", "chardev"])
    .default("auto")
    .describe(
      "How lines are reached: `sysfs` through onoff, `chardev` through gpiomon, `auto` by what the system offers.",
    ),
});

const simulation = z.strictObject({
  seed: z
    .int()
    .min(0)
    .max(largestSeed)
    .default(1)
    .describe("Start of the random numbers; the same seed plays the same weather."),
  faults: z
    .array(fault)
    .max(maximumFaults)
    .default([])
    .describe("Faults to play, so that alerts can be tried."),
});

const maximumBrokers = 100;

/** The whole file but for what a sensor's entry holds, which depends on its driver, and what that of a broker holds. */
export const rootSchema = z.strictObject({
  sensors: z
    .record(z.string(), z.unknown())
    .optional()
    .describe("The sensors of this board, each under the name that its `sensor` label gets."),
  mqtt: z
    .array(z.unknown())
    .min(1)
    .max(maximumBrokers)
    .optional()
    .describe("Brokers elsewhere whose messages become readings, one entry each."),
  broker: z
    .record(z.string(), z.unknown())
    .optional()
    .describe("A broker inside the exporter, for microcontrollers to publish to."),
  limits: limits.prefault({}).describe("Caps on what the exporter keeps."),
  gpio: gpio.prefault({}).describe("How GPIO lines are reached."),
  simulation: simulation.prefault({}).describe("What `--simulate` plays."),
});
