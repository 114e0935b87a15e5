import type { Labels } from "../../reading.ts";
import type { Device } from "../device.ts";
import { type DialectContext, defineDialect } from "../dialect.ts";
import { interpretDecoded } from "../lorawan/decoded.ts";
import { receptionPlans } from "../lorawan/reception.ts";
import { isObject, jsonOf, type Payload, valueAt } from "../payload.ts";
import type { TopicPlan } from "../plan.ts";
import { ignored } from "../plans.ts";
import type { Levels } from "../topic.ts";

// Air time is short: most nodes send every 10 to 60 minutes. Of one that sends once a day, the user must say so.
const expiresMs = 10_800_000;

const uplink = ["uplink_message"];

const aboutModel = (payload: Payload): Labels => {
  const version = valueAt(jsonOf(payload), [...uplink, "version_ids"]);
  const named = [
    ["model", valueAt(version, ["model_id"])],
    ["manufacturer", valueAt(version, ["brand_id"])],
  ] as const;
  return Object.fromEntries(
    named.filter((each): each is readonly ["model" | "manufacturer", string] => {
      const [, text] = each;
      return typeof text === "string" && text !== "";
    }),
  );
};

/** The network's own knowledge of the battery, from status requests; a decoder may have another one. */
const battery = (device: Device): TopicPlan => ({
  kind: "reading",
  device,
  meaning: { quantity: "batteryRatio", unit: "%", labels: { channel: "device_status" } },
  from: "uplink_message.last_battery_percentage.value",
  extract: (payload) =>
    valueAt(jsonOf(payload), [...uplink, "last_battery_percentage", "value"]) ?? {
      notFound: "missing",
    },
});

/** Begins anew with each join. */
const frames = (device: Device): TopicPlan => ({
  kind: "reading",
  device,
  meaning: { quantity: "eventsTotal", labels: { channel: "uplinks" } },
  from: "uplink_message.f_cnt",
  extract: (payload) => valueAt(jsonOf(payload), [...uplink, "f_cnt"]) ?? { notFound: "missing" },
});

const up = (context: DialectContext, application: string, name: string): TopicPlan => ({
  kind: "sorted",
  key: (payload) => {
    const json = jsonOf(payload);
    if (!isObject(valueAt(json, uplink))) return undefined;
    // Somebody tries a decoder in the console.
    return valueAt(json, ["simulated"]) === true ? undefined : "uplink";
  },
  plans: (_key, payload) => {
    const info = { application, ...aboutModel(payload) };
    const device = context.device({ id: `${application}/${name}`, name, info });
    return [
      {
        kind: "fields",
        device,
        within: [...uplink, "decoded_payload"],
        interpret: interpretDecoded,
      },
      ...receptionPlans(device, [...uplink, "rx_metadata"]),
      battery(device),
      frames(device),
    ];
  },
});

const routeBelow = (context: DialectContext, below: Levels): readonly TopicPlan[] | undefined => {
  const [application = "", devices, name = "", event, ...rest] = below;
  if (devices !== "devices" || event === undefined) return undefined;
  if (event !== "up" || rest.length > 0) return ignored("joins, downlinks and their answers");
  return [up(context, application.replace(/@.*$/u, ""), name)];
};

/** Nodes of LoRaWAN networks of The Things Stack. */
export const dialect = defineDialect({
  title: "The Things Stack, The Things Network",
  source: "https://www.thethingsindustries.com/docs/integrations/other-integrations/mqtt/",
  prefixes: ["v3"],
  subscriptions: (prefixes) => prefixes.map((prefix) => `${prefix}/+/devices/+/up`),
  expiresMs,
  start: (context) => ({
    route: ({ below }) => (below === undefined ? undefined : routeBelow(context, below)),
  }),
});
