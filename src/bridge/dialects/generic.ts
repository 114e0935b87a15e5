import type { Device } from "../device.ts";
import { type DialectContext, defineDialect } from "../dialect.ts";
import { distinctly } from "../distinct.ts";
import type { Gate } from "../gate.ts";
import { createGates } from "../gates.ts";
import { meaningOfPath } from "../generic/path-meaning.ts";
import {
  kindOf,
  numberBeforeUnit,
  type PayloadKind,
  saysNothing,
} from "../generic/payload-kind.ts";
import { isObject, jsonOf, type Payload, textOf } from "../payload.ts";
import type { Interpret, TopicPlan } from "../plan.ts";
import { ignored, reading } from "../plans.ts";
import type { Levels } from "../topic.ts";
import { meaningOfUnit } from "../vocabulary.ts";

// Nothing says how often the device reports.
const expiresMs = 3_600_000;
/** Lists whose length is published too; more of them are read like anything else. */
const maximumLists = 5000;

const withoutReadings =
  /^(?:set|get|cmd|cmnd|command|commands|config|configuration|request|response|result|rpc|api|event|events|log|logs|lwt|availability|image|snapshot)$/iu;
/** Levels below which nothing is a reading. */
const administration = /^(?:events?|request|response|rpc|cmnd)$/iu;
const saysPresence = /^(?:status|state|lwt|availability|available|online|connected|connection)$/iu;
/** Levels that name the kind of message and not the device. */
const kindOfMessage =
  /^(?:status|state|monitor|data|json|telemetry|tele|sensor|sensors|up|uplink|info|values?|measurements?|readings?|attributes|stats|payload|message)$/iu;

const words = {
  online: "online",
  offline: "offline",
  connected: "online",
  disconnected: "offline",
} as const;
const switchWords = {
  ...words,
  true: "online",
  false: "offline",
  "1": "online",
  "0": "offline",
} as const;

const wordIn = (payload: Payload): unknown => {
  const json = jsonOf(payload);
  return isObject(json) ? json["state"] : textOf(payload);
};

/** What a topic may tell: the devices at it, and whether they are there. */
interface Site {
  readonly context: DialectContext;
  readonly gateOf: (topic: string) => Gate;
}

/** Only what has readings is a device: the presence of what other dialects read is none of ours. */
const deviceAt = ({ context, gateOf }: Site, levels: Levels): Device => {
  const id = levels.join("/");
  const name = levels.filter((level) => level !== "").join("/");
  const gate = gateOf(id);
  const device = context.device({ id, name, gates: [gate] });
  device.addGate(gate);
  return device;
};

/** Where a topic of one value belongs: its device, and the names that say what it is. */
const placeOf = (levels: Levels): { readonly device: Levels; readonly names: Levels } => {
  const isIndexed = levels.length > 2 && /^(?:\d{1,3}|value|val)$/iu.test(levels.at(-1) ?? "");
  const names = levels.slice(isIndexed ? -2 : -1);
  const device = levels.slice(0, -names.length);
  return device.some((level) => level !== "") ? { device, names } : { device: levels, names };
};

/** The device of a topic that tells several values. */
const deviceLevels = (levels: Levels): Levels => {
  const isKind = kindOfMessage.test(levels.at(-1) ?? "");
  return isKind && levels.length > 1 ? levels.slice(0, -1) : levels;
};

const plansOfKind = (site: Site, levels: Levels, kind: PayloadKind): readonly TopicPlan[] => {
  if (kind === "object") {
    const device = deviceAt(site, deviceLevels(levels));
    return [{ kind: "fields", device, interpret: distinctly(meaningOfPath) }];
  }
  const { device: place, names } = placeOf(levels);
  if (kind === "list") {
    const device = deviceAt(site, place);
    const interpret: Interpret = (path, value) => meaningOfPath([...names, ...path], value);
    return [{ kind: "fields", device, interpret }];
  }
  const meaning = meaningOfPath(names, kind === "switch" ? true : 0);
  if (typeof meaning === "string") return ignored(meaning);
  if (!kind.startsWith("in ")) return reading(deviceAt(site, place), meaning);
  const inUnit = meaningOfUnit(names.join("_"), kind.slice("in ".length));
  if (inUnit.quantity === "value") return ignored("text");
  return [
    {
      kind: "reading",
      device: deviceAt(site, place),
      meaning: inUnit,
      extract: numberBeforeUnit,
    },
  ];
};

/** Reads a topic by the form of its payloads, which may change; what is no value belongs to the last form. */
const readByKind = (site: Site, levels: Levels): TopicPlan => {
  let latest: PayloadKind | undefined;
  return {
    kind: "sorted",
    key: (payload) => {
      const kind = kindOf(payload);
      if (kind !== undefined) latest = kind;
      return kind ?? (saysNothing(payload) ? latest : undefined);
    },
    plans: (kind) => (latest === undefined ? ignored(kind) : plansOfKind(site, levels, latest)),
  };
};

const isSwitchOfPresence = (last: string): boolean =>
  /^(?:available|online|connected)$/iu.test(last);

const presencePlans = ({ gateOf }: Site, levels: Levels): readonly TopicPlan[] => {
  const last = levels.at(-1) ?? "";
  if (!saysPresence.test(last) || levels.length < 2) return [];
  const gate = gateOf(levels.slice(0, -1).join("/"));
  return [
    {
      kind: "availability",
      extract: wordIn,
      words: isSwitchOfPresence(last) ? switchWords : words,
      told: gate.set,
    },
  ];
};

const reasonAgainst = (levels: Levels): string | undefined => {
  const last = levels.at(-1) ?? "";
  if (isSwitchOfPresence(last)) return "whether something is there";
  if (levels[0] === "spBv1.0") return "Sparkplug B";
  return withoutReadings.test(last) || levels.some((level) => administration.test(level))
    ? "a command, an event or a configuration"
    : undefined;
};

/** Topics that publish the length of a list, whose items are below them. */
const createLists = (context: DialectContext) => {
  const lists = new Set<string>();
  return {
    has: (topic: string): boolean => lists.has(topic),
    notice: (levels: Levels) => {
      const list = levels.slice(0, -1).join("/");
      if (!/^\d{1,3}$/u.test(levels.at(-1) ?? "") || lists.has(list)) return;
      if (lists.size >= maximumLists) return;
      lists.add(list);
      context.reroute(list);
    },
  };
};

/** Everything that no other dialect knows: numbers by the names of their topics and keys. */
export const dialect = defineDialect({
  title: "Everything else: numbers by the names of topics and JSON keys",
  source: "names that devices and scripts commonly use",
  prefixes: [],
  subscriptions: (prefixes) =>
    prefixes.length === 0 ? ["#"] : prefixes.map((prefix) => `${prefix}/#`),
  isLastResort: true,
  expiresMs,
  start: (context) => {
    const lists = createLists(context);
    const site = { context, gateOf: createGates() };
    return {
      route: ({ topic, levels, below }) => {
        const isWanted = context.prefixes.length === 0 || below !== undefined;
        if (!isWanted || topic.startsWith("$")) return undefined;
        lists.notice(levels);
        const reason = lists.has(topic) ? "the length of a list" : reasonAgainst(levels);
        const read = reason === undefined ? [readByKind(site, levels)] : ignored(reason);
        return [...presencePlans(site, levels), ...read];
      },
    };
  },
});
