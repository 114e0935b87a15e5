import type { Meaning } from "../meaning.ts";
import { strictNumber } from "../number.ts";
import { isObject, valueAt } from "../payload.ts";
import type { Interpret } from "../plan.ts";
import { hasUnit } from "../vocabulary/units.ts";
import { meaningOfName, meaningOfUnit, meaningOfUnknown } from "../vocabulary.ts";

const onChannel = (meaning: Meaning, channel: string): Meaning => ({
  ...meaning,
  labels: { channel },
});

const acceleration = (axis: string): Meaning => ({
  quantity: "accelerationMetersPerSecondSquared",
  labels: { channel: axis },
});

const events = (channel: string): Meaning => ({ quantity: "eventsTotal", labels: { channel } });

/** Properties of the decoder's devices with the units that their files declare. */
const known: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ["temp", { quantity: "temperatureCelsius" }],
  ["hum", { quantity: "relativeHumidityRatio", unit: "%" }],
  ["batt", { quantity: "batteryRatio", unit: "%" }],
  ["pres", { quantity: "pressurePascals", unit: "hPa" }],
  ["moi", { quantity: "soilMoistureRatio", unit: "%" }],
  ["fer", { quantity: "conductivitySiemensPerMeter", unit: "µS/cm" }],
  ["for", { quantity: "formaldehydeMassMicrogramsPerCubicMeter", unit: "mg/m³" }],
  ["level", { quantity: "fillLevelRatio", unit: "%" }],
  ["lvl_cm", { quantity: "levelMeters", unit: "cm" }],
  ["lvl_in", { quantity: "levelMeters", unit: "in" }],
  ["impedance", { quantity: "resistanceOhms" }],
  ["motion", { quantity: "motionDetected" }],
  ["contact", { quantity: "contactOpen" }],
  ["lowbatt", { quantity: "batteryLow" }],
  ["alarm", { quantity: "problemDetected" }],
  ["moving", { quantity: "running" }],
  ["unlocked", { quantity: "lockOpen" }],
  ["rot", { quantity: "angleDegrees" }],
  ["mov", { quantity: "detectionsTotal" }],
  ["count", events("count")],
  ["in_ct", events("in")],
  ["out_ct", events("out")],
  ["push_ct", events("push")],
  ["accx", acceleration("x")],
  ["accy", acceleration("y")],
  ["accz", acceleration("z")],
  ["x_axis", acceleration("x")],
  ["y_axis", acceleration("y")],
  ["z_axis", acceleration("z")],
  // Of one use, from zero each time.
  ["energy", { quantity: "energyBalanceJoules", unit: "kWh", labels: { channel: "session" } }],
]);

const noReadings: ReadonlySet<string> = new Set(
  (
    "id mac mac_type adv_type type name brand model model_id manufacturerdata servicedata servicedatauuid " +
    "txpower tx distance packet seq quality status state mode sector session seconds duration time time_min " +
    "time_max serial device major minor uuid mfid ctr cipher mic encr volt_raw raw res addr unit avgu sumu value " +
    "pressure button button1 button2 button3 button4 shake sync wake modeltype packetsize pferror hex rpi aem " +
    "cidc acts cont ctrl track prmac extprobe scopetested calibrated led lightlevel"
  ).split(" "),
);

/** `tempc`, `tempc5` of a probe, `tempc2_dp` of the dew point, `tempc_max`; the same for `tempf`. */
const temperature = /^temp([cf])(\d{0,2})(?:_(dp|min|max))?$/u;

const meaningOfTemperature = (key: string, root: unknown): Meaning | string | undefined => {
  const [, letter, probe = "", part = ""] = temperature.exec(key) ?? [];
  if (letter === undefined) return undefined;
  const isFahrenheit = letter === "f";
  const twin = `tempc${key.slice("tempf".length)}`;
  if (isFahrenheit && isObject(root) && Object.hasOwn(root, twin))
    return "the same in another unit";
  const unit = isFahrenheit ? "°F" : "°C";
  if (part === "dp") return { quantity: "dewPointCelsius", unit };
  const channel = [probe, part].filter((each) => each !== "").join("_");
  const meaning: Meaning = { quantity: "temperatureCelsius", unit };
  return channel === "" ? meaning : onChannel(meaning, channel);
};

const textAt = (root: unknown, key: string): string | undefined => {
  const found = valueAt(root, [key]);
  return typeof found === "string" ? found : undefined;
};

/** Units that stand in a field beside the value. */
export const unitsBeside = (root: unknown): string =>
  ["unit", "avgu", "sumu"].map((key) => textAt(root, key) ?? "").join(" ");

const meaningWithUnit = (key: string, root: unknown): Meaning | string | undefined => {
  if (key === "sum") return meaningOfUnit("sum", textAt(root, "sumu") ?? "", true);
  if (key === "avg") {
    const unit = textAt(root, "avgu");
    // An average in cubic meters does not say of how long.
    return unit === "kW"
      ? { quantity: "powerWatts", unit, labels: { channel: "avg" } }
      : meaningOfUnknown("avg");
  }
  if (key === "weight") {
    const unit = textAt(root, "unit") ?? "";
    // Scales also weigh in jin, which nobody else does.
    return hasUnit("weightGrams", unit)
      ? { quantity: "weightGrams", unit }
      : meaningOfUnknown("weight");
  }
  if (key === "temp" && textAt(root, "unit") === "F") {
    return { quantity: "temperatureCelsius", unit: "°F" };
  }
  return undefined;
};

/** Where the same key means something else. */
const meaningByModel = (
  key: string,
  value: string | number | boolean,
  root: unknown,
): Meaning | string | undefined => {
  const model = textAt(root, "model_id") ?? "";
  if (key === "pres" && model === "TPMS") return { quantity: "pressurePascals", unit: "bar" };
  if (/^acc[xyz]$/u.test(key) && textAt(root, "brand")?.startsWith("Mopeka") === true) {
    return "raw acceleration";
  }
  // Of a door true or false; of a blind a percentage that says nothing without its direction.
  if (key === "open") {
    return typeof value === "boolean" ? { quantity: "contactOpen" } : meaningOfUnknown("open");
  }
  return undefined;
};

const meaningOfOther = (key: string, value: string | number | boolean): Meaning | string => {
  if (noReadings.has(key.toLowerCase())) return "an identifier, a code or a setting";
  const meaning = meaningOfName(key);
  if (meaning !== undefined) return meaning;
  if (typeof value === "boolean") return { quantity: "state", labels: { channel: key } };
  const isNumber = typeof value === "number" || strictNumber(value) !== undefined;
  return isNumber ? meaningOfUnknown(key) : "a text";
};

const interpretWith =
  (volts: Meaning): Interpret =>
  (path, value, root) => {
    const [key = "", ...deeper] = path;
    if (deeper.length > 0) return "a list or an object";
    if (key === "volt") return volts;
    return (
      meaningOfTemperature(key, root) ??
      meaningWithUnit(key, root) ??
      meaningByModel(key, value, root) ??
      known.get(key) ??
      meaningOfOther(key, value)
    );
  };

/** What the fields of a tag or of a remote node mean: its voltage is that of its battery. */
export const interpretTag: Interpret = interpretWith({ quantity: "batteryVoltageVolts" });

/** What the fields of a sensor that is wired to the gateway mean. */
export const interpretWired: Interpret = interpretWith({ quantity: "voltageVolts" });

/** What the gateway says of itself; the rest are its settings. */
const ofGateway: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ["uptime", { quantity: "uptimeSeconds" }],
  ["rssi", { quantity: "signalStrengthDbm" }],
  ["tempc", { quantity: "temperatureCelsius" }],
  ["freemem", { quantity: "dataSizeBytes", labels: { channel: "freemem" } }],
  ["minmem", { quantity: "dataSizeBytes", labels: { channel: "minmem" } }],
  ["msgrcv", events("msgrcv")],
]);

/** What the fields of SYStoMQTT mean. */
export const interpretGateway: Interpret = (path) =>
  (path.length === 1 ? ofGateway.get(path[0] ?? "") : undefined) ?? "a setting of the gateway";
