import type { Device } from "../device.ts";
import { type DialectContext, defineDialect, type RoutedTopic } from "../dialect.ts";
import { isObject, jsonOf, type Payload } from "../payload.ts";
import type { FieldsPlan, ReadingPlan, TopicPlan } from "../plan.ts";
import { everythingBelow, ignored } from "../plans.ts";
import { interpretEvent, nameOfEvent } from "../rtl-433/events.ts";
import { meaningOfRtl433Key } from "../rtl-433/keys.ts";
import type { Levels } from "../topic.ts";

// Sensors send every 16 to 60 seconds, some every few minutes, and not every message is received. What is heard of
// passing cars and of neighbours' sensors must not stay for long.
const expiresMs = 900_000;

const deviceNamed = (context: DialectContext, name: string): Device =>
  context.device({ id: name, name });

/** Retained messages are of whenever, and perhaps of a sensor that has long been gone. */
const keeping = { ignoresRetained: true } as const;

const event = (context: DialectContext): TopicPlan => ({
  kind: "sorted",
  key: (payload) => {
    const json = jsonOf(payload);
    return isObject(json) ? nameOfEvent(json) : undefined;
  },
  plans: (name): readonly FieldsPlan[] => [
    { kind: "fields", device: deviceNamed(context, name), interpret: interpretEvent, ...keeping },
  ],
});

const value = (context: DialectContext, name: string, key: string): readonly TopicPlan[] => {
  const meaning = meaningOfRtl433Key(key);
  if (typeof meaning === "string") return ignored(meaning);
  const plan: ReadingPlan = {
    kind: "reading",
    device: deviceNamed(context, name),
    meaning,
    ...keeping,
  };
  return [plan];
};

/** Of a topic that a user has made up, only its messages tell whether it has whole events or single values. */
const ownTopic = (context: DialectContext, levels: Levels): readonly TopicPlan[] => {
  const key = levels.at(-1) ?? "";
  const name = levels.slice(0, -1).join("/");
  const kindOf = (payload: Payload) => (isObject(jsonOf(payload)) ? "event" : "value");
  return [
    {
      kind: "sorted",
      key: kindOf,
      plans: (kind) => {
        if (kind === "event") return [event(context)];
        return name === "" ? ignored("names no device") : value(context, name, key);
      },
    },
  ];
};

const receiver = (context: DialectContext, host: string): readonly TopicPlan[] => [
  {
    kind: "availability",
    words: { online: "online", offline: "offline" },
    // A sensor may be heard by another receiver too, so that only the receiver itself is gone.
    told: (presence) => deviceNamed(context, host).gate.set(presence),
  },
];

const routeBelow = (context: DialectContext, levels: Levels): readonly TopicPlan[] => {
  const [host = "", kind = "", ...rest] = levels;
  if (kind === "devices" && rest.length > 1) {
    return value(context, rest.slice(0, -1).join("-"), rest.at(-1) ?? "");
  }
  if (kind === "events" && rest.length === 0) return [event(context)];
  if (kind === "states") return ignored("statistics of the receiver");
  if (kind === "availability" && rest.length === 0) return receiver(context, host);
  return ownTopic(context, levels);
};

/** Weather stations, thermometers, meters and tyre sensors by radio. */
export const dialect = defineDialect({
  title: "rtl_433",
  source: "https://github.com/merbanan/rtl_433/blob/master/docs/DATA_FORMAT.md",
  prefixes: ["rtl_433", "+/rtl_433"],
  subscriptions: everythingBelow,
  expiresMs,
  start: (context) => ({
    route: ({ below }: RoutedTopic) =>
      below === undefined ? undefined : routeBelow(context, below),
  }),
});
