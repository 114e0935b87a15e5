import { type DialectContext, defineDialect, type RoutedTopic } from "../dialect.ts";
import type { Gate, Presence } from "../gate.ts";
import type { Meaning } from "../meaning.ts";
import { strictNumber } from "../number.ts";
import { isObject, jsonOf, type Payload, scalarOf, textOf } from "../payload.ts";
import type { AvailabilityPlan, Interpret, TopicPlan } from "../plan.ts";
import type { Levels } from "../topic.ts";
import { type Bridge, createBridge } from "../zigbee2mqtt/bridge.ts";

/**
 * A sleeping device must report within 25 hours to be online (docs/guide/configuration/device-availability.md), and what
 * is plugged in reports what does not change every 65 000 seconds: an hour more, so that neither is taken for dead.
 */
const expiresMs = 26 * 3_600_000;

/** Bridges that one prefix with `+` may have. */
const maximumBridges = 100;

const words = { online: "online", offline: "offline" } as const;

/** Version 2 writes `{"state":"online"}`, version 1 the word alone. */
const stateWord = (payload: Payload): unknown => {
  const json = jsonOf(payload);
  return isObject(json) ? json["state"] : textOf(payload);
};

const presencePlan = (told: AvailabilityPlan["told"]): AvailabilityPlan => ({
  kind: "availability",
  from: "state",
  extract: stateWord,
  words,
  told,
});

const setUnlessAsleep = (gate: Gate, presence: Presence, sleeps: boolean): void =>
  gate.set(sleeps && presence === "offline" ? "unknown" : presence);

const availability = (context: DialectContext, bridge: Bridge, name: string): TopicPlan => {
  const id = bridge.idOfName(name);
  return presencePlan((presence) => {
    // A route of an old name must not speak for the device that has another one by now, nor a kept word for one gone.
    if (bridge.idOfName(name) !== id || !bridge.isPlausible(name)) return;
    setUnlessAsleep(context.device(bridge.identityOf(name)).gate, presence, context.sleeps(name));
  });
};

const administration: TopicPlan = { kind: "ignored", why: "administration or a command" };

const administrationPlan = (bridge: Bridge, levels: Levels): TopicPlan => {
  if (levels.length !== 2) return administration;
  if (levels[1] === "state") return presencePlan(bridge.gate.set);
  if (levels[1] === "devices") return { kind: "notice", take: bridge.takeDevices };
  if (levels[1] === "groups") return { kind: "notice", take: bridge.takeGroups };
  return administration;
};

const isCommand = (levels: Levels): boolean => levels.includes("set") || levels.includes("get");

const stateOf = (context: DialectContext, bridge: Bridge, name: string): TopicPlan => ({
  kind: "fields",
  device: context.device(bridge.identityOf(name)),
  interpret: bridge.interpretOf(name),
});

/** The value of an attribute as it stands in the JSON: there, numbers and booleans are no text. */
const attributeValue = (payload: Payload): string | number | boolean | undefined => {
  const scalar = scalarOf(payload);
  if (typeof scalar === "string") return strictNumber(scalar) ?? scalar;
  return typeof scalar === "number" || typeof scalar === "boolean" ? scalar : undefined;
};

const attributeMeanings = (
  interpret: Interpret,
  attribute: string,
  payload: Payload,
): readonly Meaning[] => {
  const value = attributeValue(payload);
  if (value === undefined) return [];
  // A property of a property is written `color-x`.
  for (const path of [[attribute], attribute.split("-")]) {
    const found = interpret(path, value, undefined);
    if (typeof found !== "string") return "quantity" in found ? [found] : found;
  }
  return [];
};

const attributePlans = (
  context: DialectContext,
  bridge: Bridge,
  name: string,
  attribute: string,
  payload: Payload,
): readonly TopicPlan[] => {
  const meanings = attributeMeanings(bridge.interpretOf(name), attribute, payload);
  if (meanings.length === 0) return [{ kind: "ignored", why: "no reading, by its name" }];
  const device = context.device(bridge.identityOf(name));
  return meanings.map((meaning) => ({ kind: "reading", device, meaning, from: attribute }));
};

/** A topic of one attribute, if the bridge writes them so; JSON there is that of an endpoint or a part. */
const attribute = (
  context: DialectContext,
  bridge: Bridge,
  name: string,
  last: string,
): TopicPlan => {
  let isKnown = false;
  return {
    kind: "sorted",
    key: (payload) => {
      if (attributeValue(payload) !== undefined && payload.bytes.length > 0) isKnown = true;
      // Empty is what an attribute becomes that has no value.
      return isKnown ? "attribute" : undefined;
    },
    plans: (_key, payload) => attributePlans(context, bridge, name, last, payload),
  };
};

/** Names have slashes too: as long as the device is not listed, the payload tells which the last level is. */
const unlisted = (context: DialectContext, bridge: Bridge, levels: Levels): TopicPlan => {
  const whole = levels.join("/");
  if (levels.length === 1) return stateOf(context, bridge, whole);
  const name = levels.slice(0, -1).join("/");
  const last = levels.at(-1) ?? "";
  return {
    kind: "sorted",
    key: (payload) => {
      if (isObject(jsonOf(payload))) return "state";
      return attributeValue(payload) === undefined ? undefined : "attribute";
    },
    plans: (key, payload) =>
      key === "state"
        ? [stateOf(context, bridge, whole)]
        : attributePlans(context, bridge, name, last, payload),
  };
};

const listed = (context: DialectContext, bridge: Bridge, name: string, rest: Levels): TopicPlan => {
  const [first] = rest;
  if (first === undefined) return stateOf(context, bridge, name);
  if (isCommand(rest)) return administration;
  if (rest.length > 1) return { kind: "ignored", why: "no topic of a device" };
  if (first === "availability") return availability(context, bridge, name);
  return attribute(context, bridge, name, first);
};

const planOf = (context: DialectContext, bridge: Bridge, levels: Levels): TopicPlan => {
  if (levels[0] === "bridge") return administrationPlan(bridge, levels);
  const found = bridge.find(levels);
  if (found.kind === "group") return { kind: "ignored", why: "a group, whose devices speak too" };
  if (found.kind === "device") return listed(context, bridge, found.name, found.rest);
  const [, ...rest] = levels;
  if (isCommand(rest)) return administration;
  if (rest.at(-1) === "availability") {
    return availability(context, bridge, levels.slice(0, -1).join("/"));
  }
  return unlisted(context, bridge, levels);
};

export const dialect = defineDialect({
  title: "Zigbee2MQTT",
  source: "https://www.zigbee2mqtt.io/guide/usage/mqtt_topics_and_messages.html",
  prefixes: ["zigbee2mqtt"],
  subscriptions: (prefixes) => prefixes.map((prefix) => `${prefix}/#`),
  expiresMs,
  start: (context) => {
    const bridges = new Map<string, Bridge>();
    const bridgeOf = (prefix: string): Bridge | undefined => {
      const known = bridges.get(prefix);
      if (known !== undefined || bridges.size >= maximumBridges) return known;
      const created = createBridge(context, prefix);
      bridges.set(prefix, created);
      return created;
    };
    return {
      route: ({ below, prefix }: RoutedTopic) => {
        const bridge = prefix === undefined ? undefined : bridgeOf(prefix);
        if (bridge === undefined || below === undefined) return undefined;
        return [planOf(context, bridge, below)];
      },
    };
  },
});
