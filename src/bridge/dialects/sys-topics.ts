import type { Device } from "../device.ts";
import { defineDialect } from "../dialect.ts";
import type { Meaning } from "../meaning.ts";
import { type Payload, textOf } from "../payload.ts";
import type { TopicPlan } from "../plan.ts";
import { describing, everythingBelow, ignored, reading } from "../plans.ts";
import type { Levels } from "../topic.ts";
import { meaningOfUnknown } from "../vocabulary.ts";

// Mosquitto publishes every ten seconds (sys_interval) what has changed.
const expiresMs = 900_000;

/** By the path below `$SYS/broker`, in the order in which they are tried. */
const meanings: readonly (readonly [RegExp, Meaning])[] = [
  [/^(?:publish\/)?bytes\/(?:received|sent)$/u, { quantity: "dataTransferredBytesTotal" }],
  [
    /^(?:publish\/)?messages\/(?:received|sent|dropped)$|^clients\/expired$|^connections\/socket\/count$/u,
    { quantity: "eventsTotal" },
  ],
  [
    /^messages\/(?:inflight|stored)$|(?:^|\/)(?:count|total)$|^clients\/(?:connected|disconnected|active|inactive|maximum|total)$/u,
    { quantity: "items" },
  ],
  [
    /^(?:store\/messages|packet\/out)\/bytes$|^heap\/(?:current|maximum)/u,
    { quantity: "dataSizeBytes" },
  ],
];

const uptime = /^\s*(\d{1,15}) seconds?\s*$/u;

/** The text is "4711 seconds". */
const secondsOf = (payload: Payload): unknown => {
  const text = textOf(payload) ?? "";
  return uptime.exec(text)?.[1] ?? text;
};

const meaningOf = (levels: Levels): Meaning => {
  const path = levels.join("/");
  const found = meanings.find(([pattern]) => pattern.test(path))?.[1];
  return found === undefined ? meaningOfUnknown(path) : { ...found, labels: { channel: path } };
};

const routeBridge = (device: () => Device, [name = "", ...key]: Levels): readonly TopicPlan[] => {
  const meaning: Meaning = { quantity: "connected", labels: { channel: name } };
  return key.join("/") === "state" ? reading(device(), meaning) : ignored("no state of a bridge");
};

const routeBelow = (device: () => Device, below: Levels): readonly TopicPlan[] => {
  const [group = "", ...rest] = below;
  if (group === "version") return describing(device, "version");
  if (group === "load") return ignored("moving averages of what is counted elsewhere");
  if (group === "timestamp" || group === "changeset") return ignored("a time or a version");
  if (group === "connection") return routeBridge(device, rest);
  if (group !== "uptime") return reading(device(), meaningOf(below));
  const meaning: Meaning = { quantity: "uptimeSeconds" };
  return [{ kind: "reading", device: device(), meaning, extract: secondsOf }];
};

/** What Mosquitto and brokers like it tell of themselves. */
export const dialect = defineDialect({
  title: "Brokers about themselves ($SYS topics of Mosquitto)",
  source: "https://mosquitto.org/man/mosquitto-8.html, broker status",
  // `#` does not cover them: MQTT 5.0, section 4.7.2.
  prefixes: ["$SYS/broker"],
  subscriptions: everythingBelow,
  expiresMs,
  start: (context) => ({
    route: ({ below }) =>
      below === undefined
        ? undefined
        : routeBelow(() => context.device({ id: "broker", name: "broker" }), below),
  }),
});
