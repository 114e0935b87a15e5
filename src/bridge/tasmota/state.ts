import type { Meaning } from "../meaning.ts";

/** Words of `StateText`, in the order off, on. */
export type RelayWords = Readonly<Record<string, number>>;

const numbered = (label: string): Meaning["labels"] =>
  label === "" ? undefined : { channel: label };

/** The relay of that key, `POWER` or `POWER2`; undefined if it is none. */
export const relayOf = (key: string, words: RelayWords): Meaning | undefined => {
  const [, number] = /^POWER(\d{0,2})$/u.exec(key) ?? [];
  return number === undefined
    ? undefined
    : { quantity: "switchOn", words, labels: numbered(number) };
};

const wifiOf = (name: string | undefined): Meaning | string => {
  // Percent, in spite of its name.
  if (name === "RSSI") return { quantity: "signalQualityRatio", unit: "%" };
  if (name === "Signal") return { quantity: "signalStrengthDbm", unit: "dBm" };
  if (name === "LinkCount")
    return { quantity: "eventsTotal", labels: { channel: "wifi_connections" } };
  return "no reading of the network";
};

/** The supply of the chip is about 3 volts; what is far beyond was written in millivolts. */
const highestSupplyVolts = 20;

const supplyOf = (value: string | number | boolean): Meaning => ({
  quantity: "voltageVolts",
  unit: Number(value) > highestSupplyVolts ? "mV" : "V",
  labels: { channel: "Vcc" },
});

/** `Shutter1` below which the position stands. */
export const shutterOf = (path: readonly string[]): Meaning | string | undefined => {
  const [, number] = /^Shutter(\d{0,2})$/u.exec(path[0] ?? "") ?? [];
  if (number === undefined) return undefined;
  if (path[1] !== "Position" || path.length > 2) return "where a shutter goes to";
  return { quantity: "positionRatio", unit: "%", labels: numbered(number) };
};

const lightOf = (key: string): Meaning | undefined => {
  const [, number] = /^Dimmer(\d?)$/u.exec(key) ?? [];
  if (number !== undefined) {
    return { quantity: "brightnessRatio", unit: "%", labels: numbered(number) };
  }
  return key === "CT" ? { quantity: "colorTemperatureKelvin", unit: "mired" } : undefined;
};

/** What the device says of itself in STATE, STATUS11 and RESULT; what it was set to is no reading. */
export const interpretState = (
  path: readonly string[],
  value: string | number | boolean,
  words: RelayWords,
): Meaning | string => {
  const [key = "", below] = path;
  if (key === "Wifi") return path.length === 2 ? wifiOf(below) : "no reading of the network";
  const shutter = shutterOf(path);
  if (shutter !== undefined) return shutter;
  if (path.length > 1) return "no reading of the device";
  if (key === "UptimeSec") return { quantity: "uptimeSeconds", unit: "s" };
  if (key === "Vcc") return supplyOf(value);
  if (key === "MqttCount") {
    return { quantity: "eventsTotal", labels: { channel: "mqtt_connections" } };
  }
  return relayOf(key, words) ?? lightOf(key) ?? "a setting, or no reading of the device";
};
