import { type DialectContext, defineDialect, type RoutedTopic } from "../dialect.ts";
import { attributePlans } from "../homie/attributes.ts";
import { descriptionPlan, statePlans } from "../homie/description.ts";
import { createHomieDevices, type HomieDevice } from "../homie/devices.ts";
import { meaningOfProperty } from "../homie/meaning.ts";
import { numberOf } from "../numeric-text.ts";
import type { TopicPlan } from "../plan.ts";
import type { Levels } from "../topic.ts";

const millisecondsPerHour = 3_600_000;
/** A device that says nothing of itself has no last will that would end its readings. */
const plainExpiresMs = 24 * millisecondsPerHour;
/** Properties are published when they change, and `$state` says whether the device is there. */
const announcedExpiresMs = 720 * millisecondsPerHour;

const ignored = (why: string): readonly TopicPlan[] => [{ kind: "ignored", why }];

interface Address {
  readonly base: string;
  readonly isFive: boolean;
  /** The levels below the device. */
  readonly rest: Levels;
}

/** Which device a topic belongs to; a text says why it belongs to none. */
const addressOf = ({ below = [], prefix = "" }: RoutedTopic): Address | string | undefined => {
  // Version 5 has its version in the topic, which no older one has.
  const isFive = below[0] === "5" && below.length > 1;
  const [id, ...rest] = isFive ? below.slice(1) : below;
  if (id === undefined || rest.length === 0) return undefined;
  if (id === "" || id.startsWith("$")) return "not about a device";
  return { base: [prefix, ...(isFive ? ["5"] : []), id].join("/"), isFive, rest };
};

const createRouter = (context: DialectContext) => {
  const devices = createHomieDevices(context);

  const propertyPlans = (
    about: HomieDevice,
    node: string,
    property: string,
  ): readonly TopicPlan[] => {
    if (about.isRemoved) return ignored("its device was removed");
    const { properties, isAnnounced } = about;
    // The elements of an array of Homie 3 share the attributes of their node: lights_0, lights_1.
    const found =
      properties.get(`${node}/${property}`) ??
      properties.get(`${node.replace(/_\d{1,4}$/u, "")}/${property}`);
    const meaning = meaningOfProperty(node, property, found ?? {}, isAnnounced);
    if (typeof meaning === "string") return ignored(meaning);
    return [
      {
        kind: "reading",
        device: devices.deviceOf(about),
        meaning,
        extract: found?.datatype === "boolean" ? undefined : numberOf,
        expiresMs: isAnnounced ? announcedExpiresMs : undefined,
      },
    ];
  };

  const routeFive = (about: HomieDevice, rest: Levels): readonly TopicPlan[] => {
    const [first = "", second = ""] = rest;
    if (rest.length === 1 && first === "$description") {
      return [descriptionPlan(context, devices, about)];
    }
    if (!about.isAnnounced) return ignored("its device has not described itself");
    if (rest.length === 1 && first === "$state") return statePlans(devices, about);
    const isProperty = rest.length === 2 && about.properties.has(rest.join("/"));
    return isProperty ? propertyPlans(about, first, second) : ignored("not a described property");
  };

  const routeFour = (about: HomieDevice, rest: Levels): readonly TopicPlan[] => {
    if (rest.some((level) => level.startsWith("$"))) {
      return attributePlans(context, devices, about, rest);
    }
    const [node = "", property = ""] = rest;
    if (rest.length !== 2 || property === "") return ignored("a command, or not a property");
    return propertyPlans(about, node, property);
  };

  return (routed: RoutedTopic): readonly TopicPlan[] | undefined => {
    const address = addressOf(routed);
    if (address === undefined) return undefined;
    if (typeof address === "string") return ignored(address);
    const about = devices.at(address.base);
    if (about === undefined) return ignored("one device too many");
    return address.isFive ? routeFive(about, address.rest) : routeFour(about, address.rest);
  };
};

export const dialect = defineDialect({
  title: "Homie convention 3, 4 and 5; Valetudo",
  source: "https://homieiot.github.io/",
  prefixes: ["homie", "valetudo"],
  subscriptions: (prefixes) => prefixes.map((prefix) => `${prefix}/#`),
  expiresMs: plainExpiresMs,
  start: (context) => ({ route: createRouter(context) }),
});
