import type { Quantity } from "../quantities.ts";
import type { Labels } from "../reading.ts";
import type { Channel, Scaling } from "./channels.ts";
import type { LabelAttribute } from "./labels.ts";

/** A value of a hwmon device, and the attributes that it comes from. */
export interface HwmonChannel extends Channel {
  readonly attribute: string;
  readonly scaling: Scaling;
  /** True for alarms and faults, which are 0 or 1 and nothing else. */
  readonly isFlag: boolean;
  /** Attribute that is 1 while the input measures nothing. */
  readonly fault: string | undefined;
  /** Attribute that is 0 while the input is switched off. */
  readonly enable: string | undefined;
}

interface Kind extends Scaling {
  readonly quantity: Quantity;
}

// Documentation/hwmon/sysfs-interface.rst: millidegrees, millivolts, milliamperes, microwatts, microjoules,
// thousandths of a percent, revolutions per minute, hertz, and 255 for always on.
const kinds: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ["temp", { quantity: "temperatureCelsius", divide: 1000 }],
  ["in", { quantity: "voltageVolts", divide: 1000 }],
  ["curr", { quantity: "currentAmperes", divide: 1000 }],
  ["power", { quantity: "powerWatts", divide: 1_000_000 }],
  ["energy", { quantity: "energyJoulesTotal", divide: 1_000_000 }],
  ["humidity", { quantity: "relativeHumidityRatio", divide: 100_000 }],
  ["fan", { quantity: "rotationRpm" }],
  ["freq", { quantity: "frequencyHertz" }],
  ["pwm", { quantity: "dutyCycleRatio", divide: 255 }],
]);

const value = /^(?<input>(?<kind>temp|in|curr|power|energy|humidity|fan|freq)\d+)_input$/;
const dutyCycle = /^(?<input>(?<kind>pwm)\d+)$/;
const flag =
  /^(?<input>(temp|in|curr|power|energy|humidity|fan)\d+)_((?<limit>[a-z]+)_)?(?<flag>alarm|fault)$/;

// drivers/hwmon/raspberrypi-hwmon.c: the alarm is about the supply of the board, not about the rail whose number it has.
const supplyMonitors: ReadonlySet<string> = new Set(["rpi_volt/in0_lcrit_alarm"]);

const flagOf = (
  isSupply: boolean,
  groups: Readonly<Record<string, string | undefined>>,
): { readonly quantity: Quantity; readonly labels: Labels } => {
  if (isSupply) return { quantity: "undervoltageDetected", labels: {} };
  if (groups["flag"] === "fault") return { quantity: "problemDetected", labels: {} };
  const limit = groups["limit"];
  return { quantity: "alarmActive", labels: limit === undefined ? {} : { alarm: limit } };
};

/** What the names of a device's attributes say about its channels; `texts` are its labels by input. */
export const hwmonChannels = (
  device: string,
  attributes: readonly string[],
  texts: ReadonlyMap<string, string>,
): readonly HwmonChannel[] => {
  const existing = new Set(attributes);
  const ifExists = (attribute: string) => (existing.has(attribute) ? attribute : undefined);

  const valueChannel = (attribute: string): readonly HwmonChannel[] => {
    const groups = (value.exec(attribute) ?? dutyCycle.exec(attribute))?.groups;
    const input = groups?.["input"];
    const kind = kinds.get(groups?.["kind"] ?? "");
    if (input === undefined || kind === undefined) return [];
    const { quantity, ...scaling } = kind;
    return [
      {
        key: input,
        input,
        text: texts.get(input),
        quantity,
        isNamed: true,
        labels: {},
        attribute,
        scaling,
        isFlag: false,
        fault: ifExists(`${input}_fault`),
        // pwmN_enable is the mode of a fan control, not a switch.
        enable: quantity === "dutyCycleRatio" ? undefined : ifExists(`${input}_enable`),
      },
    ];
  };

  const flagChannel = (attribute: string): readonly HwmonChannel[] => {
    const groups = flag.exec(attribute)?.groups;
    const input = groups?.["input"];
    if (groups === undefined || input === undefined) return [];
    const isSupply = supplyMonitors.has(`${device}/${attribute}`);
    return [
      {
        key: attribute,
        input,
        text: isSupply ? undefined : texts.get(input),
        isNamed: !isSupply,
        ...flagOf(isSupply, groups),
        attribute,
        scaling: {},
        isFlag: true,
        fault: undefined,
        enable: undefined,
      },
    ];
  };

  return attributes.flatMap((attribute) => [...valueChannel(attribute), ...flagChannel(attribute)]);
};

/** Attributes with the labels of inputs, and the inputs that they belong to. */
export const hwmonLabels = (attributes: readonly string[]): readonly LabelAttribute[] =>
  attributes.flatMap((attribute) => {
    const input = /^(?<input>[a-z]+\d+)_label$/.exec(attribute)?.groups?.["input"];
    return input === undefined ? [] : [{ attribute, input }];
  });
