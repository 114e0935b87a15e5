import type { Position } from "../problems.ts";
import { at, joined, list, meant, type Templates } from "./words.ts";

/** Messages about what keys mean together. */
export const sensorMessages = {
  "sensors-too-many": (limit: number, count: number) => ({
    problem: `must be at most ${limit} sensors; are ${count}`,
    remedy: "run a second exporter",
  }),
  "sensor-name": (limit: number) => ({
    problem: `a sensor's name must be 1 to ${limit} characters, none of them a control character, without space at either end`,
    remedy: "the name becomes the value of the label sensor",
  }),
  "sensor-form": () => ({ problem: "must be a mapping", remedy: "start it with driver:" }),
  "driver-unknown": (nearest: string | undefined) => ({
    problem: "must be the name of a driver",
    remedy: joined(meant(nearest), "see docs/sensors.md"),
  }),
  "label-name": () => ({
    problem:
      "a label's name must start with a letter or _ and go on with letters, digits and _, 64 at most, and must not start with __",
    remedy: "rename it, such as room or floor_2",
  }),
  "label-reserved": () => ({
    problem: "this label's name is taken, by the exporter or by Prometheus",
    remedy: "choose another, such as room",
  }),
  "label-of-driver": (driver: string) => ({
    problem: `${driver} puts a label of this name on its readings itself`,
    remedy: "choose another, such as room",
  }),
  "label-count": (limit: number) => ({ problem: `must be at most ${limit} labels` }),
  "quantity-not-measured": (driver: string, measured: readonly string[]) => ({
    problem: `is not measured by ${driver} with these options`,
    remedy: `it measures ${list(measured)}`,
  }),
  "calibration-exact": () => ({
    problem: "is a total or a state, which calibration would falsify",
    remedy: "set the amount per pulse in the options of the driver",
  }),
  "plausible-order": () => ({ problem: "minimum must be below maximum" }),
  "alert-empty": () => ({
    problem: "needs below, above or stuck, or it never fires",
    remedy: "such as above: 8°C",
  }),
  "alert-order": () => ({
    problem: "below must be less than above, or it always fires",
    remedy: "exchange them",
  }),
  "alert-underived": (name: string) => ({
    problem: "is not derived for this sensor",
    remedy: `add ${name} to derive`,
  }),
  "alert-before-interval": (least: string) => ({
    problem: `must be at least two intervals, ${least}, or it always fires`,
    remedy: "make it longer",
  }),
  "expires-before-interval": (interval: string) => ({
    problem: `must be at least the interval, ${interval}`,
    remedy: "leave it out for three intervals",
  }),
  "derive-twice": (name: string) => ({ problem: `${name} is given twice`, remedy: "keep one" }),
  "derive-inputs": (name: string, missing: readonly string[], driver: string) => ({
    problem: `${name} needs ${list(missing)}, which ${driver} does not measure`,
    remedy: "remove it",
  }),
  "derive-measured": (name: string, driver: string) => ({
    problem: `${name} is measured by ${driver} itself`,
    remedy: "remove it",
  }),
  "altitude-missing": () => ({
    problem: "is missing, and sea_level_pressure needs it",
    remedy: "add the height above sea level, such as altitude: 412m",
  }),
  "altitude-unused": () => ({
    problem: "has no effect without sea_level_pressure",
    remedy: "add derive: [sea_level_pressure], or remove it",
  }),
  "device-taken": (device: string, sensor: string, position: Position) => ({
    problem: `${device} is read by ${sensor} already, at ${at(position)}`,
    remedy: "give each device one sensor",
  }),
  "bias-on-sysfs": () => ({
    problem: "cannot be set through sysfs",
    remedy: "set gpio.backend to auto or chardev, or remove bias",
  }),
  "line-of-sysfs": () => ({
    problem: "is a number of sysfs, but gpio.backend is chardev",
    remedy: "give chip and line, or set gpio.backend to sysfs",
  }),
  "fault-sensor": (nearest: string | undefined) => ({
    problem: "must be the name of a sensor of this file",
    remedy: meant(nearest),
  }),
  "fault-of-line": () => ({
    problem: "cannot happen to a GPIO line, which has no bus",
    remedy: "let its level stick: stuck-value or unplugged",
  }),
  "fault-period": () => ({
    problem: "must be longer than for, or the fault never ends",
    remedy: "leave every out to play the fault once",
  }),
  "fault-endless": () => ({
    problem: "needs for, or the fault never ends",
    remedy: "add for, or leave every out",
  }),
  "secret-form": () => ({ problem: "must be text, not empty", remedy: "put it in quotes" }),
  "secret-twice": (key: string) => ({
    problem: `is given beside ${key}`,
    remedy: "keep one of the two",
  }),
  "secret-file": (reason: string, remedy: string) => ({
    problem: `the file cannot be read: ${reason}`,
    remedy,
  }),
  "secret-file-content": (fault: string, remedy: string) => ({
    problem: `the file ${fault}`,
    remedy,
  }),
} satisfies Templates;
