import type { GpioAddress } from "../buses/gpio.ts";
import type { Driver } from "../drivers/driver.ts";
import { quantityByName } from "../quantities.ts";
import type { Connection, SensorConfig } from "./config.ts";
import type { EntrySchemas } from "./entry-schemas.ts";
import { locateRefusal } from "./issues.ts";
import { say } from "./messages.ts";
import { nearestWord } from "./nearest.ts";
import type { Located, Path } from "./problems.ts";
import { sensorName } from "./schema.ts";
import { checkSensor, type Measured } from "./sensor-checks.ts";
import {
  declaredQuantities,
  type Entry,
  findForeignKeys,
  type Part,
  readCommon,
  readGpio,
  readI2c,
  readOptions,
} from "./sensor-entry.ts";
import { findNode, type TreeNode } from "./tree.ts";

const intervalsToExpiry = 3;

/** Where drivers come from. */
export interface Drivers {
  readonly driverNames: readonly string[];
  readonly loadDriver: (name: string) => Promise<Driver>;
}

/** Reads one entry below `sensors:`. */
export const readSensor = async (
  root: TreeNode,
  name: string,
  drivers: Drivers,
  schemas: EntrySchemas,
): Promise<Part<SensorConfig>> => {
  const path = ["sensors", name];
  const nameProblems = checkName(root, path, name);
  const { value, problems } = await readNamed(root, name, drivers, schemas);
  return nameProblems.length === 0
    ? { value, problems }
    : { problems: [...nameProblems, ...problems] };
};

const checkName = (root: TreeNode, path: Path, name: string): readonly Located[] => {
  const { maximumLength, pattern } = sensorName;
  if (name.length <= maximumLength && pattern.test(name)) return [];
  const { keyPosition } = findNode(root, path);
  return [
    { statement: say("sensor-name", maximumLength), position: keyPosition, path: ["sensors"] },
  ];
};

const readNamed = async (
  root: TreeNode,
  name: string,
  { driverNames, loadDriver }: Drivers,
  schemas: EntrySchemas,
): Promise<Part<SensorConfig>> => {
  const path = ["sensors", name];
  const { node: mapping } = findNode(root, path);
  if (mapping?.kind !== "mapping") {
    return { problems: locateRefusal(root, path, { statement: say("sensor-form") }) };
  }
  const node = mapping.entries.get("driver")?.value;
  const driverName = node?.kind === "scalar" && typeof node.value === "string" ? node.value : "";
  if (!driverNames.includes(driverName)) {
    const isSecret = node?.kind === "scalar" && node.isFromEnvironment;
    const nearest = isSecret ? undefined : nearestWord(driverName, driverNames);
    const statement = say("driver-unknown", nearest);
    return { problems: locateRefusal(root, [...path, "driver"], { statement }) };
  }
  const driver = await loadDriver(driverName);
  return readEntry({ root, path, mapping, name, driverName, driver, schemas });
};

const readEntry = (entry: Entry): Part<SensorConfig> => {
  const options = readOptions(entry);
  const measured = measuredWith(entry.driver, options);
  const common = readCommon(entry, measured.quantities);
  const connection = readConnection(entry);
  const problems = [options, common, connection].flatMap((part) => part.problems);
  problems.push(...findForeignKeys(entry), ...checkSensor(entry, measured));
  if (problems.length > 0 || common.value === undefined || connection.value === undefined) {
    return { problems };
  }
  const { interval, expires, labels, calibration, plausible, derive, alerts, altitude } =
    common.value;
  const value: SensorConfig = {
    name: entry.name,
    driver: entry.driverName,
    connection: connection.value,
    intervalMs: interval,
    expiresMs: expires ?? interval * intervalsToExpiry,
    labels,
    calibration: byQuantity(calibration, (given) => given),
    plausibility: byQuantity(plausible, ({ minimum, maximum, jump }) => ({
      minimum,
      maximum,
      maximumJump: jump,
    })),
    derive,
    alerts: byQuantity(alerts, (given) => given),
    altitudeMeters: altitude,
    options: options.value,
  };
  return { value, problems };
};

const measuredWith = (driver: Driver, options: Part<unknown>): Measured => {
  const isOpen = driver.kind === "kernel" || driver.measurements === undefined;
  if (isOpen || options.problems.length > 0) {
    return { quantities: declaredQuantities(driver), labels: [] };
  }
  const measurements = driver.measurements(options.value);
  return {
    quantities: [...new Set(measurements.map(({ quantity }) => quantity))],
    labels: measurements.flatMap(({ labels = {} }) => Object.keys(labels)),
  };
};

const byQuantity = <Given, Result>(
  given: Readonly<Record<string, Given | undefined>>,
  convert: (value: Given) => Result,
): Readonly<Record<string, Result>> =>
  Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => {
      const quantity = quantityByName(name);
      return quantity === undefined || value === undefined ? [] : [[quantity, convert(value)]];
    }),
  );

const readConnection = (entry: Entry): Part<Connection> => {
  const { driver } = entry;
  if (driver.kind === "kernel") return { value: { kind: "kernel" }, problems: [] };
  if (driver.kind === "i2c") {
    const { value, problems } = readI2c(entry, driver.addresses);
    return { value: value && { kind: "i2c", ...value }, problems };
  }
  const { value, problems } = readGpio(entry);
  if (value === undefined) return { problems };
  const { line, bias, debounce, active_low: activeLow, allow_reserved: allowReserved } = value;
  const address: GpioAddress = typeof line === "number" ? { line } : line;
  return {
    value: { kind: "gpio", address, activeLow, bias, debounceMs: debounce, allowReserved },
    problems,
  };
};
