import { type DialectContext, defineDialect } from "../dialect.ts";
import type { Meaning } from "../meaning.ts";
import { isObject, jsonOf, type Payload, valueAt } from "../payload.ts";
import type { Interpret, TopicPlan } from "../plan.ts";
import { everythingBelow, ignored } from "../plans.ts";
import { meaningOfName } from "../vocabulary.ts";

// A node reports every half hour, some every few hours.
const expiresMs = 21_600_000;
/** More nodes than a mesh carries; those beyond keep their number as their name. */
const maximumNodes = 2000;

const utilization = (channel: string): Meaning => ({
  quantity: "utilizationRatio",
  unit: "%",
  labels: { channel },
});

const meanings: ReadonlyMap<string, Meaning | readonly Meaning[]> = new Map<
  string,
  Meaning | readonly Meaning[]
>([
  [
    "battery_level",
    [
      // 101 says that the node has another supply.
      { quantity: "batteryRatio", unit: "%", absent: [101] },
      { quantity: "value", labels: { channel: "battery_level" } },
    ],
  ],
  ["voltage", { quantity: "voltageVolts" }],
  ["air_util_tx", utilization("air_util_tx")],
  ["channel_utilization", utilization("channel_utilization")],
  ["wind_direction", { quantity: "windDirectionDegrees" }],
]);

const interpret: Interpret = ([key = "", ...more], value) => {
  if (more.length > 0 || typeof value !== "number") return "no measurement";
  return meanings.get(key) ?? meaningOfName(key) ?? "no measurement";
};

/** Who has sent it: the sender in the topic and in the message is only the gateway. */
const nodeOf = (payload: Payload): string | undefined => {
  const from = valueAt(jsonOf(payload), ["from"]);
  return typeof from === "number" && Number.isSafeInteger(from) ? String(from) : undefined;
};

const keyOf = (payload: Payload): string | undefined => {
  const type = valueAt(jsonOf(payload), ["type"]);
  const node = nodeOf(payload);
  const isKnown = type === "telemetry" || type === "nodeinfo";
  return isKnown && node !== undefined ? `${type} ${node}` : undefined;
};

const createNodes = (context: DialectContext) => {
  const names = new Map<string, string>();
  const deviceOf = (node: string) =>
    context.device({ id: node, name: names.get(node) ?? node, info: { node } });
  const takeInfo = (payload: Payload): string => {
    const node = nodeOf(payload);
    const info = valueAt(jsonOf(payload), ["payload"]);
    const name = isObject(info) ? info["longname"] : undefined;
    if (node === undefined || typeof name !== "string" || name.trim() === "") return "no name";
    if (names.has(node) || names.size < maximumNodes) names.set(node, name.slice(0, 100));
    deviceOf(node);
    return `the name of ${node}`;
  };
  return { deviceOf, takeInfo };
};

/** Meshtastic nodes, by the JSON that a gateway publishes. */
export const dialect = defineDialect({
  title: "Meshtastic nodes (JSON)",
  source: "https://meshtastic.org/docs/software/integrations/mqtt/",
  prefixes: ["msh"],
  subscriptions: everythingBelow,
  expiresMs,
  start: (context) => {
    const nodes = createNodes(context);
    const plans = (key: string): readonly TopicPlan[] => {
      const [type = "", node = ""] = key.split(" ");
      if (type === "nodeinfo") return [{ kind: "notice", take: nodes.takeInfo }];
      return [{ kind: "fields", device: nodes.deviceOf(node), within: ["payload"], interpret }];
    };
    return {
      route: ({ below }) => {
        if (below === undefined) return undefined;
        const at = below.indexOf("json");
        if (at < 1 || below[at - 1] !== "2") return ignored("encrypted, or a map");
        return [{ kind: "sorted", key: keyOf, plans }];
      },
    };
  },
});
