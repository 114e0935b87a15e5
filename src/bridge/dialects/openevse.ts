import { type DialectContext, defineDialect } from "../dialect.ts";
import type { Presence } from "../gate.ts";
import type { DeviceIdentity } from "../identity.ts";
import type { Meaning } from "../meaning.ts";
import { isObject, jsonOf, type Payload, scalarOf } from "../payload.ts";
import type { TopicPlan } from "../plan.ts";
import { everythingBelow, ignored } from "../plans.ts";
import { isTopic, type Levels } from "../topic.ts";

// Everything is published again at least every 30 seconds, but for what has not changed, which comes on a change.
const expiresMs = 3_600_000;
/** More chargers than anybody has. */
const maximumChargers = 1000;

const temperature = (channel?: string): Meaning => ({
  quantity: "temperatureCelsius",
  scale: 0.1,
  labels: channel === undefined ? undefined : { channel },
});
const energyOf = (period: string): Meaning => ({
  quantity: "energyBalanceJoules",
  unit: "kWh",
  labels: { channel: period },
});

/** Scaled integers: milliamperes, tenths of degrees, hundredths of hertz. */
const meanings: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ["amp", { quantity: "currentAmperes", unit: "mA" }],
  ["pilot", { quantity: "currentAmperes", labels: { channel: "pilot" } }],
  ["max_current", { quantity: "currentAmperes", labels: { channel: "max_current" } }],
  ["available_current", { quantity: "currentAmperes", labels: { channel: "available_current" } }],
  ["voltage", { quantity: "voltageVolts" }],
  ["power", { quantity: "powerWatts" }],
  ["frequency", { quantity: "frequencyHertz", scale: 0.01 }],
  ["temp", temperature()],
  ["temp1", temperature("1")],
  ["temp2", temperature("2")],
  ["temp3", temperature("3")],
  ["temp4", temperature("4")],
  ["wh", { quantity: "energyJoulesTotal", unit: "Wh", labels: { channel: "wh" } }],
  ["total_energy", { quantity: "energyJoulesTotal", unit: "kWh" }],
  [
    "session_energy",
    { quantity: "energyBalanceJoules", unit: "Wh", labels: { channel: "session" } },
  ],
  ["total_day", energyOf("day")],
  ["total_week", energyOf("week")],
  ["total_month", energyOf("month")],
  ["total_year", energyOf("year")],
  ["session_elapsed", { quantity: "durationSeconds", labels: { channel: "session" } }],
  ["total_switches", { quantity: "activationsTotal", labels: { channel: "relay" } }],
  ["state", { quantity: "value", labels: { channel: "state" } }],
  ["vehicle", { quantity: "pluggedIn" }],
  ["srssi", { quantity: "signalStrengthDbm" }],
  ["freeram", { quantity: "dataSizeBytes", labels: { channel: "freeram" } }],
  ["uptime", { quantity: "uptimeSeconds" }],
  ["battery_level", { quantity: "batteryRatio", unit: "%" }],
]);

/** A sensor that is not fitted says `false`, which is not 0. */
const fitted = (key: string) => (payload: Payload) => {
  const published = scalarOf(payload);
  return published === false && key !== "vehicle" ? null : published;
};

interface Charger {
  readonly base: string;
  readonly name: string;
}

const chargerOf = (payload: Payload): (Charger & { readonly presence: Presence }) | undefined => {
  const announced = jsonOf(payload);
  if (!isObject(announced)) return undefined;
  const { mqtt: base, name, state } = announced;
  if (typeof base !== "string" || !isTopic(base)) return undefined;
  const presences: Readonly<Record<string, Presence>> = {
    connected: "online",
    disconnected: "offline",
  };
  const isKnown = typeof state === "string" && Object.hasOwn(presences, state);
  return {
    base,
    name: typeof name === "string" && name !== "" ? name : base,
    presence: (isKnown ? presences[state] : undefined) ?? "unknown",
  };
};

/** The chargers that have announced themselves. */
const createChargers = (context: DialectContext) => {
  const byId = new Map<string, Charger>();

  const identityOf = (base: string): DeviceIdentity => {
    const announced = [...byId.values()].find((charger) => charger.base === base);
    return { id: base, name: announced?.name ?? base.split("/").at(-1) ?? base };
  };
  const forget = (id: string) => {
    const known = byId.get(id);
    if (known === undefined) return;
    byId.delete(id);
    context.subscribe(`charger ${id}`, []);
    context.device(identityOf(known.base)).gate.set("unknown");
    context.reroute(`${known.base}/#`);
    context.removeDevice(known.base);
  };
  const take = (id: string, payload: Payload): string => {
    const charger = chargerOf(payload);
    if (charger === undefined) {
      if (payload.bytes.length > 0) return "no announcement";
      forget(id);
      return "removed";
    }
    const known = byId.get(id);
    if (known?.base !== charger.base) {
      forget(id);
      if (byId.size >= maximumChargers) return "too many chargers";
    }
    byId.set(id, { base: charger.base, name: charger.name });
    if (known?.base !== charger.base) {
      context.subscribe(`charger ${id}`, [`${charger.base}/#`]);
      context.reroute(`${charger.base}/#`, "refined");
    }
    context.device(identityOf(charger.base)).gate.set(charger.presence);
    return `${charger.name} at ${charger.base}`;
  };
  /** The announced base that a topic is below. */
  const baseOf = (levels: Levels): string | undefined => {
    const topic = levels.join("/");
    return [...byId.values()].find(({ base }) => topic.startsWith(`${base}/`))?.base;
  };
  return { identityOf, take, baseOf };
};

/** OpenEVSE charging stations. */
export const dialect = defineDialect({
  title: "OpenEVSE charging stations",
  source: "https://github.com/OpenEVSE/openevse_esp32_firmware, src/input.cpp",
  prefixes: ["openevse"],
  subscriptions: everythingBelow,
  expiresMs,
  start: (context) => {
    const chargers = createChargers(context);
    const routeKey = (base: string, key: string): readonly TopicPlan[] => {
      const meaning = meanings.get(key);
      if (meaning === undefined) return ignored("a setting or a code");
      const device = context.device(chargers.identityOf(base));
      return [{ kind: "reading", device, meaning, extract: fitted(key) }];
    };
    const routeBelow = (levels: Levels, isOwn: boolean): readonly TopicPlan[] | undefined => {
      const base = chargers.baseOf(levels);
      const isKey = base !== undefined && levels.length === base.split("/").length + 1;
      const key = levels.at(-1) ?? "";
      if (isKey) return routeKey(base, key);
      if (base !== undefined || isOwn) return ignored("requests and settings");
      // Unless the user has changed it, the topic is the name of the charger.
      const isNamed = /openevse/iu.test(levels.at(-2) ?? "") && meanings.has(key);
      return isNamed ? routeKey(levels.slice(0, -1).join("/"), key) : undefined;
    };
    return {
      route: ({ levels, below }) => {
        const [group = "", id = ""] = below ?? [];
        if (group === "announce" && below?.length === 2) {
          return [{ kind: "notice", take: (payload) => chargers.take(id, payload) }];
        }
        return below?.length === 1
          ? routeKey(levels.slice(0, -1).join("/"), group)
          : routeBelow(levels, below !== undefined);
      },
    };
  },
});
