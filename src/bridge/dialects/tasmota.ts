import { defineDialect } from "../dialect.ts";
import { isObject, jsonOf, type Payload, scalarOf, valueAt } from "../payload.ts";
import type { FieldsPlan, NoticePlan, ReadingPlan, TopicPlan } from "../plan.ts";
import { interpretSensor } from "../tasmota/sensor.ts";
import { interpretState, relayOf } from "../tasmota/state.ts";
import type { Station } from "../tasmota/station.ts";
import { createStations, type Located, type Stations } from "../tasmota/stations.ts";
import { unitsIn, unitsSignature } from "../tasmota/units.ts";
import { interpretReceived, interpretZigbee } from "../tasmota/zigbee.ts";
import type { Levels } from "../topic.ts";

/** Three times the usual `TelePeriod`; each device has its own as soon as it is known. */
const expiresMs = 900_000;

/** What is behind a Zigbee coordinator sleeps, and reports what does not change every 65 000 seconds at most. */
const zigbeeExpiresMs = 26 * 3_600_000;

const ignored = (why: string): TopicPlan => ({ kind: "ignored", why });

const numberAt = (json: unknown, ...path: readonly string[]): number | undefined => {
  const value = valueAt(json, path);
  return typeof value === "number" ? value : undefined;
};

const sensorPlan = (station: Station, within: readonly string[]): FieldsPlan => {
  const { units, child } = station;
  return {
    kind: "fields",
    device: station.device(),
    expiresMs: station.expiresMs(),
    within,
    interpret: interpretSensor({ within, words: station.relayWords(), units, deviceOf: child }),
    signature: (root) => unitsSignature(unitsIn(valueAt(root, within), units())),
  };
};

const statePlan = (station: Station, within: readonly string[]): FieldsPlan => {
  const words = station.relayWords();
  return {
    kind: "fields",
    device: station.device(),
    expiresMs: station.expiresMs(),
    within,
    interpret: (path, value) => interpretState(path, value, words),
  };
};

const receivedPlan = (station: Station): FieldsPlan => ({
  kind: "fields",
  device: station.device(),
  expiresMs: zigbeeExpiresMs,
  within: ["ZbReceived"],
  interpret: interpretReceived(station.child),
});

/** With `SetOption89` each Zigbee device has a topic of its own; with `SetOption118` its attributes are the payload. */
const childPlans = (station: Station, name: string): readonly TopicPlan[] => [
  receivedPlan(station),
  {
    kind: "fields",
    device: station.child(name),
    expiresMs: zigbeeExpiresMs,
    interpret: ([key = "", ...below], value, root) =>
      below.length > 0 ? "interpreted apart" : interpretZigbee(key, value, root),
  },
];

/** A relay's own topic has its word alone, or JSON with `SetOption4`. */
const relayPlans = (station: Station, key: string): readonly TopicPlan[] => {
  const meaning = relayOf(key, station.relayWords());
  if (meaning === undefined) return [ignored("no relay")];
  const extract = (payload: Payload): unknown => {
    const json = jsonOf(payload);
    return isObject(json) ? valueAt(json, [key]) : scalarOf(payload);
  };
  const device = station.device();
  const lasts = station.expiresMs();
  return [{ kind: "reading", device, meaning, extract, expiresMs: lasts } satisfies ReadingPlan];
};

const presencePlan = (station: Station, base: string): TopicPlan => ({
  kind: "availability",
  words: station.presenceWords(),
  told: (presence) => {
    // Its topics may be others by now.
    if (station.bases.has(base)) station.setPresence(presence);
  },
});

const periodNotice = (station: Station, path: readonly string[]): NoticePlan => ({
  kind: "notice",
  take: (payload) => {
    const seconds = numberAt(jsonOf(payload), ...path);
    if (seconds === undefined) return "nothing about its period";
    station.learnTelePeriod(seconds);
    return `every ${seconds} seconds`;
  },
});

const stateNotice = (station: Station): NoticePlan => ({
  kind: "notice",
  take: (payload, message) => {
    const json = jsonOf(payload);
    const seconds = numberAt(json, "DeepSleep") ?? numberAt(json, "Wifi", "DeepSleep") ?? 0;
    station.learnSleep(seconds);
    station.hear(message);
    return seconds > 0 ? `sleeps ${seconds} seconds` : "a periodic report";
  },
});

/** `INFO1`, at every start. */
const startNotice = (station: Station): NoticePlan => ({
  kind: "notice",
  take: (payload) => {
    const json = jsonOf(payload);
    const part = valueAt(json, ["Info1"]) ?? json;
    for (const [label, key] of [
      ["model", "Module"],
      ["version", "Version"],
    ] as const) {
      const text = valueAt(part, [key]);
      if (typeof text === "string") station.describe({ [label]: text.slice(0, 100) });
    }
    station.device();
    return "it has started";
  },
});

const telemetryPlans = (station: Station, base: string, last: string): readonly TopicPlan[] => {
  if (last === "SENSOR") return [sensorPlan(station, []), receivedPlan(station)];
  if (last === "STATE") return [stateNotice(station), statePlan(station, [])];
  if (last === "RESULT") return [statePlan(station, []), receivedPlan(station)];
  if (last === "LWT") return [presencePlan(station, base)];
  return [last === "INFO1" ? startNotice(station) : ignored("no readings")];
};

const answerPlans = (station: Station, last: string): readonly TopicPlan[] => {
  if (last === "STATUS8" || last === "STATUS10") return [sensorPlan(station, ["StatusSNS"])];
  if (last === "STATUS11") return [statePlan(station, ["StatusSTS"])];
  if (last === "STATUS3") return [periodNotice(station, ["StatusLOG", "TelePeriod"])];
  if (last === "STATUS0") {
    return [
      periodNotice(station, ["StatusLOG", "TelePeriod"]),
      sensorPlan(station, ["StatusSNS"]),
      statePlan(station, ["StatusSTS"]),
    ];
  }
  if (last === "RESULT" || last === "STATE") {
    return [periodNotice(station, ["TelePeriod"]), statePlan(station, [])];
  }
  return relayPlans(station, last);
};

const plansOf = ({ station, role, base, rest }: Located): readonly TopicPlan[] => {
  if (role === "cmnd") return [ignored("a command")];
  const [last = "", below, ...deeper] = rest;
  if (role === "tele" && below === "SENSOR" && deeper.length === 0)
    return childPlans(station, last);
  if (below !== undefined) return [ignored("no readings")];
  return role === "tele" ? telemetryPlans(station, base, last) : answerPlans(station, last);
};

const discoveryPlans = (stations: Stations, levels: Levels): readonly TopicPlan[] => {
  const [, , address = "", kind] = levels;
  if (levels.length === 4 && kind === "config") {
    return [{ kind: "notice", take: (payload) => stations.takeConfig(address, payload) }];
  }
  if (levels.length === 4 && kind === "sensors") {
    return [{ kind: "notice", take: (payload) => stations.takeSensors(address, payload) }];
  }
  return [ignored("no announcement of a device")];
};

export const dialect = defineDialect({
  title: "Tasmota",
  source: "https://tasmota.github.io/docs/MQTT/",
  // A FullTopic that is not one of the usual ones is announced on tasmota/discovery.
  prefixes: [],
  subscriptions: (prefixes) => [
    "tele/#",
    "stat/#",
    "+/tele/#",
    "+/stat/#",
    "tasmota/discovery/#",
    ...prefixes.map((prefix) => `${prefix}/#`),
  ],
  expiresMs,
  start: (context) => {
    const stations = createStations(context);
    return {
      route: ({ levels }) => {
        if (levels[0] === "tasmota" && levels[1] === "discovery") {
          return discoveryPlans(stations, levels);
        }
        const located = stations.locate(levels);
        return located === undefined ? undefined : plansOf(located);
      },
    };
  },
});
