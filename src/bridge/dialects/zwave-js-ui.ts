import { type DialectContext, defineDialect } from "../dialect.ts";
import type { Gate, Presence } from "../gate.ts";
import { createGates } from "../gates.ts";
import type { DeviceIdentity } from "../identity.ts";
import { knowsUnit } from "../meaning.ts";
import { isObject, jsonOf, type Payload, scalarOf } from "../payload.ts";
import type { TopicPlan } from "../plan.ts";
import { everythingBelow, ignored } from "../plans.ts";
import type { Levels } from "../topic.ts";
import { meaningOfValue } from "../zwave/value-meaning.ts";
import { parseValueTopic, type ValueTopic } from "../zwave/value-topic.ts";

// Devices with a battery wake up once a day.
const expiresMs = 172_800_000;

/** The value of all three kinds of payloads: with its time, with all that is known of it, or by itself. */
const valueIn = (payload: Payload): unknown => {
  const json = jsonOf(payload);
  return isObject(json) ? json["value"] : scalarOf(payload);
};
/** Codes are looked up as words. */
const codeIn = (payload: Payload): unknown => {
  const value = valueIn(payload);
  return typeof value === "number" ? String(value) : value;
};
const unitIn = (payload: Payload): string => {
  const json = jsonOf(payload);
  const unit = isObject(json) ? json["unit"] : undefined;
  return typeof unit === "string" ? unit : "";
};

const statusWords: Readonly<Record<string, Presence>> = {
  alive: "online",
  awake: "online",
  asleep: "online",
  true: "online",
  dead: "offline",
  false: "offline",
  unknown: "unknown",
};
const statusIn = (payload: Payload): unknown => {
  const json = jsonOf(payload);
  if (!isObject(json)) return scalarOf(payload);
  return typeof json["status"] === "string" ? json["status"] : json["value"];
};

const availability = (told: (presence: Presence) => void): readonly TopicPlan[] => [
  { kind: "availability", extract: statusIn, words: statusWords, told },
];

const infoLabels: readonly (readonly [string, string])[] = [
  ["manufacturer", "manufacturer"],
  ["productLabel", "model"],
  ["firmwareVersion", "version"],
];

const routeNode = (
  context: DialectContext,
  identity: DeviceIdentity,
  key: string,
): readonly TopicPlan[] | undefined => {
  if (identity.name === "") return undefined;
  if (key === "status") {
    return availability((presence) => {
      const isAsleep = presence === "offline" && context.sleeps(identity.name);
      context.device(identity).gate.set(isAsleep ? "unknown" : presence);
    });
  }
  if (key === "nodeinfo") {
    const take = (payload: Payload) => {
      const node = jsonOf(payload);
      const known = isObject(node) ? node : {};
      const info = infoLabels.flatMap(([from, label]) => {
        const text = known[from];
        return typeof text === "string" ? [[label, text.slice(0, 100)] as const] : [];
      });
      context.device(identity).describe(Object.fromEntries(info));
      return "a node";
    };
    return [{ kind: "notice", take }];
  }
  return key === "lastActive" || key === "hassDevices" ? ignored("a time or a list") : undefined;
};

const routeValue = (
  context: DialectContext,
  identity: DeviceIdentity,
  topic: ValueTopic,
): readonly TopicPlan[] => {
  const withoutUnit = meaningOfValue(topic, "");
  if (typeof withoutUnit === "string") return ignored(withoutUnit);
  const extract = topic.commandClass === "notification" ? codeIn : valueIn;
  const plans = (unit: string): readonly TopicPlan[] => {
    const withUnit = meaningOfValue(topic, unit);
    const meaning = typeof withUnit !== "string" && knowsUnit(withUnit) ? withUnit : withoutUnit;
    return [{ kind: "reading", device: context.device(identity), meaning, from: "value", extract }];
  };
  const hasUnit =
    topic.commandClass === "sensor_multilevel" || topic.commandClass === "thermostat_setpoint";
  return hasUnit ? [{ kind: "sorted", key: unitIn, plans }] : plans("");
};

const routeGateway = (gate: Gate, last: string): readonly TopicPlan[] =>
  last === "status" ? availability(gate.set) : ignored("requests, answers and events");

const createRouter = (context: DialectContext) => {
  const driverGateOf = createGates();
  const clientGateOf = createGates();
  return (prefix: string, below: Levels): readonly TopicPlan[] | undefined => {
    const [first = ""] = below;
    const last = below.at(-1) ?? "";
    const gates = [driverGateOf(prefix), clientGateOf(prefix)] as const;
    if (first === "driver" && below.length === 2) return routeGateway(gates[0], last);
    if (first.startsWith("_")) return routeGateway(gates[1], last);
    if (last === "set") return ignored("a command");
    const topic = parseValueTopic(below);
    const node = topic?.node ?? below.slice(0, -1).join("/");
    const identity = { id: `${prefix}/${node}`, name: node, gates };
    return topic === undefined
      ? routeNode(context, identity, last)
      : routeValue(context, identity, topic);
  };
};

/** Z-Wave JS UI, which was Zwavejs2Mqtt. */
export const dialect = defineDialect({
  title: "Z-Wave JS UI (Zwavejs2Mqtt)",
  source: "https://zwave-js.github.io/zwave-js-ui, setup of MQTT and of the gateway",
  prefixes: ["zwave"],
  subscriptions: everythingBelow,
  expiresMs,
  start: (context) => {
    const route = createRouter(context);
    return {
      route: ({ below, prefix }) =>
        below === undefined || prefix === undefined ? undefined : route(prefix, below),
    };
  },
});
