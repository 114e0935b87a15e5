import { Ajv } from "ajv";
import { beforeAll, describe, expect, it } from "vitest";
import { parseDocument } from "yaml";
import { configurationSchema } from "../../src/config/json-schema.ts";
import type { Driver } from "../../src/drivers/driver.ts";
import { listDrivers, loadDriver } from "../../src/drivers/load.ts";
import { fixtureDialects, testDrivers } from "./fixture-drivers.ts";
import { fixtureEnvironment, projectFile, yamlFiles } from "./support.ts";

const folder = "test/fixtures/config/";

// What only YAML's grammar, the whole file or the units can tell: listed, so that the rest cannot slip in among it.
const beyondSchema = new TextDecoder()
  .decode(projectFile(`${folder}beyond-json-schema.txt`))
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"));

type Validate = (data: unknown) => boolean;
let validate: Validate;

const compile = (drivers: ReadonlyMap<string, Driver>): Validate => {
  const check = new Ajv({ strict: true, allowUnionTypes: true }).compile(
    configurationSchema(drivers, fixtureDialects),
  );
  return (data) => check(data);
};

beforeAll(async () => {
  const { driverNames, loadDriver: load } = await testDrivers();
  const drivers = new Map<string, Driver>();
  for (const name of driverNames) drivers.set(name, await load(name));
  validate = compile(drivers);
});

/** The data of a file by the YAML library alone, or undefined if it is no YAML. */
const dataOf = (path: string): unknown => {
  const text = new TextDecoder()
    .decode(projectFile(path))
    .replace(/(?<!\$)\$\{(\w+)\}/g, (_, name: string) =>
      String(Object.entries(fixtureEnvironment).find(([key]) => key === name)?.[1]),
    );
  const document = parseDocument(text, { merge: true, logLevel: "silent", uniqueKeys: false });
  if (document.errors.length > 0) return undefined;
  try {
    return document.toJS();
  } catch {
    return undefined;
  }
};

describe("the JSON Schema", () => {
  it.each([
    ...yamlFiles(`${folder}good/`).map((name) => `${folder}good/${name}.yaml`),
    ...yamlFiles("config/").map((name) => `config/${name}.yaml`),
  ])("accepts what is right: %s", (path) => {
    expect(validate(dataOf(path))).toBe(true);
  });

  it("refuses every bad file but those that only the exporter can tell", () => {
    const accepted = yamlFiles(`${folder}bad/`).filter((name) => {
      const data = dataOf(`${folder}bad/${name}.yaml`);
      return data === undefined || validate(data);
    });
    expect(accepted).toEqual(beyondSchema);
  });

  it("gives an editor a description of every key", async () => {
    const drivers = new Map<string, Driver>();
    for (const name of await listDrivers()) drivers.set(name, await loadDriver(name));
    expect(withoutDescription(configurationSchema(drivers, fixtureDialects), "")).toEqual([]);
  });
});

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const withoutDescription = (schema: unknown, path: string): readonly string[] => {
  if (!isRecord(schema)) return [];
  const named = Object.entries(isRecord(schema["properties"]) ? schema["properties"] : {});
  const bare = named
    .filter(([, key]) => isRecord(key) && !("description" in key) && !("$ref" in key))
    // A mapping by quantity says what its keys are, and an `if` is not a declaration.
    .filter(
      ([name]) => !path.endsWith(".calibration") && !path.endsWith(".plausible") && name !== "",
    )
    .map(([name]) => `${path}.${name}`);
  const definitions = isRecord(schema["definitions"]) ? Object.entries(schema["definitions"]) : [];
  const below = [...named, ...definitions, ["items", schema["items"]] as const];
  return [...bare, ...below.flatMap(([name, part]) => withoutDescription(part, `${path}.${name}`))];
};
