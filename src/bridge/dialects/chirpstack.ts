import type { Labels } from "../../reading.ts";
import type { Device } from "../device.ts";
import { type DialectContext, defineDialect } from "../dialect.ts";
import { interpretDecoded } from "../lorawan/decoded.ts";
import { receptionPlans } from "../lorawan/reception.ts";
import { isObject, jsonOf, type Payload, valueAt } from "../payload.ts";
import type { Interpret, TopicPlan } from "../plan.ts";
import { ignored } from "../plans.ts";
import type { Levels } from "../topic.ts";

// Air time is short: most nodes send every 10 to 60 minutes. Of one that sends once a day, the user must say so.
const expiresMs = 10_800_000;
// The network asks for the status once a day unless the device profile says otherwise.
const statusExpiresMs = 259_200_000;

const textAt = (payload: Payload, key: string): string => {
  const found = valueAt(jsonOf(payload), ["deviceInfo", key]);
  return typeof found === "string" ? found : "";
};

const about = (payload: Payload): Labels => {
  const application = textAt(payload, "applicationName");
  const model = textAt(payload, "deviceProfileName");
  return {
    ...(application === "" ? {} : { application }),
    ...(model === "" ? {} : { model }),
  };
};

const up = (device: Device): readonly TopicPlan[] => [
  { kind: "fields", device, within: ["object"], interpret: interpretDecoded },
  ...receptionPlans(device, ["rxInfo"]),
  {
    kind: "reading",
    device,
    meaning: { quantity: "eventsTotal", labels: { channel: "uplinks" } },
    from: "fCnt",
    extract: (payload) => valueAt(jsonOf(payload), ["fCnt"]) ?? { notFound: "missing" },
  },
];

const isTrue = (payload: Payload, key: string): boolean => valueAt(jsonOf(payload), [key]) === true;

/** The level is 0 where it is not known or does not matter. */
const batteryLevel = (payload: Payload): unknown => {
  const isNone =
    isTrue(payload, "batteryLevelUnavailable") || isTrue(payload, "externalPowerSource");
  if (isNone) return null;
  return valueAt(jsonOf(payload), ["batteryLevel"]) ?? { notFound: "missing" };
};

/** The protobuf mapping leaves out what is false; with a battery level there is no external power. */
const externalPower = (payload: Payload): unknown => {
  const found = valueAt(jsonOf(payload), ["externalPowerSource"]);
  if (found !== undefined) return found;
  const isKnown =
    typeof valueAt(jsonOf(payload), ["batteryLevel"]) === "number" &&
    !isTrue(payload, "batteryLevelUnavailable");
  return isKnown ? false : { notFound: "missing" };
};

const status = (device: Device): readonly TopicPlan[] => {
  const common = { kind: "reading", device, expiresMs: statusExpiresMs } as const;
  return [
    {
      ...common,
      meaning: { quantity: "batteryRatio", unit: "%", labels: { channel: "device_status" } },
      from: "batteryLevel",
      extract: batteryLevel,
    },
    {
      ...common,
      meaning: { quantity: "signalToNoiseDecibels", labels: { channel: "margin" } },
      from: "margin",
      extract: (payload) => valueAt(jsonOf(payload), ["margin"]) ?? { notFound: "missing" },
    },
    {
      ...common,
      meaning: { quantity: "powerPresent" },
      from: "externalPowerSource",
      extract: externalPower,
    },
  ];
};

const interpretLocation: Interpret = ([key = ""]) => {
  if (key === "latitude") return { quantity: "latitudeDegrees", labels: { channel: "resolved" } };
  if (key === "longitude") return { quantity: "longitudeDegrees", labels: { channel: "resolved" } };
  return "not of the position";
};

const location = (device: Device): readonly TopicPlan[] => [
  { kind: "fields", device, within: ["location"], interpret: interpretLocation },
];

const events: ReadonlyMap<string, (device: Device) => readonly TopicPlan[]> = new Map([
  ["up", up],
  ["status", status],
  ["location", location],
]);

const event = (
  context: DialectContext,
  eui: string,
  plansOf: (device: Device) => readonly TopicPlan[],
): TopicPlan => ({
  kind: "sorted",
  // The name may be changed; the topic has the address only.
  key: (payload) => (isObject(jsonOf(payload)) ? textAt(payload, "deviceName") || eui : undefined),
  plans: (name, payload) => plansOf(context.device({ id: eui, name, info: about(payload) })),
});

const routeBelow = (context: DialectContext, below: Levels): readonly TopicPlan[] | undefined => {
  const [, device, eui = "", kind, name = "", ...rest] = below;
  if (device !== "device" || kind === undefined || rest.length > 0) return undefined;
  const plansOf = kind === "event" ? events.get(name) : undefined;
  return plansOf === undefined
    ? ignored("joins, downlinks, logs and commands")
    : [event(context, eui, plansOf)];
};

/** Nodes of LoRaWAN networks of ChirpStack. */
export const dialect = defineDialect({
  title: "ChirpStack 4",
  source: "https://www.chirpstack.io/docs/chirpstack/integrations/events.html",
  prefixes: ["application"],
  subscriptions: (prefixes) => prefixes.map((prefix) => `${prefix}/+/device/+/event/+`),
  expiresMs,
  start: (context) => ({
    route: ({ below }) => (below === undefined ? undefined : routeBelow(context, below)),
  }),
});
