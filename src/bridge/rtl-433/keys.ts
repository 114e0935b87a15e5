import type { Meaning } from "../meaning.ts";
import { isObject } from "../payload.ts";
import { meaningOfName, meaningOfUnit, meaningOfUnknown, wordsOfKey } from "../vocabulary.ts";

/** Keys of the documentation and of decoders that the common vocabulary does not know, or reads otherwise. */
const known: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  // docs/DATA_FORMAT.md: a level from 0 (empty) to 1 (full); of a sensor that knows no more, 1 is "OK".
  ["battery_ok", { quantity: "batteryRatio" }],
  ["battery_v", { quantity: "batteryVoltageVolts" }],
  ["battery_mv", { quantity: "batteryVoltageVolts", unit: "mV" }],
  ["supercap_v", { quantity: "voltageVolts", labels: { channel: "supercap" } }],
  ["rain_mm_h", { quantity: "rainRateMillimetersPerHour" }],
  ["rain_in_h", { quantity: "rainRateMillimetersPerHour", unit: "in/h" }],
  ["light_lux", { quantity: "illuminanceLux" }],
  ["light_klx", { quantity: "illuminanceLux", unit: "klx" }],
  ["radiation_w_m2", { quantity: "irradianceWattsPerSquareMeter" }],
  ["strike_count", { quantity: "lightningStrikesTotal" }],
  ["storm_dist_km", { quantity: "distanceMeters", unit: "km", labels: { channel: "storm" } }],
  ["storm_dist_mi", { quantity: "distanceMeters", unit: "mi", labels: { channel: "storm" } }],
  ["depth_cm", { quantity: "distanceMeters", unit: "cm" }],
  ["depth_in", { quantity: "distanceMeters", unit: "in" }],
  ["contact_open", { quantity: "contactOpen" }],
  ["reed_open", { quantity: "contactOpen", labels: { channel: "reed" } }],
  ["opened", { quantity: "contactOpen" }],
  ["closed", { quantity: "contactOpen", scale: -1, offset: 1, words: { true: 0, false: 1 } }],
  ["motion", { quantity: "motionDetected" }],
  ["tamper", { quantity: "tamperDetected" }],
  ["alarm", { quantity: "alarmActive" }],
  ["detect_wet", { quantity: "leakDetected" }],
  ["leak", { quantity: "leakDetected" }],
  ["snr", { quantity: "signalToNoiseDecibels" }],
  // The receiver's own decibels, against its full scale: neither dBm nor sound.
  ["rssi", meaningOfUnknown("rssi")],
  ["noise", meaningOfUnknown("noise")],
]);

/** Of versions before 19.01, in words; newer ones write `battery_ok`. */
const batteryWords: Meaning = { quantity: "batteryLow", words: { ok: 0, low: 1 } };

/** What identifies, counts messages, or is a code or a setting. */
const noReadings: ReadonlySet<string> = new Set(
  (
    "time type model subtype id channel mic mod freq freq1 freq2 protocol sequence seq counter msg message " +
    "exception flags flag status state code button cmd command raw data len length unit house learn transmit " +
    "test unknown boost group dipswitch rc rows codes tristate event key address addr device sid station " +
    "firmware version startup mode duration bits integrity crc checksum uptime serial manufacturer vendor " +
    "node encrypted encryption keyed signature nonce tag count repeat repeats pulses offset gain date"
  ).split(" "),
);

const nonReading = (key: string): boolean => wordsOfKey(key).some((word) => noReadings.has(word));

/** By convention what follows the last underscore is the unit, even if it is a single letter. */
const unitSuffix = /^(.+)_(?:([CF])|([VWA]|Hz))$/u;

const meaningOfSuffix = (key: string): Meaning | undefined => {
  const [, name = "", degrees, unit] = unitSuffix.exec(key) ?? [];
  return name === "" ? undefined : meaningOfUnit(name, unit ?? `°${degrees}`);
};

/** The same value once more in a unit that `-C si` would have replaced. */
const twins: readonly (readonly [RegExp, readonly string[]])[] = [
  [/_F$/u, ["_C"]],
  [/_mi_h$/u, ["_m_s", "_km_h"]],
  [/_km_h$/u, ["_m_s"]],
  [/_in_h$/u, ["_mm_h"]],
  [/_in$/u, ["_mm", "_cm"]],
  [/_(?:inHg|PSI|psi|bar)$/u, ["_hPa", "_kPa"]],
  [/_mV$/u, ["_V"]],
  [/_mi$/u, ["_km"]],
];

const hasTwin = (key: string, root: unknown): boolean =>
  isObject(root) &&
  twins.some(
    ([suffix, others]) =>
      suffix.test(key) && others.some((other) => Object.hasOwn(root, key.replace(suffix, other))),
  );

/** What a key of rtl_433 means, by docs/DATA_FORMAT.md: the unit is its suffix; or why it is no reading. */
export const meaningOfRtl433Key = (key: string, root?: unknown): Meaning | string => {
  const meaning = known.get(key.toLowerCase());
  if (hasTwin(key, root)) return "the same in another unit";
  if (meaning !== undefined) return meaning;
  if (key === "battery") return batteryWords;
  if (nonReading(key)) return "an identifier, a code or a setting";
  return meaningOfName(key) ?? meaningOfSuffix(key) ?? meaningOfUnknown(key);
};
