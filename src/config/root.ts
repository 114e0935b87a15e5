import type { Driver } from "../drivers/driver.ts";
import type { BridgePart, BridgeSources } from "./bridge/read-bridge.ts";
import type { Config, FaultConfig, SensorConfig } from "./config.ts";
import { findSharedDevices } from "./devices.ts";
import { createEntrySchemas } from "./entry-schemas.ts";
import { locateIssues } from "./issues.ts";
import { say } from "./messages.ts";
import type { Located, Path } from "./problems.ts";
import { checkBackend, checkFaults, checkFaultsOfLines } from "./root-checks.ts";
import { maximumSensors, rootSchema } from "./schema.ts";
import { keysAt } from "./schema-walk.ts";
import type { Part } from "./sensor-entry.ts";
import { type Drivers, readSensor } from "./sensors.ts";
import { describeNode, findNode, type MappingNode, plainValue, type TreeNode } from "./tree.ts";

/** Reads a whole file that was parsed; undefined is an empty one. */
export const readRoot = async (
  root: TreeNode | undefined,
  sources: Drivers & BridgeSources,
): Promise<Part<Config>> => {
  const top = { line: 1, column: 1 };
  if (root === undefined) {
    return { problems: [{ statement: say("file-empty"), position: top, path: [] }] };
  }
  if (root.kind !== "mapping") {
    const statement = say("not-a-mapping", describeNode(root));
    return { problems: [{ statement, position: root.position, path: [] }] };
  }
  const outline = readOutline(root);
  const sensors = await readSensors(root, sources);
  const brokers = await readBrokers(root, sources);
  const problems = [
    ...outline.problems,
    ...checkPurpose(root),
    ...brokers.problems,
    ...sensors.problems,
    ...findSharedDevices(root, sensors.value),
    ...checkBackend(root, sensors.value, outline.value.gpio.backend),
    ...checkFaults(root, outline.value.simulation.faults, sensors.names),
    ...checkFaultsOfLines(root, outline.value.simulation.faults, sensors.value),
  ];
  if (problems.length > 0) return { problems };
  const { mqtt, broker } = brokers;
  return { value: { sensors: sensors.value, ...outline.value, mqtt, broker }, problems };
};

const purposes = ["sensors", "mqtt", "broker"] as const;

const checkPurpose = (root: MappingNode): readonly Located[] => {
  if (purposes.some((key) => root.entries.has(key))) return [];
  return [{ statement: say("nothing-to-do"), position: root.position, path: [] }];
};

const noBrokers: BridgePart = { mqtt: [], broker: undefined, problems: [] };

// Loaded only where it is needed: most boards have no broker.
const readBrokers = async (root: MappingNode, sources: BridgeSources): Promise<BridgePart> => {
  const isNeeded = root.entries.has("mqtt") || root.entries.get("broker")?.value.kind === "mapping";
  if (!isNeeded) return noBrokers;
  const { readBridge } = await import("./bridge/read-bridge.ts");
  return readBridge(root, sources);
};

interface Outline {
  readonly value: Omit<Config, "sensors" | "mqtt" | "broker">;
  readonly problems: readonly Located[];
}

// Each part by itself, so that one that is wrong does not hide what is wrong in another.
const readOutline = (root: MappingNode): Outline => {
  const plain = plainValue(root);
  const parsed = rootSchema.safeParse(plain);
  const allowedAt = (path: Path) => keysAt(rootSchema, path);
  const problems = parsed.success
    ? []
    : locateIssues(parsed.error.issues, { root, path: [], allowedAt });
  const part = (key: string): unknown => {
    const { node } = findNode(root, [key]);
    return node === undefined ? undefined : plainValue(node);
  };
  const { limits, gpio, simulation } = rootSchema.shape;
  const played = simulation.safeParse(part("simulation")).data ?? simulation.parse({});
  return {
    value: {
      limits: limits.safeParse(part("limits")).data ?? limits.parse({}),
      gpio: gpio.safeParse(part("gpio")).data ?? gpio.parse({}),
      simulation: { seed: played.seed, faults: played.faults.map(faultConfig) },
    },
    problems,
  };
};

const faultConfig = ({
  sensor,
  fault,
  after,
  for: duration,
  every,
}: {
  readonly sensor: string;
  readonly fault: FaultConfig["fault"];
  readonly after: number;
  readonly for?: number | undefined;
  readonly every?: number | undefined;
}): FaultConfig => ({ sensor, fault, afterMs: after, forMs: duration, everyMs: every });

interface Sensors {
  readonly names: readonly string[];
  /** Those with nothing wrong about them. */
  readonly value: readonly SensorConfig[];
  readonly problems: readonly Located[];
}

const readSensors = async (root: MappingNode, drivers: Drivers): Promise<Sensors> => {
  const { node, position } = findNode(root, ["sensors"]);
  if (node?.kind !== "mapping") return { names: [], value: [], problems: [] };
  const names = [...node.entries.keys()];
  if (names.length > maximumSensors) {
    const statement = say("sensors-too-many", maximumSensors, names.length);
    return { names, value: [], problems: [{ statement, position, path: ["sensors"] }] };
  }
  const schemas = createEntrySchemas();
  const once = loadingOnce(drivers);
  const value: SensorConfig[] = [];
  const problems: Located[] = [];
  for (const name of names) {
    const sensor = await readSensor(root, name, once, schemas);
    problems.push(...sensor.problems);
    if (sensor.value !== undefined) value.push(sensor.value);
  }
  return { names, value, problems };
};

const loadingOnce = ({ driverNames, loadDriver }: Drivers): Drivers => {
  const loaded = new Map<string, Promise<Driver>>();
  return {
    driverNames,
    loadDriver: (name) => {
      const driver = loaded.get(name) ?? loadDriver(name);
      loaded.set(name, driver);
      return driver;
    },
  };
};
