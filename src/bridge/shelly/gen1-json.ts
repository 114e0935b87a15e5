import type { Meaning } from "../meaning.ts";
import { valueAt } from "../payload.ts";
import type { Interpret } from "../plan.ts";

const notKnown = "not among the readings of a Shelly";

/** Fields of `light/N/status` and the like. */
export const interpretLight =
  (channel: string): Interpret =>
  (path) => {
    const labels = { channel };
    switch (path.join(".")) {
      case "ison":
        return { quantity: "switchOn", labels };
      case "brightness":
        return { quantity: "brightnessRatio", unit: "%", labels };
      case "temp":
        // The color of a white lamp: 2700 to 6500.
        return { quantity: "colorTemperatureKelvin", unit: "K", labels };
      case "power":
        return { quantity: "powerWatts", unit: "W", labels };
      default:
        return notKnown;
    }
  };

/** Fields of `ext_temperatures` and `ext_humidities`: sensors by number. */
export const interpretExternal: Interpret = ([number = "", field]) => {
  const labels = { channel: number };
  if (field === "tC") return { quantity: "temperatureCelsius", unit: "°C", absent: [999], labels };
  if (field === "hum") {
    return { quantity: "relativeHumidityRatio", unit: "%", absent: [999], labels };
  }
  return field === "tF" ? "twin of the value in degrees Celsius" : notKnown;
};

const unitBeside = (path: readonly string[], root: unknown): string =>
  valueAt(root, [...path.slice(0, -1), "units"]) === "F" ? "°F" : "°C";

const sensorFields: ReadonlyMap<string, Omit<Meaning, "labels">> = new Map([
  ["hum.value", { quantity: "relativeHumidityRatio", unit: "%", absent: [999] }],
  ["lux.value", { quantity: "illuminanceLux", unit: "lx", absent: [-1] }],
  ["lux", { quantity: "illuminanceLux", unit: "lx", absent: [-1] }],
  ["bat.value", { quantity: "batteryRatio", unit: "%", absent: [-1, 999] }],
  ["bat", { quantity: "batteryRatio", unit: "%", absent: [-1, 999] }],
  ["bat.voltage", { quantity: "batteryVoltageVolts", unit: "V" }],
  ["charger", { quantity: "powerPresent" }],
  ["motion", { quantity: "motionDetected" }],
  ["sensor.motion", { quantity: "motionDetected" }],
  ["vibration", { quantity: "vibrationDetected" }],
  ["sensor.vibration", { quantity: "vibrationDetected" }],
  ["sensor.state", { quantity: "contactOpen", words: { close: 0 } }],
  ["accel.tilt", { quantity: "angleDegrees", unit: "°", absent: [-1] }],
  ["accel.vibration", { quantity: "vibrationDetected", absent: [-1] }],
  ["flood", { quantity: "leakDetected" }],
  ["smoke", { quantity: "smokeDetected" }],
  ["pos", { quantity: "valvePositionRatio", unit: "%", absent: [-1] }],
  ["thermostats.0.pos", { quantity: "valvePositionRatio", unit: "%", absent: [-1] }],
]);

const temperatures: ReadonlyMap<string, Meaning["quantity"]> = new Map([
  ["tmp.value", "temperatureCelsius"],
  ["thermostats.0.tmp.value", "temperatureCelsius"],
  ["target_t.value", "temperatureSetpointCelsius"],
  ["thermostats.0.target_t.value", "temperatureSetpointCelsius"],
]);

/** Fields of `status` and `info` of a battery device, which has some of its readings nowhere else. */
export const interpretSleeper: Interpret = (path, _value, root) => {
  const key = path.join(".");
  const quantity = temperatures.get(key);
  if (quantity === undefined) return sensorFields.get(key) ?? notKnown;
  if (valueAt(root, [...path.slice(0, -1), "is_valid"]) === false) return "said to be invalid";
  return { quantity, unit: unitBeside(path, root), absent: [999] };
};

/** What the interpretation of a battery device's fields hangs on. */
export const signatureOfSleeper = (root: unknown): string =>
  JSON.stringify(
    [["tmp"], ["target_t"], ["thermostats", "0", "tmp"], ["thermostats", "0", "target_t"]].map(
      (path) => [
        valueAt(root, [...path, "units"]) === "F",
        valueAt(root, [...path, "is_valid"]) !== false,
      ],
    ),
  );

/** Fields of `info` that every device has. */
export const interpretInfo: Interpret = (path) => {
  switch (path.join(".")) {
    case "wifi_sta.rssi":
      return { quantity: "signalStrengthDbm", unit: "dBm", absent: [0] };
    case "update.has_update":
      return { quantity: "updateAvailable" };
    default:
      return "the device has a topic for it, or it is no reading";
  }
};
