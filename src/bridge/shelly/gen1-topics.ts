import type { Meaning } from "../meaning.ts";

/** What a topic of a Gen1 device carries. */
export interface Gen1Topic extends Omit<Meaning, "device"> {
  /** The label that the number among its levels becomes. */
  readonly part?: "channel" | "phase" | undefined;
  /** True for what is only sent again when it changes, if the periodic update is switched off. */
  readonly isLasting?: true;
}

// Relay, light and roller count watt-minutes; one is 60 joules.
const wattMinutes = { quantity: "energyJoulesTotal", scale: 60 } as const;
const celsius = { quantity: "temperatureCelsius", unit: "°C", absent: [999] } as const;
const onOff = { quantity: "switchOn", part: "channel", isLasting: true } as const;

const loads = ["relay", "light", "white", "color", "roller"].flatMap((load) => [
  [`${load}/N/power`, { quantity: "powerWatts", unit: "W", part: "channel" }] as const,
  [`${load}/N/energy`, { ...wattMinutes, part: "channel" }] as const,
]);

const fahrenheitTwin = "twin of the value in degrees Celsius";

/**
 * Topics below `shellies/<device>/` with numbers as N: what they mean, or why they are no readings. Shelly Gen1 device
 * API, MQTT sections; 999, -1 and 65535 stand for a sensor that is missing or not calibrated.
 */
export const gen1Topics: ReadonlyMap<string, Gen1Topic | string> = new Map<
  string,
  Gen1Topic | string
>([
  ...loads,
  // A relay that was switched off by too much power says so instead of "off".
  ["relay/N", { ...onOff, words: { overpower: 0 } }],
  ["relay/power", { quantity: "powerWatts", unit: "W" }],
  ["relay/energy", wattMinutes],
  ["light/N", onOff],
  ["white/N", onOff],
  ["color/N", onOff],
  [
    "roller/N/pos",
    { quantity: "positionRatio", unit: "%", absent: [-1, 101], part: "channel", isLasting: true },
  ],
  ["roller/N", "movement of the roller, a word"],
  ["roller/N/stop_reason", "a word"],
  ["emeter/N/power", { quantity: "powerWatts", unit: "W", part: "phase" }],
  [
    "emeter/N/reactive_power",
    { quantity: "reactivePowerVoltAmperesReactive", unit: "var", part: "phase" },
  ],
  ["emeter/N/pf", { quantity: "powerFactorRatio", part: "phase" }],
  ["emeter/N/current", { quantity: "currentAmperes", unit: "A", part: "phase" }],
  ["emeter/N/voltage", { quantity: "voltageVolts", unit: "V", part: "phase" }],
  ["emeter/N/total", { quantity: "energyJoulesTotal", unit: "Wh", part: "phase" }],
  ["emeter/N/total_returned", { quantity: "energyReturnedJoulesTotal", unit: "Wh", part: "phase" }],
  ["emeter/N/energy", "twin of the total"],
  ["emeter/N/returned_energy", "twin of the total"],
  ["emeter_n/current", { quantity: "currentAmperes", unit: "A", labels: { phase: "n" } }],
  ["emeter_n/ixsum", "sum of the currents"],
  ["input/N", { quantity: "inputActive", part: "channel", isLasting: true }],
  ["temperature", celsius],
  ["ext_temperature/N", { ...celsius, part: "channel" }],
  ["ext_temperatures/N", { ...celsius, part: "channel" }],
  [
    "ext_humidity/N",
    { quantity: "relativeHumidityRatio", unit: "%", absent: [999], part: "channel" },
  ],
  [
    "ext_humidities/N",
    { quantity: "relativeHumidityRatio", unit: "%", absent: [999], part: "channel" },
  ],
  ["temperature_f", fahrenheitTwin],
  ["ext_temperature_f/N", fahrenheitTwin],
  ["ext_temperatures_f/N", fahrenheitTwin],
  ["ext_temperatures_f", fahrenheitTwin],
  ["sensor/temperature_f", fahrenheitTwin],
  ["overtemperature", { quantity: "heatDetected", isLasting: true }],
  ...["overload", "loaderror", "overpower"].map((problem): [string, Gen1Topic] => [
    problem,
    { quantity: "problemDetected", labels: { channel: problem }, isLasting: true },
  ]),
  ["voltage", { quantity: "voltageVolts", unit: "V" }],
  ["adc/N", { quantity: "voltageVolts", unit: "V", part: "channel" }],
  ["charger", { quantity: "powerPresent" }],
  ["sensor/charger", { quantity: "powerPresent" }],
  ["sensor/ext_power", { quantity: "powerPresent" }],
  ["sensor/temperature", celsius],
  ["sensor/humidity", { quantity: "relativeHumidityRatio", unit: "%", absent: [999] }],
  ["sensor/battery", { quantity: "batteryRatio", unit: "%", absent: [999, -1] }],
  ["sensor/lux", { quantity: "illuminanceLux", unit: "lx", absent: [-1] }],
  ["sensor/flood", { quantity: "leakDetected" }],
  ["sensor/state", { quantity: "contactOpen", words: { close: 0 } }],
  ["sensor/tilt", { quantity: "angleDegrees", unit: "°", absent: [-1] }],
  ["sensor/vibration", { quantity: "vibrationDetected", absent: [-1] }],
  ["sensor/motion", { quantity: "motionDetected" }],
  ["sensor/smoke", { quantity: "smokeDetected" }],
  ["sensor/gas", { quantity: "gasDetected", words: { none: 0, mild: 1, heavy: 1 } }],
  // In ppm, but of propane or methane: which one the device was bought for it does not say.
  [
    "sensor/concentration",
    { quantity: "value", absent: [-1, 65_535], labels: { channel: "gas_concentration" } },
  ],
  ["valve/N/state", { quantity: "valveOpen", part: "channel", isLasting: true }],
  ...[
    "temperature_status",
    "sensor/illumination",
    "sensor/error",
    "sensor/act_reasons",
    "sensor/self_test",
    "sensor/operation",
  ].map((topic) => [topic, "words"] as const),
  ...["input_event/N", "longpush/N"].map((topic) => [topic, "an event"] as const),
  ["relay/N/overpower_value", "a limit"],
  ["light/N/overpower_value", "a limit"],
  ["totalworktime", "a counter whose unit the device does not say"],
  ["settings", "settings"],
]);
