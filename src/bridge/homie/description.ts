import type { DialectContext } from "../dialect.ts";
import { isObject, jsonOf, valueAt } from "../payload.ts";
import type { NoticePlan, TopicPlan } from "../plan.ts";
import type { HomieDevice, HomieDevices } from "./devices.ts";
import type { HomieProperty } from "./meaning.ts";
import { rootWords, stateWords } from "./states.ts";

const textAt = (value: unknown, key: string): string | undefined => {
  const found = valueAt(value, [key]);
  return typeof found === "string" && found !== "" ? found.slice(0, 100) : undefined;
};

const entriesAt = (value: unknown, key: string): readonly (readonly [string, unknown])[] => {
  const found = valueAt(value, [key]);
  return isObject(found) ? Object.entries(found) : [];
};

const propertiesOf = (description: unknown): ReadonlyMap<string, HomieProperty> =>
  new Map(
    entriesAt(description, "nodes").flatMap(([node, aboutNode]) =>
      entriesAt(aboutNode, "properties").map(([property, about]) => [
        `${node}/${property}`,
        {
          unit: textAt(about, "unit"),
          datatype: textAt(about, "datatype") ?? "string",
          isSettable: valueAt(about, ["settable"]) === true,
        },
      ]),
    ),
  );

/** Takes over the properties of a description, and has those routed anew that have changed. */
const takeProperties = (
  context: DialectContext,
  devices: HomieDevices,
  about: HomieDevice,
  properties: ReadonlyMap<string, HomieProperty>,
) => {
  const isFirst = !about.isAnnounced;
  for (const key of [...about.properties.keys()]) {
    if (properties.has(key)) continue;
    about.properties.delete(key);
    context.reroute(`${about.base}/${key}`);
  }
  for (const [key, property] of properties) {
    const isChanged = devices.setProperty(about, key, property);
    if (isChanged && !isFirst) context.reroute(`${about.base}/${key}`, "refined");
  }
  devices.announce(about);
  if (isFirst) context.reroute(`${about.base}/$state`);
};

/** The document in which a Homie 5 device says all of itself. */
export const descriptionPlan = (
  context: DialectContext,
  devices: HomieDevices,
  about: HomieDevice,
): NoticePlan => ({
  kind: "notice",
  take: (payload) => {
    if (payload.bytes.length === 0) {
      devices.remove(about);
      return `${about.name} is removed`;
    }
    const description = jsonOf(payload);
    if (!isObject(description)) return "no description";
    about.isRemoved = false;
    const root = textAt(description, "root") ?? textAt(description, "parent");
    const siblings = about.base.slice(0, about.base.lastIndexOf("/"));
    about.root = root === undefined ? undefined : `${siblings}/${root}`;
    const model = textAt(description, "type");
    devices.describe(about, {
      name: textAt(description, "name") ?? about.id,
      info: model === undefined ? {} : { model },
    });
    takeProperties(context, devices, about, propertiesOf(description));
    return `description of ${about.name}`;
  },
});

/** The state of a Homie 5 device, for itself and for those that share its connection. */
export const statePlans = (devices: HomieDevices, about: HomieDevice): readonly TopicPlan[] => [
  {
    kind: "notice",
    take: ({ bytes }) => {
      if (bytes.length === 0) devices.remove(about);
      return `state of ${about.name}`;
    },
  },
  devices.availability(about, stateWords),
  {
    kind: "availability",
    from: "state of the root",
    words: rootWords,
    told: (presence) => devices.rootGate(about.base).set(presence),
  },
];
