import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { listDialects } from "../../src/bridge/load-dialect.ts";
import { embeddedSchema, mqttSchema } from "../../src/config/bridge/schemas.ts";
import { detailedValue, metricSchema } from "../../src/config/bridge/value-schema.ts";
import { entryParts, objectSchema } from "../../src/config/json-schema.ts";
import { rootSchema } from "../../src/config/schema.ts";
import { listDrivers, loadDriver } from "../../src/drivers/load.ts";
import { projectFile } from "./support.ts";

const text = (path: string): string => new TextDecoder().decode(projectFile(path));

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const keysThroughout = (value: unknown): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap(keysThroughout);
  return isRecord(value)
    ? Object.entries(value).flatMap(([key, below]) => [key, ...keysThroughout(below)])
    : [];
};

/** Those, and the ones in comments: what names files can be shown only there, or the file could not be loaded. */
const keysShown = (file: string): readonly string[] => [
  ...keysThroughout(parse(file)),
  ...[...file.matchAll(/^ *# +(\w+):/gmu)].map(([, key = ""]) => key),
  ...[...file.matchAll(/: (\w+): \$\{/gu)].map(([, key = ""]) => key),
];

/** Keys that a schema declares, those of what it nests included; mappings by quantity have keys of the user's own. */
const declaredKeys = (schema: unknown): readonly string[] => {
  if (!isRecord(schema)) return [];
  const properties = isRecord(schema["properties"]) ? Object.entries(schema["properties"]) : [];
  const variants = Array.isArray(schema["anyOf"]) ? schema["anyOf"] : [];
  return [
    ...properties.flatMap(([key, below]) => [key, ...declaredKeys(below)]),
    ...declaredKeys(schema["items"]),
    ...variants.flatMap(declaredKeys),
  ];
};

describe("config/example.yaml", () => {
  it("shows every key that does not depend on the driver", async () => {
    const shown = keysShown(text("config/example.yaml"));
    const dialects = await listDialects();
    const noFiles = { file: "", readFile: async () => new Uint8Array() };
    const bme280 = entryParts(await loadDriver("bme280"));
    const door = entryParts(await loadDriver("digital-input"));
    const declared = [
      objectSchema(rootSchema),
      objectSchema(mqttSchema(dialects, noFiles)),
      objectSchema(embeddedSchema(dialects, noFiles)),
      objectSchema(detailedValue),
      objectSchema(metricSchema),
      bme280.common,
      bme280.connection,
      door.connection,
    ].flatMap(declaredKeys);
    expect(declared.filter((key) => !shown.includes(key))).toEqual([]);
  });

  it("tells editors where the schema is", () => {
    for (const name of ["example", "minimal", "simulated"]) {
      expect(text(`config/${name}.yaml`)).toMatch(
        /^# yaml-language-server: \$schema=schema\.json\n/,
      );
    }
  });
});

describe("config/minimal.yaml", () => {
  it("has ten lines at most", () => {
    expect(text("config/minimal.yaml").trimEnd().split("\n").length).toBeLessThanOrEqual(10);
  });
});

describe("drivers", () => {
  it("have no option with the name of a key that all sensors have", async () => {
    for (const name of await listDrivers()) {
      const { common, connection, options } = entryParts(await loadDriver(name));
      const taken = [...Object.keys(common.properties), ...Object.keys(connection.properties)];
      expect(Object.keys(options.properties).filter((key) => taken.includes(key))).toEqual([]);
    }
  });

  it("are found by the names of their files, and none by another", async () => {
    expect(await listDrivers()).toEqual(
      expect.arrayContaining(["bme280", "digital-input", "hwmon"]),
    );
    expect((await loadDriver("bme280")).kind).toBe("i2c");
    await expect(loadDriver("../driver")).rejects.toMatchObject({ code: "internal" });
  });
});
