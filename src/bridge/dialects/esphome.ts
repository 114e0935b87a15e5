import { type DialectContext, defineDialect, type RoutedTopic } from "../dialect.ts";
import { createEsphomeDevices, lastLevel } from "../esphome/devices.ts";
import { meaningOfSensor } from "../esphome/names.ts";
import type { Meaning } from "../meaning.ts";
import { numberOf } from "../numeric-text.ts";
import type { Interpret, NoticePlan, TopicPlan } from "../plan.ts";
import { meaningOfStateName } from "../state-names.ts";

const millisecondsPerHour = 3_600_000;
/** A sensor may have a filter that only lets changes through, and the last will ends the readings of one that is gone. */
const sensorExpiresMs = 24 * millisecondsPerHour;
/** A switch or a contact is only published when it changes. */
const lastingExpiresMs = 720 * millisecondsPerHour;
const announcements = "esphome/discover";

/** Topics of components below the device's prefix; `+` is the object. */
const componentFilters = [
  "sensor/+/state",
  "binary_sensor/+/state",
  "switch/+/state",
  "light/+/state",
  "fan/+/state",
  "lock/+/state",
  "cover/+/position/state",
  "valve/+/position/state",
  "climate/+/+/state",
] as const;

/** A component's topic in parts. */
interface ComponentTopic {
  readonly prefix: string;
  /** Component and, if there is one, the part of its state: `sensor`, `climate/current_temperature`. */
  readonly kind: string;
  readonly object: string;
}

const plain: ReadonlySet<string> = new Set([
  "sensor",
  "binary_sensor",
  "switch",
  "light",
  "fan",
  "lock",
]);
const divided: ReadonlySet<string> = new Set(["cover", "valve", "climate"]);

/** Others have topics that end alike, such as `sensor/<device>/<key>/state`: the number of levels tells. */
const componentTopicOf = ({ levels }: RoutedTopic): ComponentTopic | undefined => {
  if (levels.at(-1) !== "state") return undefined;
  for (const [names, depth] of [[plain, 3] as const, [divided, 4] as const]) {
    const [component = "", object = "", part] = levels.slice(-depth, -1);
    if (levels.length <= depth || !names.has(component)) continue;
    const prefix = levels.slice(0, -depth).join("/");
    return { prefix, kind: part === undefined ? component : `${component}/${part}`, object };
  }
  return undefined;
};

const labelled = (object: string) => ({ channel: object.slice(0, 128) });

/** Readings of components whose payload is a single value, other than sensors. */
const stateMeanings: ReadonlyMap<string, (object: string) => Meaning> = new Map([
  ["binary_sensor", (object) => meaningOfStateName(object)],
  ["switch", (object) => ({ quantity: "switchOn", labels: labelled(object) })],
  ["fan", (object) => ({ quantity: "running", labels: labelled(object) })],
  [
    "lock",
    (object) => ({
      quantity: "lockOpen",
      words: { locked: 0, unlocked: 1 },
      labels: labelled(object),
    }),
  ],
  [
    "cover/position",
    (object) => ({ quantity: "positionRatio", unit: "%", labels: labelled(object) }),
  ],
  [
    "valve/position",
    (object) => ({ quantity: "valvePositionRatio", unit: "%", labels: labelled(object) }),
  ],
]);

const climateMeanings: ReadonlyMap<string, Omit<Meaning, "labels">> = new Map([
  ["climate/current_temperature", { quantity: "temperatureCelsius", unit: "°C" }],
  ["climate/current_humidity", { quantity: "relativeHumidityRatio", unit: "%" }],
  ["climate/target_temperature", { quantity: "temperatureSetpointCelsius", unit: "°C" }],
]);

const interpretLight =
  (object: string): Interpret =>
  ([key, ...rest]) => {
    const labels = labelled(object);
    if (rest.length > 0) return "a color";
    if (key === "state") return { quantity: "switchOn", labels };
    if (key === "brightness") return { quantity: "brightnessRatio", scale: 1 / 255, labels };
    if (key === "color_temp") return { quantity: "colorTemperatureKelvin", unit: "mired", labels };
    return "no reading of a light";
  };

const createRouter = (context: DialectContext) => {
  const { device, know, isKnown, announce } = createEsphomeDevices(context);

  const announcement = (name: string): NoticePlan => ({
    kind: "notice",
    take: (payload) => (announce(name, payload) ? `announcement of ${name}` : "no announcement"),
  });

  const sensorPlan = (prefix: string, meaning: Meaning | string): TopicPlan =>
    typeof meaning === "string"
      ? { kind: "ignored", why: meaning }
      : { kind: "reading", device: device(prefix), meaning, extract: numberOf };

  const componentPlan = ({ prefix, kind, object }: ComponentTopic): TopicPlan => {
    if (kind === "sensor") return sensorPlan(prefix, meaningOfSensor(object));
    if (kind === "light") {
      const interpret = interpretLight(object);
      return { kind: "fields", device: device(prefix), interpret, expiresMs: lastingExpiresMs };
    }
    const climate = climateMeanings.get(kind);
    if (climate !== undefined) return sensorPlan(prefix, { ...climate, labels: labelled(object) });
    const meaning = stateMeanings.get(kind)?.(object);
    return meaning === undefined
      ? { kind: "ignored", why: "a mode or another word" }
      : { kind: "reading", device: device(prefix), meaning, expiresMs: lastingExpiresMs };
  };

  const availability = (prefix: string): TopicPlan => ({
    kind: "availability",
    words: { online: "online", offline: "offline" },
    told: (presence) => {
      const isAsleep = presence === "offline" && context.sleeps(lastLevel(prefix));
      device(prefix).gate.set(isAsleep ? "unknown" : presence);
    },
  });

  return (routed: RoutedTopic): readonly TopicPlan[] | undefined => {
    const { topic, levels, below } = routed;
    if (topic.startsWith(`${announcements}/`) && levels.length === 3) {
      return [announcement(levels[2] ?? "")];
    }
    if (below === undefined) return undefined;
    const prefix = levels.slice(0, -1).join("/");
    if (levels.at(-1) === "status" && isKnown(prefix)) return [availability(prefix)];
    const component = componentTopicOf(routed);
    if (component === undefined) return undefined;
    know(component.prefix);
    return [componentPlan(component)];
  };
};

export const dialect = defineDialect({
  title: "ESPHome without its Home Assistant announcements",
  source: "https://esphome.io/components/mqtt/",
  prefixes: ["+", "+/+"],
  subscriptions: (prefixes) => [
    ...prefixes.flatMap((prefix) =>
      [...componentFilters, "status"].map((filter) => `${prefix}/${filter}`),
    ),
    `${announcements}/#`,
  ],
  expiresMs: sensorExpiresMs,
  start: (context) => ({ route: createRouter(context) }),
});
