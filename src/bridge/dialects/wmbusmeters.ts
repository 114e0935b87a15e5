import { defineDialect } from "../dialect.ts";
import type { Meaning } from "../meaning.ts";
import { isObject, jsonOf, type Payload } from "../payload.ts";
import type { Interpret } from "../plan.ts";
import { everythingBelow } from "../plans.ts";
import { meaningOfUnknown } from "../vocabulary.ts";

// Meters send every minute to every few hours, and not everything is received.
const expiresMs = 86_400_000;

/** By the suffix of a field: the gauge. */
const gauges: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  // 127 and 127.5 say that there is no sensor.
  ["c", { quantity: "temperatureCelsius", absent: [127, 127.5] }],
  ["kw", { quantity: "powerWatts", unit: "kW" }],
  ["w", { quantity: "powerWatts" }],
  ["kvar", { quantity: "reactivePowerVoltAmperesReactive", unit: "kvar" }],
  ["kva", { quantity: "apparentPowerVoltAmperes", unit: "kVA" }],
  ["kwh", { quantity: "energyBalanceJoules", unit: "kWh" }],
  ["mj", { quantity: "energyBalanceJoules", unit: "MJ" }],
  ["gj", { quantity: "energyBalanceJoules", unit: "GJ" }],
  ["m3h", { quantity: "flowLitersPerSecond", unit: "m³/h" }],
  ["lh", { quantity: "flowLitersPerSecond", unit: "l/h" }],
  ["v", { quantity: "voltageVolts" }],
  ["a", { quantity: "currentAmperes" }],
  ["hz", { quantity: "frequencyHertz" }],
  ["bar", { quantity: "pressurePascals", unit: "bar" }],
  ["pa", { quantity: "pressurePascals" }],
  ["rh", { quantity: "relativeHumidityRatio", unit: "%" }],
  ["pct", { quantity: "ratio", unit: "%" }],
  ["dbm", { quantity: "signalStrengthDbm" }],
  ["s", { quantity: "durationSeconds" }],
  ["min", { quantity: "durationSeconds", unit: "min" }],
  ["h", { quantity: "durationSeconds", unit: "h" }],
]);

const isReturned = /production|returned|exported|backward/u;
/** Volumes of another time, and units of heat cost allocators, have no quantity of their own. */
const unnamed: ReadonlySet<string> = new Set(["m3", "l", "hca", "kwhc"]);

const volumeOf = (media: string, unit: string): Meaning => ({
  quantity: media.includes("gas") ? "gasVolumeLitersTotal" : "volumeLitersTotal",
  unit,
});

const totalOf = (name: string, suffix: string, media: string): Meaning | undefined => {
  const quantity = isReturned.test(name) ? "energyReturnedJoulesTotal" : "energyJoulesTotal";
  const units: Readonly<Record<string, string>> = { kwh: "kWh", mj: "MJ", gj: "GJ" };
  const unit = Object.hasOwn(units, suffix) ? units[suffix] : undefined;
  if (unit !== undefined) return { quantity, unit };
  if (suffix === "m3") return volumeOf(media, "m³");
  return suffix === "l" ? volumeOf(media, "l") : undefined;
};

/** What was once, on a target date or in a month, does not count any more. */
const isOfThePast = /_at_|_last|previous|history|month|year|_date|target/u;

const meaningOf = (key: string, media: string): Meaning | string => {
  const [, name = "", suffix = ""] = /^(\w+)_([a-z][a-z0-9]*)$/u.exec(key) ?? [];
  const isTotal = name.startsWith("total") && !isOfThePast.test(name);
  const meaning = (isTotal ? totalOf(name, suffix, media) : undefined) ?? gauges.get(suffix);
  if (meaning === undefined) return unnamed.has(suffix) ? meaningOfUnknown(key) : "no unit";
  return name === "total" ? meaning : { ...meaning, labels: { channel: name } };
};

const interpret: Interpret = ([key = "", ...more], value, root) => {
  if (more.length > 0 || typeof value === "boolean") return "no measurement";
  const media = isObject(root) && typeof root["media"] === "string" ? root["media"] : "";
  return meaningOf(key, media);
};

interface Meter {
  readonly id: string;
  readonly name: string;
  readonly info: Readonly<Record<string, string>>;
}

const meterOf = (payload: Payload): Meter | undefined => {
  const telegram = jsonOf(payload);
  if (!isObject(telegram)) return undefined;
  const { id, name, media, meter } = telegram;
  if (typeof id !== "string" || id === "") return undefined;
  const texts = Object.entries({ media, model: meter, serial: id });
  return {
    id,
    name: typeof name === "string" && name !== "" ? name : id,
    info: Object.fromEntries(
      texts.flatMap(([label, text]) => (typeof text === "string" ? [[label, text]] : [])),
    ),
  };
};

/** wmbusmeters, which receives meters for water, heat, gas and power by radio. */
export const dialect = defineDialect({
  title: "wmbusmeters",
  source: "https://github.com/wmbusmeters/wmbusmeters",
  prefixes: ["wmbusmeters"],
  subscriptions: everythingBelow,
  expiresMs,
  start: (context) => ({
    route: ({ below }) => {
      if (below === undefined) return undefined;
      return [
        {
          kind: "sorted",
          key: (payload) => {
            const meter = meterOf(payload);
            return meter === undefined ? undefined : JSON.stringify([meter.id, meter.name]);
          },
          plans: (_key, payload) => {
            const meter = meterOf(payload);
            if (meter === undefined) return [];
            return [{ kind: "fields", device: context.device(meter), interpret }];
          },
        },
      ];
    },
  }),
});
