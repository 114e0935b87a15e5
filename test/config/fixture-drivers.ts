import { z } from "zod";
import { type Driver, defineI2cDriver, defineKernelDriver } from "../../src/drivers/driver.ts";
import { listDrivers, loadDriver } from "../../src/drivers/load.ts";

const never = (): never => {
  throw new Error("a configuration is checked without touching hardware");
};

/** A chip whose options have a key for each way in which a schema can refuse a value. */
const fixtureChip = defineI2cDriver({
  title: "Chip that exists in tests only",
  datasheet: "none",
  intervalMs: 10_000,
  addresses: [0x20, 0x21],
  quantities: {
    temperatureCelsius: { minimum: -40, maximum: 85 },
    dewPointCelsius: { minimum: -100, maximum: 100 },
  },
  options: z.strictObject({
    samples: z.literal([1, 2, 4, 8, 16]).default(1).describe("Samples per reading."),
    mode: z.enum(["fast", "precise"]).default("fast").describe("Speed or precision."),
    rate: z.number().gt(0).lt(100).multipleOf(0.5).default(1).describe("Readings per second."),
    revision: z.literal("b").optional().describe("Revision of the chip."),
    gain: z.int().min(1).max(8).default(1).describe("Gain."),
    heater: z.boolean().default(false).describe("Dry the sensor."),
    serial: z
      .string()
      .regex(/^[0-9a-f]{4}$/, "must be four hexadecimal digits")
      .optional()
      .describe("Serial number."),
    tag: z.string().regex(/^x/).max(4).optional().describe("Anything that starts with x."),
    input: z
      .union([z.int().min(0).max(3), z.strictObject({ name: z.string().min(1) })])
      .optional()
      .describe("Number or name."),
    filter: z
      .discriminatedUnion("kind", [
        z.strictObject({ kind: z.literal("off") }),
        z.strictObject({ kind: z.literal("mean"), length: z.int() }),
      ])
      .optional()
      .describe("Filter."),
    channels: z
      .array(z.strictObject({ pin: z.int().max(3), name: z.string() }))
      .max(2)
      .default([])
      .describe("Channels."),
    odd: z
      .int()
      .refine((value) => value % 2 === 1, "an even number confuses the chip")
      .optional()
      .describe("Odd number."),
    token: z
      .string()
      .superRefine((value, context) => context.addIssue(`${value} is not welcome`))
      .optional()
      .describe("Never right, and its refusal quotes it."),
  }),
  measurements: () => [
    { key: "temperature", quantity: "temperatureCelsius", labels: { pin: "1" } },
    { key: "dew_point", quantity: "dewPointCelsius" },
  ],
  identify: never,
  setup: never,
  read: never,
});

/** A device of the kernel that is told by an id. */
const fixtureDevice = defineKernelDriver({
  title: "Device that exists in tests only",
  datasheet: "none",
  intervalMs: 10_000,
  quantities: { temperatureCelsius: { minimum: -40, maximum: 85 } },
  options: z.strictObject({
    id: z.string().optional().describe("Which one."),
    fast: z.boolean().default(false).describe("Hurry."),
  }),
  setup: never,
  identity: never,
  measurements: never,
  read: never,
});

const fixtureDrivers: Readonly<Record<string, Driver>> = {
  "fixture-chip": fixtureChip,
  "fixture-device": fixtureDevice,
};

/** Names of dialects that the fixtures of the configuration are about. */
export const fixtureDialects = [
  "generic",
  "home-assistant",
  "shelly",
  "sys-topics",
  "tasmota",
  "zigbee2mqtt",
];

/** All drivers there are, and two of the tests' own. */
export const testDrivers = async () => ({
  dialectNames: fixtureDialects,
  driverNames: [...(await listDrivers()), ...Object.keys(fixtureDrivers)],
  loadDriver: async (name: string): Promise<Driver> => fixtureDrivers[name] ?? loadDriver(name),
});
