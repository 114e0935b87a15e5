import type { Device } from "../device.ts";
import { defineDialect } from "../dialect.ts";
import type { Meaning } from "../meaning.ts";
import { isObject, type Payload, scalarOf } from "../payload.ts";
import type { Interpret, TopicPlan } from "../plan.ts";
import { describing, everythingBelow, ignored, reading } from "../plans.ts";

// Keys are published when they change, and all of them at the start; some change once a day.
const expiresMs = 86_400_000;

const channel = (name: string) => ({ channel: name });

/** Keys of the API, version 2. */
const meanings: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ["eto", { quantity: "energyJoulesTotal", unit: "Wh" }],
  ["wh", { quantity: "energyBalanceJoules", unit: "Wh", labels: channel("session") }],
  ["fhz", { quantity: "frequencyHertz" }],
  ["amp", { quantity: "currentAmperes", labels: channel("requested") }],
  ["acu", { quantity: "currentAmperes", labels: channel("allowed") }],
  ["cbl", { quantity: "currentAmperes", labels: channel("cable") }],
  ["tpa", { quantity: "powerWatts", labels: channel("average") }],
  ["pgrid", { quantity: "powerWatts", labels: channel("grid") }],
  ["ppv", { quantity: "powerWatts", labels: channel("pv") }],
  ["pakku", { quantity: "powerWatts", labels: channel("battery") }],
  ["rssi", { quantity: "signalStrengthDbm" }],
  ["rbt", { quantity: "uptimeSeconds", unit: "ms" }],
  ["rbc", { quantity: "eventsTotal", labels: channel("reboots") }],
  ["efh", { quantity: "dataSizeBytes", labels: channel("heap_free") }],
  ["alw", { quantity: "state", labels: channel("allowed") }],
  ["car", { quantity: "value", labels: channel("car") }],
  ["err", { quantity: "value", labels: channel("err") }],
]);

/** Idle 1, charging 2, waiting for the car 3, complete 4; 0 and 5 are errors, which tell nothing of the plug. */
const pluggedIn: Meaning = { quantity: "pluggedIn", words: { "1": 0, "2": 1, "3": 1, "4": 1 } };
const carOf = (payload: Payload): unknown => {
  const code = scalarOf(payload);
  return code === "0" || code === "5" ? null : code;
};

const infoLabels: ReadonlyMap<string, string> = new Map([
  ["fna", "device_name"],
  ["typ", "model"],
  ["fwv", "version"],
]);

/** `nrg` is U of L1, L2, L3, N, then I of L1, L2, L3, then P of L1, L2, L3, N and in all, then power factors. */
const interpretEnergy: Interpret = ([index = ""]) => {
  const at = Number(index);
  const phase = ["1", "2", "3", "n"][at < 4 ? at : at < 7 ? at - 4 : at - 7] ?? "";
  if (at < 4) return { quantity: "voltageVolts", labels: { phase } };
  if (at < 7) return { quantity: "currentAmperes", labels: { phase } };
  if (at < 11) return { quantity: "powerWatts", labels: { phase } };
  return at === 11
    ? { quantity: "powerWatts" }
    : "power factors, of which the documentation does not say the unit";
};

const interpretTemperatures: Interpret = ([index = ""]) => ({
  quantity: "temperatureCelsius",
  labels: { channel: index },
});

/** Type 1 is a duration in milliseconds; type 0 counts up from a time of the device's own. */
const interpretDuration: Interpret = ([key], _value, root) =>
  key === "value" && isObject(root) && root["type"] === 1
    ? { quantity: "durationSeconds", unit: "ms", labels: channel("charging") }
    : "not the duration";
const durationType = (root: unknown): string => (isObject(root) ? String(root["type"]) : "");

const routeKey = (device: () => Device, key: string): readonly TopicPlan[] => {
  const label = infoLabels.get(key);
  if (label !== undefined) return describing(device, label);
  const fields = (interpret: Interpret): readonly TopicPlan[] => [
    { kind: "fields", device: device(), interpret },
  ];
  if (key === "nrg") return fields(interpretEnergy);
  if (key === "tma") return fields(interpretTemperatures);
  if (key === "cdi") {
    return [
      {
        kind: "fields",
        device: device(),
        interpret: interpretDuration,
        signature: durationType,
      },
    ];
  }
  const meaning = meanings.get(key);
  if (meaning === undefined) return ignored("a setting or a code");
  if (key !== "car") return reading(device(), meaning);
  return [
    ...reading(device(), meaning),
    { kind: "reading", device: device(), meaning: pluggedIn, extract: carOf },
  ];
};

/** Chargers of go-e. */
export const dialect = defineDialect({
  title: "go-e chargers",
  source: "https://github.com/goecharger/go-eCharger-API-v2, mqtt-en.md and apikeys-en.md",
  prefixes: ["/go-eCharger", "go-eCharger"],
  subscriptions: everythingBelow,
  expiresMs,
  start: (context) => ({
    route: ({ below }) => {
      const [serial = "", key = "", ...more] = below ?? [];
      if (serial === "" || key === "") return undefined;
      if (more.length > 0) return ignored("a request or its result");
      return routeKey(() => context.device({ id: serial, name: serial, info: { serial } }), key);
    },
  }),
});
