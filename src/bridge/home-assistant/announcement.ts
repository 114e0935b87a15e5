import type { Labels } from "../../reading.ts";
import { isObject, jsonOf, type Payload } from "../payload.ts";
import type { Levels } from "../topic.ts";
import { type Block, deviceBlock, entityBlock, replaceBase } from "./abbreviations.ts";
import { hasReadings } from "./components.ts";
import { textIn, wordIn } from "./fields.ts";

/** Who an announcement says the device is. */
export interface AnnouncedDevice {
  /** Identifiers and connections, any of which stands for it. */
  readonly ids: readonly string[];
  readonly name: string | undefined;
  readonly info: Labels;
}

/** One entity of an announcement, its keys long and its topics complete. */
export interface AnnouncedEntity {
  /** What tells it from all others: its place in the announcements. */
  readonly key: string;
  readonly component: string;
  readonly objectId: string;
  readonly config: Block;
  readonly device: AnnouncedDevice;
}

/** Where an announcement stands. */
interface Place {
  readonly component: string;
  readonly nodeId: string | undefined;
  readonly objectId: string;
}

const identifier = /^[\w-]+$/u;

/** The place of an announcement below the prefix; undefined if the topic is none. */
export const placeOf = (below: Levels): Place | undefined => {
  const [component = "", ...rest] = below;
  const isConfig = (rest.length === 2 || rest.length === 3) && rest.at(-1) === "config";
  if (!isConfig || !below.every((level) => identifier.test(level))) return undefined;
  const [first = "", second = ""] = rest;
  return rest.length === 2
    ? { component, nodeId: undefined, objectId: first }
    : { component, nodeId: first, objectId: second };
};

const listOf = (value: unknown): readonly unknown[] => {
  if (Array.isArray(value)) return value;
  return value === undefined ? [] : [value];
};

const maximumIds = 10;
const longestText = 200;

const idsOf = (values: readonly unknown[]): readonly string[] =>
  values
    .filter((value) => typeof value === "string" || typeof value === "number")
    .map((value) => String(value).trim().slice(0, longestText))
    .filter((text) => text !== "")
    .slice(0, maximumIds);

const connectionsOf = (value: unknown): readonly string[] =>
  idsOf(listOf(value).map((pair) => (Array.isArray(pair) ? pair[1] : undefined)));

const infoKeys: readonly (readonly [string, string])[] = [
  ["manufacturer", "manufacturer"],
  ["model", "model"],
  ["model_id", "model_id"],
  ["sw_version", "version"],
  ["hw_version", "hardware_version"],
  ["serial_number", "serial"],
  ["suggested_area", "area"],
];

const deviceOf = (block: unknown, { nodeId, objectId }: Place): AnnouncedDevice => {
  const long = deviceBlock(block);
  const named = wordIn(long, "name")?.slice(0, longestText);
  const ids = [...idsOf(listOf(long["identifiers"])), ...connectionsOf(long["connections"])];
  const info = infoKeys.flatMap(([key, label]) => {
    const text = wordIn(long, key)?.slice(0, longestText);
    return text === undefined ? [] : [[label, text] as const];
  });
  const place = nodeId ?? objectId;
  return {
    ids: ids.length > 0 ? ids : [named ?? place],
    name: named ?? (ids.length > 0 ? undefined : place),
    info: Object.fromEntries(info),
  };
};

const sharedKeys: ReadonlySet<string> = new Set([
  "~",
  "availability",
  "availability_mode",
  "availability_template",
  "availability_topic",
  "encoding",
  "payload_available",
  "payload_not_available",
  "state_topic",
]);

/** Components that one announcement may have. */
const maximumComponents = 500;

const componentsOf = (root: Block, topic: string, place: Place): readonly AnnouncedEntity[] => {
  const { components } = root;
  if (!isObject(components)) return [];
  const device = deviceOf(root["device"], place);
  const shared = Object.fromEntries(Object.entries(root).filter(([key]) => sharedKeys.has(key)));
  return Object.entries(components)
    .slice(0, maximumComponents)
    .flatMap(([objectId, block]) => {
      const own = isObject(block) ? entityBlock(block) : {};
      const component = wordIn(own, "platform");
      // With nothing but a platform it is removed.
      if (component === undefined || Object.keys(own).length === 1 || !hasReadings(component)) {
        return [];
      }
      const config = replaceBase({ ...shared, ...own });
      return [{ key: `${topic} ${objectId}`, component, objectId, config, device }];
    });
};

/** The entities that are announced now; or what is wrong, in which case those before remain. */
export const entitiesOf = (
  payload: Payload,
  topic: string,
  place: Place,
): readonly AnnouncedEntity[] | string => {
  if (payload.bytes.length === 0) return [];
  const json = jsonOf(payload);
  if (!isObject(json)) return "no JSON object";
  const root = entityBlock(json);
  // It is announced elsewhere from now on.
  if (textIn(root, "migrate_discovery") === "True") return [];
  if (place.component === "device") return componentsOf(root, topic, place);
  if (!hasReadings(place.component)) return [];
  const { component, objectId } = place;
  const device = deviceOf(root["device"], place);
  return [{ key: topic, component, objectId, config: replaceBase(root), device }];
};
