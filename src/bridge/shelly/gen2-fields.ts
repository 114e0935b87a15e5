import type { Labels } from "../../reading.ts";
import type { Meaning } from "../meaning.ts";

/** A part of a Gen2 device, as its name says: `switch:0`, `sys`. */
export interface Component {
  readonly name: string;
  readonly type: string;
  /** Undefined for one of which there is only one. */
  readonly number: string | undefined;
}

interface Field extends Omit<Meaning, "labels" | "device"> {
  /** What the component's number becomes; its whole name where another component has the same quantity. */
  readonly part?: "number" | "name" | "none" | undefined;
}

const many: ReadonlySet<string> = new Set(
  (
    "switch pm1 em em1 emdata em1data temperature humidity illuminance devicepower cover light rgb rgbw rgbcct cct " +
    "input voltmeter flood smoke thermostat presence presencezone occupancy bthomesensor bthomedevice blutrv " +
    "number boolean enum text button group service object script"
  ).split(" "),
);
const single: ReadonlySet<string> = new Set(
  "sys wifi eth cloud mqtt ble bthome ws ht_ui ui plugs_ui wall_display matter zigbee modbus knx rpc presence".split(
    " ",
  ),
);
/** Those behind the device, heard by Bluetooth. */
const distant: ReadonlySet<string> = new Set("bthomesensor bthomedevice blutrv".split(" "));

/** True for what is heard by Bluetooth: the gateway stays online when it falls silent. */
export const isDistant = ({ type }: Component): boolean => distant.has(type);

/** The component that a name stands for; undefined if it is none of a Shelly's. */
export const componentOf = (name: string): Component | undefined => {
  const [, type = "", number] = /^([a-z\d_]+?)(?::(\d{1,5}))?$/u.exec(name) ?? [];
  const isKnown = number === undefined ? single.has(type) : many.has(type);
  return isKnown ? { name, type, number } : undefined;
};

const power: Field = { quantity: "powerWatts", unit: "W" };
const apparentPower: Field = { quantity: "apparentPowerVoltAmperes", unit: "VA" };
const voltage: Field = { quantity: "voltageVolts", unit: "V" };
const current: Field = { quantity: "currentAmperes", unit: "A" };
const frequency: Field = { quantity: "frequencyHertz", unit: "Hz" };
const powerFactor: Field = { quantity: "powerFactorRatio" };
const energy: Field = { quantity: "energyJoulesTotal", unit: "Wh" };
const returned: Field = { quantity: "energyReturnedJoulesTotal", unit: "Wh" };
const celsius: Field = { quantity: "temperatureCelsius", unit: "°C" };
const battery: Field = { quantity: "batteryRatio", unit: "%" };

/** Fields by path that mean the same in every component. Shelly Gen2 device API, components and services. */
const sharedFields: ReadonlyMap<string, Field> = new Map<string, Field>([
  ["output", { quantity: "switchOn" }],
  ["apower", power],
  ["act_power", power],
  ["aprt_power", apparentPower],
  ["aprtpower", apparentPower],
  ["voltage", voltage],
  ["current", current],
  ["freq", frequency],
  ["pf", powerFactor],
  ["aenergy.total", energy],
  ["ret_aenergy.total", returned],
  ["total_act_energy", energy],
  ["total_act_ret_energy", returned],
  // Inside the relay; `temperature:0` is a sensor of its own.
  ["temperature.tC", { ...celsius, part: "name" }],
  ["tC", celsius],
  ["rh", { quantity: "relativeHumidityRatio", unit: "%" }],
  ["lux", { quantity: "illuminanceLux", unit: "lx" }],
  ["brightness", { quantity: "brightnessRatio", unit: "%" }],
  ["ct", { quantity: "colorTemperatureKelvin", unit: "K" }],
]);

/** Fields by component and path. */
const ownFields: ReadonlyMap<string, Field> = new Map<string, Field>([
  ["devicepower.battery.V", { quantity: "batteryVoltageVolts", unit: "V", part: "none" }],
  ["devicepower.battery.percent", { ...battery, part: "none" }],
  ["devicepower.external.present", { quantity: "powerPresent", part: "none" }],
  ["cover.current_pos", { quantity: "positionRatio", unit: "%" }],
  ["input.state", { quantity: "inputActive" }],
  ["input.percent", { quantity: "ratio", unit: "%", part: "name" }],
  ["input.counts.total", { quantity: "pulsesTotal" }],
  ["input.freq", { ...frequency, part: "name" }],
  ["flood.alarm", { quantity: "leakDetected" }],
  ["smoke.alarm", { quantity: "smokeDetected" }],
  ["occupancy.value", { quantity: "occupancyDetected" }],
  ["presence.num_objects", { quantity: "items", part: "name" }],
  ["presencezone.num_objects", { quantity: "items", part: "name" }],
  ["thermostat.output", { quantity: "running", part: "name" }],
  ["thermostat.current_C", { ...celsius, part: "name" }],
  ["thermostat.target_C", { quantity: "temperatureSetpointCelsius", unit: "°C", part: "name" }],
  ["blutrv.current_C", { ...celsius, part: "name" }],
  ["blutrv.target_C", { quantity: "temperatureSetpointCelsius", unit: "°C", part: "name" }],
  ["blutrv.pos", { quantity: "valvePositionRatio", unit: "%", part: "name" }],
  ["blutrv.battery", { ...battery, part: "name" }],
  ["bthomedevice.battery", { ...battery, part: "name" }],
  ["blutrv.rssi", { quantity: "signalStrengthDbm", unit: "dBm", absent: [0], part: "name" }],
  ["bthomedevice.rssi", { quantity: "signalStrengthDbm", unit: "dBm", absent: [0], part: "name" }],
  ["number.value", { quantity: "value", part: "name" }],
  ["boolean.value", { quantity: "state", part: "name" }],
]);

const phaseFields: ReadonlyMap<string, Field> = new Map([
  ["current", current],
  ["voltage", voltage],
  ["act_power", power],
  ["aprt_power", apparentPower],
  ["pf", powerFactor],
  ["freq", frequency],
  ["total_act_energy", energy],
  ["total_act_ret_energy", returned],
]);
const totalFields: ReadonlyMap<string, Field> = new Map([
  ["total_current", current],
  ["total_act_power", power],
  ["total_aprt_power", apparentPower],
  ["total_act", energy],
  ["total_act_ret", returned],
]);

/** Three phases, the neutral conductor, and their sum, of `em` and `emdata`. */
const phaseMeaning = (key: string, number: string): Meaning | undefined => {
  const [, phase = "", rest = ""] = /^([abcn])_(\w+)$/u.exec(key) ?? [];
  const total = totalFields.get(key);
  const field = total ?? (phase === "n" && rest !== "current" ? undefined : phaseFields.get(rest));
  if (field === undefined) return undefined;
  return { ...field, labels: { channel: number, phase: total === undefined ? phase : "total" } };
};

const labelsOf = (part: Field["part"], { name, number }: Component): Labels | undefined => {
  if (part === "none") return undefined;
  if (part === "name") return { channel: name };
  return number === undefined ? undefined : { channel: number };
};

/** A number in the user's own unit, or of a sensor of which only its number is known. */
const ownUnits: ReadonlySet<string> = new Set([
  "input.xpercent",
  "input.xfreq",
  "input.counts.xtotal",
  "voltmeter.xvoltage",
]);

const twins: ReadonlySet<string> = new Set(["tF", "temperature.tF", "target_F", "current_F"]);

/** What a field of a component's status means, or why it is no reading. */
export const meaningOfField = (
  component: Component,
  path: readonly string[],
  value: string | number | boolean,
): Meaning | string => {
  const { type, name, number } = component;
  const key = path.join(".");
  const labels = (part: Field["part"]) => labelsOf(part, component);
  if (twins.has(key)) return "twin of the value in degrees Celsius";
  if (ownUnits.has(`${type}.${key}`)) {
    return { quantity: "value", labels: { channel: `${name}.${key}` } };
  }
  if (type === "bthomesensor" && key === "value") {
    return { quantity: typeof value === "boolean" ? "state" : "value", labels: labels("name") };
  }
  if (type === "em" || type === "emdata") {
    return phaseMeaning(key, number ?? "") ?? "not a reading of a meter";
  }
  const field = ownFields.get(`${type}.${key}`) ?? sharedFields.get(key);
  if (field === undefined) return "not among the readings of a Shelly";
  const { part, ...meaning } = field;
  return { ...meaning, labels: labels(part) };
};

/** Fields of `sys` and `wifi`. */
export const meaningOfSystem = ({ type }: Component, path: readonly string[]): Meaning | string => {
  switch (`${type}.${path.join(".")}`) {
    case "sys.uptime":
      return { quantity: "uptimeSeconds", unit: "s" };
    case "sys.ram_free":
      return { quantity: "dataSizeBytes", unit: "B", labels: { channel: "ram_free" } };
    case "sys.fs_free":
      return { quantity: "dataSizeBytes", unit: "B", labels: { channel: "fs_free" } };
    case "wifi.rssi":
      return { quantity: "signalStrengthDbm", unit: "dBm", absent: [0] };
    default:
      return "not among the readings of a Shelly";
  }
};
