import type { Labels } from "../../reading.ts";
import type { Device } from "../device.ts";
import { type DialectContext, defineDialect } from "../dialect.ts";
import {
  interpretGateway,
  interpretTag,
  interpretWired,
  unitsBeside,
} from "../openmqttgateway/keys.ts";
import { isObject, jsonOf, type Payload, valueAt } from "../payload.ts";
import type { FieldsPlan, Interpret, TopicPlan } from "../plan.ts";
import { ignored } from "../plans.ts";
import { interpretEvent, nameOfEvent } from "../rtl-433/events.ts";
import type { Levels } from "../topic.ts";

// Tags send every few seconds to minutes, one measure at a time; gateways look for them about once a minute.
const tagExpiresMs = 3_600_000;
// As of rtl_433: neighbours' sensors and passing cars must not stay for long.
const radioExpiresMs = 900_000;
// Three times the 120 seconds of `TimeBetweenReadingSYS`, and a margin.
const gatewayExpiresMs = 600_000;
/** Tags whose names are remembered between messages that have none. */
const maximumTags = 5000;

const tagModules: ReadonlySet<string> = new Set(["BTtoMQTT", "LORAtoMQTT"]);
const wiredModules: ReadonlySet<string> = new Set(
  (
    "CLIMAtoMQTT DHTtoMQTT BMEtoMQTT HTUtoMQTT INA226toMQTT LUXtoMQTT BH1750toMQTT TSL2561toMQTT " +
    "HCSR501toMQTT ADCtoMQTT RN8209toMQTT GASSensorstoMQTT"
  ).split(" "),
);
const modules = [...tagModules, ...wiredModules, "RTL_433toMQTT"];

const textOf = (json: unknown, key: string): string => {
  const found = valueAt(json, [key]);
  return typeof found === "string" ? found.trim().replace(/\s+/gu, " ") : "";
};

const aboutTag = (json: unknown): Labels => {
  const model = textOf(json, "model") || textOf(json, "model_id");
  const manufacturer = textOf(json, "brand");
  return {
    ...(model === "" ? {} : { model }),
    ...(manufacturer === "" ? {} : { manufacturer }),
  };
};

const gatewayOf = (context: DialectContext, name: string): Device =>
  context.device({ id: `gateway ${name}`, name });

/** What is always there, of a tag that nobody has decoded. */
const bareKeys: ReadonlySet<string> = new Set(
  "id name mac mac_type adv_type rssi distance txpower manufacturerdata servicedata servicedatauuid".split(
    " ",
  ),
);

const isDecoded = (json: Readonly<Record<string, unknown>>): boolean =>
  Object.keys(json).some((key) => !bareKeys.has(key));

/** Tags by identifier; their name is not in each of their messages. */
const createTags = () => {
  const names = new Map<string, string>();
  return {
    /** Identifier and name in one text; undefined for what is not decoded, or has another address every few minutes. */
    keyOf: (payload: Payload, topicId: string): string | undefined => {
      const json = jsonOf(payload);
      if (!isObject(json) || json["prmac"] === true) return undefined;
      const id = textOf(json, "id") || topicId;
      const known = names.get(id);
      if (id === "" || (known === undefined && !isDecoded(json))) return undefined;
      const name = textOf(json, "name") || known || id;
      if (known !== undefined || names.size < maximumTags) names.set(id, name);
      return `${id}\n${name}`;
    },
    identityOf: (key: string): { readonly id: string; readonly name: string } => {
      const end = key.indexOf("\n");
      return { id: key.slice(0, end), name: key.slice(end + 1) };
    },
  };
};

const fields = (device: Device, interpret: Interpret, expiresMs: number): FieldsPlan => ({
  kind: "fields",
  device,
  interpret,
  signature: unitsBeside,
  expiresMs,
});

const radioEvent: Interpret = (path, value, root) =>
  // Of this receiver it is in dBm.
  path[0] === "rssi" ? { quantity: "signalStrengthDbm" } : interpretEvent(path, value, root);

const radio = (context: DialectContext): TopicPlan => ({
  kind: "sorted",
  key: (payload) => {
    const json = jsonOf(payload);
    return isObject(json) ? nameOfEvent(json) : undefined;
  },
  plans: (name) => [fields(context.device({ id: name, name }), radioEvent, radioExpiresMs)],
});

const lastWill = (context: DialectContext, gateway: string): TopicPlan => ({
  kind: "availability",
  words: { online: "online", offline: "offline" },
  // A tag that this gateway no longer hears may be heard by another one: only the gateway itself is gone.
  told: (presence) => gatewayOf(context, gateway).gate.set(presence),
});

const system = (context: DialectContext, gateway: string): TopicPlan => ({
  kind: "sorted",
  key: (payload) => textOf(jsonOf(payload), "version"),
  plans: (version) => {
    const info = version === "" ? {} : { version };
    const device = context.device({ id: `gateway ${gateway}`, name: gateway, info });
    return [fields(device, interpretGateway, gatewayExpiresMs)];
  },
});

const wired = (context: DialectContext, gateway: string, below: Levels): readonly TopicPlan[] => {
  const channel = below.join("/");
  const interpret: Interpret = (path, value, root) => {
    const meaning = interpretWired(path, value, root);
    if (typeof meaning === "string" || !("quantity" in meaning) || channel === "") return meaning;
    const own = meaning.labels?.["channel"];
    return {
      ...meaning,
      labels: { channel: own === undefined ? channel : `${channel} ${own}` },
    };
  };
  return [fields(gatewayOf(context, gateway), interpret, tagExpiresMs)];
};

type Tags = ReturnType<typeof createTags>;

const tag = (context: DialectContext, tags: Tags, topicId: string): TopicPlan => ({
  kind: "sorted",
  key: (payload) => tags.keyOf(payload, topicId),
  plans: (key, payload) => {
    const info = aboutTag(jsonOf(payload));
    const device = context.device({ ...tags.identityOf(key), info });
    return [fields(device, interpretTag, tagExpiresMs)];
  },
});

const routeBelow = (
  context: DialectContext,
  tags: Tags,
  below: Levels,
): readonly TopicPlan[] | undefined => {
  const [gateway = "", module = "", ...rest] = below;
  if (module === "LWT" && rest.length === 0) return [lastWill(context, gateway)];
  if (module === "SYStoMQTT" && rest.length === 0) return [system(context, gateway)];
  if (module === "RTL_433toMQTT") return [radio(context)];
  if (tagModules.has(module)) {
    return rest.length === 1 ? [tag(context, tags, rest[0] ?? "")] : ignored("settings, or no tag");
  }
  if (wiredModules.has(module)) return wired(context, gateway, rest);
  return /toMQTT$/u.test(module) ? ignored("codes of remote controls, or settings") : undefined;
};

/** Bluetooth tags, radio sensors and wired sensors behind OpenMQTTGateway or Theengs Gateway. */
export const dialect = defineDialect({
  title: "OpenMQTTGateway, Theengs Gateway",
  source: "https://docs.openmqttgateway.com/use/ble.html",
  prefixes: ["home"],
  subscriptions: (prefixes) =>
    prefixes.flatMap((prefix) => [
      `${prefix}/+/LWT`,
      `${prefix}/+/SYStoMQTT`,
      ...modules.map((module) => `${prefix}/+/${module}/#`),
    ]),
  expiresMs: tagExpiresMs,
  start: (context) => {
    const tags = createTags();
    return {
      route: ({ below }) => (below === undefined ? undefined : routeBelow(context, tags, below)),
    };
  },
});
