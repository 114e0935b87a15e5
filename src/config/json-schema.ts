import { z } from "zod";
import type { Driver } from "../drivers/driver.ts";
import type { Beside } from "./bridge/files.ts";
import { embeddedSchema, mqttSchema } from "./bridge/schemas.ts";
import { maximumSensors, rootSchema, sensorName } from "./schema.ts";
import { declaredQuantities } from "./sensor-entry.ts";
import { commonSchema, gpioSchema, i2cSchema } from "./sensor-schema.ts";
import { shareRepetitions } from "./share-repetitions.ts";

/** A JSON Schema, or a part of one. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** A JSON Schema of a mapping. */
export interface ObjectSchema {
  readonly properties: Readonly<Record<string, JsonSchema>>;
  readonly required: readonly string[];
}

// Draft 7 is what the YAML language server reads best.
const target = "draft-7";

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What may stand in the file where this schema reads it; throws if that is not a mapping of known keys. */
export const objectSchema = (schema: z.ZodType): ObjectSchema => {
  const { properties, required }: JsonSchema = z.toJSONSchema(schema, { io: "input", target });
  if (!isRecord(properties))
    throw new TypeError("the options of a driver must be a z.strictObject");
  return {
    properties: Object.fromEntries(
      Object.entries(properties).map(([key, value]) => [key, isRecord(value) ? value : {}]),
    ),
    required: Array.isArray(required) ? required : [],
  };
};

/** The parts of an entry with this driver: keys of every sensor, those of its kind, its own. */
export interface EntryParts {
  readonly common: ObjectSchema;
  readonly connection: ObjectSchema;
  readonly options: ObjectSchema;
}

/** What may stand in an entry with this driver. */
export const entryParts = (driver: Driver): EntryParts => ({
  common: objectSchema(commonSchema(driver.intervalMs, declaredQuantities(driver))),
  connection: connectionPart(driver),
  options: objectSchema(driver.options),
});

const connectionPart = (driver: Driver): ObjectSchema => {
  if (driver.kind === "i2c") return objectSchema(i2cSchema(driver.addresses));
  return driver.kind === "gpio" ? objectSchema(gpioSchema) : { properties: {}, required: [] };
};

const entrySchema = (driver: Driver): JsonSchema => {
  const parts = Object.values(entryParts(driver));
  return {
    type: "object",
    description: driver.title,
    properties: Object.assign({}, ...parts.map(({ properties }) => properties)),
    required: parts.flatMap(({ required }) => required),
    additionalProperties: false,
  };
};

const sensorSchema = (names: readonly string[]): JsonSchema => ({
  type: "object",
  properties: {
    driver: { enum: names, description: "Name of the driver; docs/sensors.md lists them." },
  },
  required: ["driver"],
  allOf: names.map((name) => ({
    if: { properties: { driver: { const: name } }, required: ["driver"] },
    // biome-ignore lint/suspicious/noThenProperty: a key of JSON Schema.
    then: { $ref: `#/definitions/driver.${name}` },
  })),
});

// Nothing is read to describe what may be written.
const noFiles: Beside = { file: "", readFile: () => Promise.reject(new Error("no files")) };

const brokerSchema = (schema: z.ZodType): JsonSchema => ({
  type: "object",
  ...objectSchema(schema),
  additionalProperties: false,
});

// A file without all of these would have nothing to read.
const purposes = ["sensors", "mqtt", "broker"] as const;

/** The JSON Schema of the configuration file, for editors: from the same declarations that check it. */
export const configurationSchema = (
  drivers: ReadonlyMap<string, Driver>,
  dialectNames: readonly string[],
): JsonSchema => {
  const { properties } = objectSchema(rootSchema);
  const entries = new Map([
    ...[...drivers].map(([name, driver]) => [`driver.${name}`, entrySchema(driver)] as const),
    ["mqtt", brokerSchema(mqttSchema(dialectNames, noFiles))] as const,
    ["broker", brokerSchema(embeddedSchema(dialectNames, noFiles))] as const,
  ]);
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Configuration of sensor-exporter",
    type: "object",
    properties: {
      ...properties,
      sensors: {
        ...properties["sensors"],
        propertyNames: { maxLength: sensorName.maximumLength, pattern: sensorName.pattern.source },
        maxProperties: maximumSensors,
        additionalProperties: { $ref: "#/definitions/sensor" },
      },
      mqtt: { ...properties["mqtt"], items: { $ref: "#/definitions/mqtt" } },
      broker: {
        description: properties["broker"]?.["description"],
        $ref: "#/definitions/broker",
      },
    },
    anyOf: purposes.map((key) => ({ required: [key], properties: { [key]: {} } })),
    additionalProperties: false,
    definitions: { sensor: sensorSchema([...drivers.keys()]), ...shareRepetitions(entries) },
  };
};
