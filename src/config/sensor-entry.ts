import type { z } from "zod";
import type { Driver } from "../drivers/driver.ts";
import { definitionOf, type Quantity, quantityByName, quantityNames } from "../quantities.ts";
import type { EntrySchemas } from "./entry-schemas.ts";
import { locateIssues } from "./issues.ts";
import { type Statement, say } from "./messages.ts";
import type { Located, Path } from "./problems.ts";
import { keysAt } from "./schema-walk.ts";
import {
  commonKeys,
  type commonSchema,
  connectionKeys,
  gpioSchema,
  type i2cSchema,
} from "./sensor-schema.ts";
import { filterEntries, findNode, type MappingNode, plainValue, type TreeNode } from "./tree.ts";

/** An entry below `sensors:` whose driver is known. */
export interface Entry {
  readonly root: TreeNode;
  readonly path: Path;
  readonly mapping: MappingNode;
  readonly name: string;
  readonly driverName: string;
  readonly driver: Driver;
  readonly schemas: EntrySchemas;
}

/** What a schema made of its keys (undefined if it refused them), and what it refused. */
export interface Part<Value> {
  readonly value?: Value | undefined;
  readonly problems: readonly Located[];
}

/** The driver's own options. */
export const readOptions = (entry: Entry): Part<unknown> => {
  const own = keysAt(entry.driver.options, []);
  const taken = [...commonKeys, ...connectionKeys.keys()];
  return readPart(entry, entry.driver.options, (key) => own.includes(key) || !taken.includes(key));
};

/** The keys that every sensor has, once it is known what this one measures. */
export const readCommon = (
  entry: Entry,
  measured: readonly Quantity[],
): Part<z.output<ReturnType<typeof commonSchema>>> => {
  const schema = entry.schemas.common(entry.driver, measured);
  const { value, problems } = readPart(entry, schema, (key) => commonKeys.includes(key));
  return { value, problems: problems.map((problem) => explainQuantity(problem, entry, measured)) };
};

/** Where a chip is. */
export const readI2c = (
  entry: Entry,
  addresses: readonly [number, ...number[]],
): Part<z.output<ReturnType<typeof i2cSchema>>> =>
  readPart(entry, entry.schemas.i2c(addresses), (key) => connectionKeys.get(key) === "i2c");

/** Which line it is, and how it is to be watched. */
export const readGpio = (entry: Entry): Part<z.output<typeof gpioSchema>> =>
  readPart(entry, gpioSchema, (key) => connectionKeys.get(key) === "gpio");

const readPart = <Value>(
  { root, path, mapping, driver }: Entry,
  schema: z.ZodType<Value>,
  isOfPart: (key: string) => boolean,
): Part<Value> => {
  const parsed = schema.safeParse(plainEntry(filterEntries(mapping, isOfPart)));
  if (parsed.success) return { value: parsed.data, problems: [] };
  const allowedAt = (below: Path) =>
    below.length === 0 ? entryKeys(driver) : keysAt(schema, below);
  return { problems: locateIssues(parsed.error.issues, { root, path, allowedAt }) };
};

// A label is text: `floor: 2` is meant as "2", and `release: 1.10` not as 1.1.
const plainEntry = (mapping: MappingNode): Record<string, unknown> =>
  Object.fromEntries(
    [...mapping.entries].map(([key, { value }]) => [key, plainValue(value, key === "labels")]),
  );

/** Every key that an entry with this driver can have. */
const entryKeys = (driver: Driver): readonly string[] => {
  const ofKind = [...connectionKeys].flatMap(([key, kind]) => (kind === driver.kind ? [key] : []));
  return [...new Set([...commonKeys, ...ofKind, ...keysAt(driver.options, [])])];
};

const kinds: Readonly<Record<Driver["kind"], string>> = {
  i2c: "is a chip on an I2C bus",
  gpio: "watches a GPIO line",
  kernel: "reads what the kernel measures",
};

/** Keys that belong to another kind of driver. */
export const findForeignKeys = ({
  root,
  path,
  mapping,
  driver,
  driverName,
}: Entry): readonly Located[] => {
  const known = entryKeys(driver);
  return [...mapping.entries.keys()]
    .filter((key) => connectionKeys.has(key) && !known.includes(key))
    .map((key) => ({
      statement: say("key-of-other-kind", driverName, kinds[driver.kind]),
      position: findNode(root, [...path, key]).keyPosition,
      path: [...path, key],
    }));
};

/** All that a driver declares to measure, in the order of the catalogue. */
export const declaredQuantities = (driver: Driver): readonly Quantity[] =>
  quantityNames
    .flatMap((name) => quantityByName(name) ?? [])
    .filter((quantity) => driver.quantities[quantity] !== undefined);

const keysByQuantity: readonly unknown[] = ["calibration", "plausible", "alerts"];

// A quantity that exists but does not belong there deserves more than "unknown".
const explainQuantity = (
  problem: Located,
  { path, driverName }: Entry,
  measured: readonly Quantity[],
): Located => {
  const [key, name, ...rest] = problem.path.slice(path.length);
  const quantity = quantityByName(String(name));
  const isUnknown = problem.statement.code === "unknown-key" && rest.length === 0;
  if (!isUnknown || !keysByQuantity.includes(key) || quantity === undefined) return problem;
  return {
    ...problem,
    statement: measured.includes(quantity)
      ? say("calibration-exact")
      : notMeasured(driverName, measured),
  };
};

const notMeasured = (driverName: string, measured: readonly Quantity[]): Statement =>
  say(
    "quantity-not-measured",
    driverName,
    measured.map((quantity) => definitionOf(quantity).name),
  );
