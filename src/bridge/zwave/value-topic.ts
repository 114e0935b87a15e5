import type { Levels } from "../topic.ts";

/** Kinds of values that are read, by what the gateway calls their command class, and by its number. */
const commandClasses = {
  battery: 128,
  sensor_multilevel: 49,
  sensor_binary: 48,
  meter: 50,
  switch_binary: 37,
  switch_multilevel: 38,
  thermostat_setpoint: 67,
  notification: 113,
} as const;

type CommandClass = keyof typeof commandClasses;

/** Others, which only have settings, codes or events. */
const others: ReadonlyMap<string, number> = new Map([
  ["basic", 32],
  ["association", 133],
  ["central_scene", 91],
  ["clock", 129],
  ["color_switch", 51],
  ["configuration", 112],
  ["door_lock", 98],
  ["firmware_update_meta_data", 122],
  ["indicator", 135],
  ["manufacturer_specific", 114],
  ["node_naming", 119],
  ["powerlevel", 115],
  ["protection", 117],
  ["scene_activation", 43],
  ["thermostat_fan_mode", 68],
  ["thermostat_mode", 64],
  ["thermostat_operating_state", 66],
  ["time_parameters", 139],
  ["user_code", 99],
  ["version", 134],
  ["wake_up", 132],
  ["zwave_plus_info", 94],
  ["zwaveplus_info", 94],
]);

/** Where a value belongs. */
export interface ValueTopic {
  /** Location and name of the node, or its number. */
  readonly node: string;
  /** Undefined for one without readings. */
  readonly commandClass: CommandClass | undefined;
  readonly endpoint: number;
  /** Property and, where there is one, its key. */
  readonly property: readonly string[];
}

const names: ReadonlyMap<string, CommandClass> = new Map([
  ["battery", "battery"],
  ["sensor_multilevel", "sensor_multilevel"],
  ["multilevel_sensor", "sensor_multilevel"],
  ["sensor_binary", "sensor_binary"],
  ["binary_sensor", "sensor_binary"],
  ["meter", "meter"],
  ["switch_binary", "switch_binary"],
  ["binary_switch", "switch_binary"],
  ["switch_multilevel", "switch_multilevel"],
  ["multilevel_switch", "switch_multilevel"],
  ["thermostat_setpoint", "thermostat_setpoint"],
  ["notification", "notification"],
]);
const numbers: ReadonlyMap<string, CommandClass> = new Map(
  [...new Set(names.values())].map((name) => [String(commandClasses[name]), name]),
);
const otherNumbers: ReadonlySet<string> = new Set([...others.values()].map(String));

const classOf = (level: string): CommandClass | undefined => names.get(level) ?? numbers.get(level);
const isNumberOfClass = (level: string): boolean => numbers.has(level) || otherNumbers.has(level);
const isNameOfClass = (level: string): boolean => names.has(level) || others.has(level);

/** Finds the command class: before its endpoint, else by its name. */
const classIndex = (levels: Levels): number => {
  const named = levels.findIndex((level, at) => at >= 2 && /^endpoint_\d{1,3}$/u.test(level));
  if (named > 0) return named - 1;
  // A node may have the number of a command class, so that the last one that fits is meant.
  const numbered = levels.findLastIndex(
    (level, at) =>
      at >= 1 &&
      at + 2 < levels.length &&
      isNumberOfClass(level) &&
      /^\d{1,3}$/u.test(levels[at + 1] ?? ""),
  );
  if (numbered > 0) return numbered;
  return levels.findIndex((level, at) => at >= 1 && at + 1 < levels.length && isNameOfClass(level));
};

/** Takes a value's topic apart, with names or with numbers; undefined if it is none. */
export const parseValueTopic = (levels: Levels): ValueTopic | undefined => {
  const at = classIndex(levels);
  if (at < 1) return undefined;
  const [, endpoint] = /^(?:endpoint_)?(\d{1,3})$/u.exec(levels[at + 1] ?? "") ?? [];
  const property = levels.slice(endpoint === undefined ? at + 1 : at + 2);
  if (property.length === 0) return undefined;
  return {
    node: levels.slice(0, at).join("/"),
    commandClass: classOf(levels[at] ?? ""),
    endpoint: Number(endpoint ?? 0),
    property,
  };
};
