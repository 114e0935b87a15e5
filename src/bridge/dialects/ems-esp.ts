import { type DialectContext, defineDialect } from "../dialect.ts";
import type { Gate } from "../gate.ts";
import { createGates } from "../gates.ts";
import type { Meaning } from "../meaning.ts";
import { isObject } from "../payload.ts";
import type { Interpret, TopicPlan } from "../plan.ts";
import { everythingBelow, ignored, onlineOrOffline } from "../plans.ts";
import { meaningOfUnit, meaningOfUnknown } from "../vocabulary.ts";

// Published every ten seconds to every few minutes, as the user has set it.
const expiresMs = 900_000;

const circuits = /^(?:hc|wwc|dhw|ww|swc|hs|ahs|src)\d*$/u;

/** What is set and not measured, and what is no number. */
const settings =
  /mode|type|date|time$|^reset|code|message|maintenance|emergency|hyst|diff(?!press)|offset|delay|(?:min|max)$|^(?:pumpmod|burn|hp|pv)(?:min|max)|reduction|curve|priority|damping|setdiff|switchprog|program|language|display|building|control|disinfect|onetime|setting/u;
const setpoints =
  /^(?:ww|dhw)?(?:sel|set|manual|day|night|eco|comfort|holiday|summer|noreduce|reduce|heat(?:ing)?temp|tempauto|remote|single|pumpontemp|target|design|roominfl|min|max)/u;

/** The unit of a key by its name: the firmware publishes none. Temperatures are °C unless a user has set °F. */
const rules: readonly (readonly [RegExp, Meaning])[] = [
  [/^(?:air)?humidity$/u, { quantity: "relativeHumidityRatio", unit: "%" }],
  [/^dewtemp/u, { quantity: "dewPointCelsius" }],
  [/^battery$/u, { quantity: "batteryRatio", unit: "%" }],
  [/temp\d*$/u, { quantity: "temperatureCelsius" }],
  [/^hp(?:tc\d|tr\d|ta\d|tl\d|brinein|brineout)$/u, { quantity: "temperatureCelsius" }],
  [/^syspress$/u, { quantity: "pressurePascals", unit: "bar" }],
  [/workmin$|^(?:uba)?uptime/u, { quantity: "onSecondsTotal", unit: "min" }],
  [/starts(?:hp)?$/u, { quantity: "activationsTotal" }],
  [/^energylasthour$|^energytoday$/u, { quantity: "energyBalanceJoules", unit: "Wh" }],
  [/nrg|^meter|^energytotal$/u, { quantity: "energyJoulesTotal", unit: "kWh" }],
  [/^hppower$/u, { quantity: "powerWatts", unit: "kW" }],
  [/^flamecurr$/u, { quantity: "currentAmperes", unit: "µA" }],
  [/^(?:ww|dhw)?curflow$/u, { quantity: "flowLitersPerSecond", unit: "l/min" }],
  [/(?:mod|burnpow|spd|pump\d?mod)$/u, { quantity: "ratio", unit: "%" }],
];

/** What is on or off by itself; other words "on" and "off" are settings. */
const running = /(?:pump\d?|fan|comp|circ|burngas\d?)$|^(?:fanwork|hpcompon)$/u;
const states = /(?:active|work|preheat|charging|valve|ok|alert|defrost)\d?$/u;

const meaningOfSwitch = (key: string): Meaning | string => {
  if (settings.test(key)) return "a setting";
  if (running.test(key)) return { quantity: "running" };
  return states.test(key) ? { quantity: "state" } : "a setting";
};

const meaningOfNumber = (key: string): Meaning | string => {
  const isTemperature = /temp\d*$/u.test(key);
  if (isTemperature && setpoints.test(key)) return { quantity: "temperatureSetpointCelsius" };
  const isSum = /starts(?:hp)?$|workmin$|uptime/u.test(key);
  if (!isSum && settings.test(key)) return "a setting, a time or a code";
  const found = rules.find(([pattern]) => pattern.test(key))?.[1];
  if (found !== undefined) return found;
  return setpoints.test(key) ? "a setting" : meaningOfUnknown(key);
};

const meaningOfKey = (key: string, value: string | number | boolean): Meaning | string => {
  if (typeof value === "boolean" || /^(?:on|off)$/iu.test(String(value))) {
    return meaningOfSwitch(key);
  }
  return /\p{L}/u.test(String(value)) ? "text" : meaningOfNumber(key);
};

const interpretDevice =
  (topicCircuit: string | undefined): Interpret =>
  (path, value) => {
    const [first = "", ...rest] = path;
    const isNested = rest.length > 0 && circuits.test(first);
    const circuit = isNested ? first : topicCircuit;
    const channel = (isNested ? rest : path).join("_");
    const meaning = meaningOfKey(channel, value);
    if (typeof meaning === "string") return meaning;
    return { ...meaning, labels: circuit === undefined ? { channel } : { channel, circuit } };
  };

/** Sensors at the gateway: `{"28-1767-7B13-2502":{"temp":23.4}}`, or with their names as keys. */
const interpretTemperatures: Interpret = ([channel = "", key = "temp"], value) =>
  key === "temp" && typeof value === "number"
    ? { quantity: "temperatureCelsius", labels: { channel } }
    : "not the temperature";

const interpretAnalog: Interpret = ([channel = "", key = "value"], _value, root) => {
  if (key !== "value") return "not the value";
  const sensor = isObject(root) ? root[channel] : undefined;
  const unit = isObject(sensor) ? sensor["uom"] : undefined;
  return typeof unit === "string" ? meaningOfUnit(channel, unit) : meaningOfUnknown(channel);
};

const heartbeat: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ["uptime_sec", { quantity: "uptimeSeconds" }],
  ["rssi", { quantity: "signalStrengthDbm" }],
  ["wifistrength", { quantity: "signalQualityRatio", unit: "%" }],
  [
    "bus_status",
    { quantity: "connected", labels: { channel: "bus" }, words: { connected: 1, disconnected: 0 } },
  ],
  ...[
    "rxreceived",
    "rxfails",
    "txreads",
    "txwrites",
    "txfails",
    "mqttcount",
    "mqttfails",
    "mqttreconnects",
  ].map((key): [string, Meaning] => [key, { quantity: "eventsTotal", labels: { channel: key } }]),
]);

const interpretHeartbeat: Interpret = ([key = ""]) =>
  heartbeat.get(key) ?? "not needed to know that the gateway is well";

const interpreterOf = (name: string, circuit: string | undefined): Interpret => {
  if (name === "temperaturesensor" || name === "dallassensor") return interpretTemperatures;
  return name === "analogsensor" ? interpretAnalog : interpretDevice(circuit);
};

const dataTopic = /^([a-z0-9]+)_data(?:_([a-z0-9]+))?$/u;

const routeTopic = (
  context: DialectContext,
  prefix: string,
  topic: string,
  gate: Gate,
): readonly TopicPlan[] | undefined => {
  const fields = (name: string, interpret: Interpret): readonly TopicPlan[] => {
    const device = context.device({ id: `${prefix}/${name}`, name, gates: [gate] });
    return [{ kind: "fields", device, interpret }];
  };
  if (topic === "status") {
    return onlineOrOffline(gate.set);
  }
  if (topic === "heartbeat") return fields(prefix, interpretHeartbeat);
  const [, name, circuit] = dataTopic.exec(topic) ?? [];
  if (name === "scheduler" || name === "shower") return ignored("schedules and events");
  if (name !== undefined) return fields(name, interpreterOf(name, circuit));
  return /^(?:info|response|system|command|shower_alert)$/u.test(topic)
    ? ignored("an answer or a request")
    : undefined;
};

/** EMS-ESP, a gateway to the bus of Bosch, Buderus, Nefit, Junkers and Worcester boilers. */
export const dialect = defineDialect({
  title: "EMS-ESP for boilers and heat pumps of Bosch, Buderus, Junkers, Nefit and Worcester",
  source: "https://docs.emsesp.org",
  prefixes: ["ems-esp"],
  subscriptions: everythingBelow,
  expiresMs,
  start: (context) => {
    const gateOf = createGates();
    return {
      route: ({ below, prefix }) => {
        if (below === undefined || prefix === undefined) return undefined;
        const [topic = "", ...more] = below;
        if (more.length > 0) return undefined;
        return routeTopic(context, prefix, topic, gateOf(prefix));
      },
    };
  },
});
