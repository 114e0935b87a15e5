import type { Meaning } from "../meaning.ts";
import { meaningOfName, meaningOfUnit, meaningOfUnknown } from "../vocabulary.ts";
import type { ValueTopic } from "./value-topic.ts";

const energy: Meaning = { quantity: "energyJoulesTotal", unit: "kWh" };
const volume = (unit: string): Meaning => ({ quantity: "volumeLitersTotal", unit });
const gas = (unit: string): Meaning => ({ quantity: "gasVolumeLitersTotal", unit });
const pulses: Meaning = { quantity: "pulsesTotal" };

/** Meter types and scales of the Z-Wave specification (SDS13781, meter table). */
const meterScales: Readonly<Record<string, Meaning>> = {
  "1/0": energy,
  "1/1": { quantity: "apparentEnergyVoltAmpereSecondsTotal", unit: "kVAh" },
  "1/2": { quantity: "powerWatts" },
  "1/3": pulses,
  "1/4": { quantity: "voltageVolts" },
  "1/5": { quantity: "currentAmperes" },
  "1/6": { quantity: "powerFactorRatio" },
  "2/0": gas("m³"),
  "2/1": gas("ft³"),
  "2/3": pulses,
  "3/0": volume("m³"),
  "3/1": volume("ft³"),
  "3/2": volume("gal"),
  "3/3": pulses,
};
const produced = 2;

/** The key of a meter's value is its type, scale and direction in a byte each. */
const meaningOfMeter = ([property = "", key = ""]: readonly string[]): Meaning | string => {
  if (property !== "value") return "no value of the meter";
  const code = /^\d{1,8}$/u.test(key) ? Number(key) : 0;
  const scale = `${code >>> 16}/${(code >>> 8) & 0xff}`;
  const meaning = Object.hasOwn(meterScales, scale) ? meterScales[scale] : undefined;
  if (meaning === undefined) return meaningOfUnknown([property, key].filter(Boolean).join("/"));
  if ((code & 0xff) !== produced) return meaning;
  return meaning.quantity === "energyJoulesTotal"
    ? { ...meaning, quantity: "energyReturnedJoulesTotal" }
    : { ...meaning, labels: { channel: "produced" } };
};

/** Codes of notifications that are states: Z-Wave notification command class, list of assigned notifications. */
const notifications: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  [
    "home_security/motion_sensor_status",
    { quantity: "motionDetected", words: { "0": 0, "7": 1, "8": 1 } },
  ],
  ["home_security/cover_status", { quantity: "tamperDetected", words: { "0": 0, "3": 1 } }],
  ["access_control/door_state", { quantity: "contactOpen", words: { "22": 1, "23": 0 } }],
  ["water_alarm/sensor_status", { quantity: "leakDetected", words: { "0": 0, "1": 1, "2": 1 } }],
  ["smoke_alarm/sensor_status", { quantity: "smokeDetected", words: { "0": 0, "1": 1, "2": 1 } }],
  [
    "co_alarm/sensor_status",
    { quantity: "carbonMonoxideDetected", words: { "0": 0, "1": 1, "2": 1 } },
  ],
]);

const batteries: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ["level", { quantity: "batteryRatio", unit: "%" }],
  ["isLow", { quantity: "batteryLow" }],
]);

const binaries: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ["motion", { quantity: "motionDetected" }],
  ["door-window", { quantity: "contactOpen" }],
  ["door/window", { quantity: "contactOpen" }],
  ["water", { quantity: "leakDetected" }],
  ["smoke", { quantity: "smokeDetected" }],
  ["tamper", { quantity: "tamperDetected" }],
]);

/** Without a unit nobody knows whether a temperature is in °C or in °F. */
const meaningOfSensor = (name: string, unit: string): Meaning => {
  if (unit === "") return meaningOfUnknown(name);
  const named = meaningOfName(name);
  return named === undefined && unit === "%" ? meaningOfUnknown(name) : meaningOfUnit(name, unit);
};

const ofProperty = ({ commandClass, property }: ValueTopic, unit: string): Meaning | string => {
  const name = property.join("/");
  switch (commandClass) {
    case "battery":
      return batteries.get(name) ?? "no level of the battery";
    case "sensor_multilevel":
      return meaningOfSensor(name, unit);
    case "thermostat_setpoint":
      return unit === ""
        ? meaningOfUnknown(name)
        : { quantity: "temperatureSetpointCelsius", unit, labels: { channel: name } };
    case "sensor_binary":
      return binaries.get(name.toLowerCase()) ?? { quantity: "state", labels: { channel: name } };
    case "switch_binary":
    case "switch_multilevel":
      if (name !== "currentValue") return "what it is to become";
      return commandClass === "switch_binary" ? { quantity: "switchOn" } : meaningOfUnknown(name);
    case "meter":
      return meaningOfMeter(property);
    case "notification":
      return notifications.get(name.toLowerCase()) ?? "a code";
    default:
      return "a setting, a code or an event";
  }
};

/** What a value means, or why it is no reading; a unit comes with the value, if the gateway is set so. */
export const meaningOfValue = (topic: ValueTopic, unit: string): Meaning | string => {
  const meaning = ofProperty(topic, unit);
  if (typeof meaning === "string" || topic.endpoint === 0) return meaning;
  const channel = [meaning.labels?.["channel"], String(topic.endpoint)].filter(Boolean).join("_");
  return { ...meaning, labels: { ...meaning.labels, channel } };
};
