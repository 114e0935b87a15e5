import { hexadecimal } from "../hexadecimal.ts";
import type { SensorConfig } from "./config.ts";
import { say } from "./messages.ts";
import type { Located } from "./problems.ts";
import { findNode, type TreeNode } from "./tree.ts";

interface Device {
  /** Equal for two sensors that would read the same device. */
  readonly identity: string;
  readonly words: string;
  /** Key of the entry that says which device it is. */
  readonly key: string;
}

/** Sensors that would share one device, each named at the later of the two. */
export const findSharedDevices = (
  root: TreeNode,
  sensors: readonly SensorConfig[],
): readonly Located[] => {
  const owners = new Map<string, string>();
  return sensors.flatMap((sensor) => {
    const { identity, words, key } = deviceOf(sensor);
    const owner = owners.get(identity);
    if (owner === undefined) {
      owners.set(identity, sensor.name);
      return [];
    }
    const path = ["sensors", sensor.name, key];
    const ownerPosition = findNode(root, ["sensors", owner]).keyPosition;
    const statement = say("device-taken", words, owner, ownerPosition);
    return [{ statement, position: findNode(root, path).position, path }];
  });
};

const deviceOf = ({ connection, driver, options }: SensorConfig): Device => {
  if (connection.kind === "i2c") {
    const words = `address ${hexadecimal(connection.address)} on bus ${connection.bus}`;
    return { identity: words, words, key: "address" };
  }
  if (connection.kind === "gpio") {
    const words = lineWords(connection.address);
    return { identity: words, words, key: "line" };
  }
  const id = idOf(options);
  return id === undefined
    ? { identity: `${driver} ${JSON.stringify(options)}`, words: "the same device", key: "driver" }
    : { identity: `${driver} id ${id}`, words: `device ${id}`, key: "id" };
};

const lineWords = (
  address: Extract<SensorConfig["connection"], { readonly kind: "gpio" }>["address"],
): string => {
  if ("sysfs" in address) return `sysfs line ${address.sysfs}`;
  return address.chip === undefined
    ? `line ${address.line}`
    : `line ${address.line} of ${address.chip}`;
};

const idOf = (options: unknown): string | undefined => {
  const isObject = typeof options === "object" && options !== null;
  return isObject && "id" in options && typeof options.id === "string" ? options.id : undefined;
};
