import type { Device } from "../device.ts";
import type { Meaning } from "../meaning.ts";
import { isObject, valueAt } from "../payload.ts";
import type { Interpret } from "../plan.ts";
import type { Named } from "./names.ts";

const bit = (quantity: Named["quantity"], channel?: string): Named => ({ quantity, channel });

// Keys by docs/Zigbee.md of Tasmota. Values of clusters that have a divisor of their own are left out.
const attributes: ReadonlyMap<string, Named> = new Map<string, Named>([
  ["Temperature", { quantity: "temperatureCelsius", unit: "°C" }],
  ["Humidity", { quantity: "relativeHumidityRatio", unit: "%" }],
  ["Pressure", { quantity: "pressurePascals", unit: "hPa" }],
  ["Illuminance", { quantity: "lightRaw" }],
  ["Battery", { quantity: "batteryRatio", unit: "%" }],
  ["BatteryPercentage", { quantity: "batteryRatio", unit: "%" }],
  ["BatteryVoltage", { quantity: "batteryVoltageVolts", unit: "V" }],
  ["LinkQuality", { quantity: "linkQuality" }],
  ["Power", bit("switchOn")],
  ["Occupancy", bit("occupancyDetected")],
  ["Movement", bit("motionDetected")],
  // Bit 0 of the zone status: the alarm of a contact is that it is open.
  ["Contact", bit("contactOpen")],
  ["Water", bit("leakDetected")],
  ["Fire", bit("smokeDetected")],
  ["CO", bit("carbonMonoxideDetected")],
  ["Vibration", bit("vibrationDetected")],
  ["Dimmer", { quantity: "brightnessRatio", scale: 1 / 254 }],
  ["CT", { quantity: "colorTemperatureKelvin", unit: "mired" }],
]);

/** No battery of a Zigbee device has more. */
const highestBatteryVolts = 20;

const voltageOf = (part: unknown, value: string | number | boolean): Meaning => {
  const isOfBattery =
    Number(value) <= highestBatteryVolts ||
    valueAt(part, ["Battery"]) !== undefined ||
    valueAt(part, ["BatteryPercentage"]) !== undefined;
  return { quantity: isOfBattery ? "batteryVoltageVolts" : "voltageVolts", unit: "V" };
};

/** An attribute of a Zigbee device; `part` is the object in which it stands. */
export const interpretZigbee = (
  name: string,
  value: string | number | boolean,
  part: unknown,
): Meaning | string => {
  if (typeof value === "string") return "text";
  if (name === "Voltage") return voltageOf(part, value);
  const found = attributes.get(name);
  if (found === undefined) return "no known reading of a Zigbee device";
  const unit = name === "Pressure" ? valueAt(part, ["PressureUnit"]) : undefined;
  const { quantity, scale } = found;
  return { quantity, scale, unit: typeof unit === "string" ? unit : found.unit };
};

/** What is below `ZbReceived`: for each device, by its name or short address, what it has reported. */
export const interpretReceived =
  (deviceOf: (name: string) => Device): Interpret =>
  ([key = "", name, ...rest], value, root) => {
    const received = valueAt(root, ["ZbReceived", key]);
    if (!isObject(received) || name === undefined || rest.length > 0) return "no attribute";
    const meaning = interpretZigbee(name, value, received);
    if (typeof meaning === "string") return meaning;
    const called = valueAt(received, ["Name"]);
    return {
      ...meaning,
      device: deviceOf(typeof called === "string" && called !== "" ? called : key),
    };
  };
