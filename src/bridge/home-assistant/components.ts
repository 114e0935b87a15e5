import type { Meaning } from "../meaning.ts";
import type { Block } from "./abbreviations.ts";
import { numberIn, textIn, wordIn } from "./fields.ts";
import { meaningOfBinarySensor, meaningOfSensor } from "./sensor-meaning.ts";

/** How the text of a state stands for a value. */
export type Form =
  | { readonly kind: "number" }
  /** Text by all that is known, but a number if it looks like one that was measured. */
  | { readonly kind: "bare" }
  | { readonly kind: "timestamp" }
  | { readonly kind: "binary"; readonly on: string; readonly off: string };

/** One value that an entity's announcement promises. */
export interface AnnouncedReading {
  readonly topic: string;
  readonly template?: string | undefined;
  /** Without the entity's labels; a text says why it is no reading. */
  readonly meaning: Meaning | string;
  readonly form: Form;
  /** How long it holds, if the announcement says so. */
  readonly expiresMs?: number | undefined;
}

/** What a component is asked for. */
interface Component {
  readonly config: Block;
  readonly name: string;
}

const number: Form = { kind: "number" };
const millisecondsPerSecond = 1000;

const secondsIn = (config: Block, key: string): number | undefined => {
  const seconds = numberIn(config, key);
  return seconds === undefined || seconds <= 0 ? undefined : seconds * millisecondsPerSecond;
};

const reading = (
  config: Block,
  topicKey: string,
  templateKey: string,
  meaning: Meaning | string,
  form: Form = number,
): readonly AnnouncedReading[] => {
  const topic = textIn(config, topicKey);
  if (topic === undefined || topic === "") return [];
  const expiresMs = secondsIn(config, "expire_after");
  return [{ topic, template: wordIn(config, templateKey), meaning, form, expiresMs }];
};

const sensor = ({ config, name }: Component): readonly AnnouncedReading[] => {
  const deviceClass = wordIn(config, "device_class")?.toLowerCase();
  const unit = wordIn(config, "unit_of_measurement");
  const stateClass = wordIn(config, "state_class")?.toLowerCase();
  const meaning = Array.isArray(config["options"])
    ? "text: enum"
    : meaningOfSensor({ name, deviceClass, unit, stateClass });
  const isBare = (deviceClass ?? unit ?? stateClass) === undefined;
  const kind = deviceClass === "timestamp" ? "timestamp" : isBare ? "bare" : "number";
  return reading(config, "state_topic", "value_template", meaning, { kind });
};

const binaryForm = (config: Block, onKeys: readonly string[], offKeys: readonly string[]): Form => {
  const first = (keys: readonly string[]) =>
    keys.map((key) => textIn(config, key)).find((text) => text !== undefined);
  return { kind: "binary", on: first(onKeys) ?? "ON", off: first(offKeys) ?? "OFF" };
};

const binarySensor = ({ config, name }: Component): readonly AnnouncedReading[] => {
  const meaning = meaningOfBinarySensor(name, wordIn(config, "device_class")?.toLowerCase());
  const form = binaryForm(config, ["payload_on"], ["payload_off"]);
  // Home Assistant turns it off by itself then; a device of which nobody heard so is better left out.
  const offMs = secondsIn(config, "off_delay");
  return reading(config, "state_topic", "value_template", meaning, form).map((each) => ({
    ...each,
    expiresMs: offMs === undefined ? each.expiresMs : Math.min(offMs, each.expiresMs ?? offMs),
  }));
};

const switchOn: Meaning = { quantity: "switchOn" };

const switched = ({ config }: Component): readonly AnnouncedReading[] => {
  const form = binaryForm(config, ["state_on", "payload_on"], ["state_off", "payload_off"]);
  return reading(config, "state_topic", "value_template", switchOn, form);
};

const brightness = (config: Block): Meaning | undefined => {
  const scale = numberIn(config, "brightness_scale") ?? 255;
  return scale > 0 ? { quantity: "brightnessRatio", scale: 1 / scale } : undefined;
};

const light = ({ config }: Component): readonly AnnouncedReading[] => {
  const schema = wordIn(config, "schema") ?? "basic";
  const level = brightness(config);
  if (schema === "json") {
    const state = {
      ...config,
      state: "{{ value_json.state }}",
      level: "{{ value_json.brightness }}",
    };
    const form: Form = { kind: "binary", on: "ON", off: "OFF" };
    const states = reading(state, "state_topic", "state", switchOn, form);
    const hasLevel = textIn(config, "brightness") === "True" && level !== undefined;
    return hasLevel ? [...states, ...reading(state, "state_topic", "level", level)] : states;
  }
  if (schema === "template") {
    const form: Form = { kind: "binary", on: "on", off: "off" };
    return wordIn(config, "state_template") === undefined
      ? []
      : reading(config, "state_topic", "state_template", switchOn, form);
  }
  const form = binaryForm(config, ["payload_on"], ["payload_off"]);
  const levels =
    level === undefined
      ? []
      : reading(config, "brightness_state_topic", "brightness_value_template", level);
  return [...reading(config, "state_topic", "state_value_template", switchOn, form), ...levels];
};

const cover = ({ config }: Component): readonly AnnouncedReading[] => {
  const closed = numberIn(config, "position_closed") ?? 0;
  const open = numberIn(config, "position_open") ?? 100;
  if (closed === open) return [];
  const scale = 1 / (open - closed);
  const meaning: Meaning = { quantity: "positionRatio", scale, offset: -closed * scale };
  return reading(config, "position_topic", "position_template", meaning);
};

const temperatureUnits: ReadonlyMap<string, string> = new Map([
  ["c", "°C"],
  ["f", "°F"],
]);

const climate = ({ config }: Component): readonly AnnouncedReading[] => {
  const written = wordIn(config, "temperature_unit")?.toLowerCase().replace("°", "") ?? "";
  const unit = temperatureUnits.get(written);
  // Without a unit that of Home Assistant's owner is meant, whom nobody here knows.
  const temperature = (quantity: "temperatureCelsius" | "temperatureSetpointCelsius") =>
    unit === undefined ? "the temperature has no unit" : { quantity, unit };
  return [
    ...reading(
      config,
      "current_temperature_topic",
      "current_temperature_template",
      temperature("temperatureCelsius"),
    ),
    ...reading(
      config,
      "temperature_state_topic",
      "temperature_state_template",
      temperature("temperatureSetpointCelsius"),
    ),
    ...reading(config, "current_humidity_topic", "current_humidity_template", {
      quantity: "relativeHumidityRatio",
      unit: "%",
    }),
  ];
};

/** Components that have readings; of others (settings, buttons, cameras, events) nothing is exported. */
const components: ReadonlyMap<string, (component: Component) => readonly AnnouncedReading[]> =
  new Map([
    ["sensor", sensor],
    ["binary_sensor", binarySensor],
    ["switch", switched],
    ["light", light],
    ["cover", cover],
    ["climate", climate],
    ["water_heater", climate],
  ]);

/** The readings that a component's announcement promises, its keys long. */
export const readingsOfComponent = (
  component: string,
  config: Block,
  name: string,
): readonly AnnouncedReading[] => components.get(component)?.({ config, name }) ?? [];

/** True for a component that can have readings. */
export const hasReadings = (component: string): boolean => components.has(component);
