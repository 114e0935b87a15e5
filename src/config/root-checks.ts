import type { FaultConfig, SensorConfig } from "./config.ts";
import { locateRefusal } from "./issues.ts";
import { say } from "./messages.ts";
import { nearestWord } from "./nearest.ts";
import type { Located } from "./problems.ts";
import { findNode, type TreeNode } from "./tree.ts";

/** Faults of sensors that there are not, and those that could never end. */
export const checkFaults = (
  root: TreeNode,
  faults: readonly FaultConfig[],
  sensorNames: readonly string[],
): readonly Located[] =>
  faults.flatMap(({ sensor, forMs, everyMs }, index) => {
    const path = ["simulation", "faults", index];
    const everyPath = [...path, "every"];
    const { position } = findNode(root, everyPath);
    const found: Located[] = [];
    if (!sensorNames.includes(sensor)) {
      const { node } = findNode(root, [...path, "sensor"]);
      const isSecret = node?.kind === "scalar" && node.isFromEnvironment;
      const statement = say(
        "fault-sensor",
        isSecret ? undefined : nearestWord(sensor, sensorNames),
      );
      found.push(...locateRefusal(root, [...path, "sensor"], { statement }));
    }
    if (everyMs === undefined) return found;
    if (forMs === undefined) {
      found.push({ statement: say("fault-endless"), position, path: everyPath });
    } else if (everyMs <= forMs) {
      found.push({ statement: say("fault-period"), position, path: everyPath });
    }
    return found;
  });

const faultsOfLines: readonly FaultConfig["fault"][] = ["stuck-value", "unplugged"];

/** Faults that their sensor cannot have; whoever tries alerts with one would wait in vain. */
export const checkFaultsOfLines = (
  root: TreeNode,
  faults: readonly FaultConfig[],
  sensors: readonly SensorConfig[],
): readonly Located[] =>
  faults.flatMap(({ sensor, fault }, index) => {
    const isLine = sensors.some(
      ({ name, connection }) => name === sensor && connection.kind === "gpio",
    );
    if (!isLine || faultsOfLines.includes(fault)) return [];
    const path = ["simulation", "faults", index, "fault"];
    return [{ statement: say("fault-of-line"), position: findNode(root, path).position, path }];
  });

/** Keys of GPIO sensors that the chosen backend cannot serve. */
export const checkBackend = (
  root: TreeNode,
  sensors: readonly SensorConfig[],
  backend: "auto" | "sysfs" | "chardev",
): readonly Located[] =>
  sensors.flatMap(({ name, connection }) => {
    if (connection.kind !== "gpio") return [];
    const refuse = (key: string, code: "bias-on-sysfs" | "line-of-sysfs"): readonly Located[] => {
      const path = ["sensors", name, key];
      return [{ statement: say(code), position: findNode(root, path).position, path }];
    };
    if (backend === "sysfs" && connection.bias !== undefined)
      return refuse("bias", "bias-on-sysfs");
    const isSysfsLine = "sysfs" in connection.address;
    return backend === "chardev" && isSysfsLine ? refuse("line", "line-of-sysfs") : [];
  });
