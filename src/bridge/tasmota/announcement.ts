import type { Labels } from "../../reading.ts";
import type { Presence } from "../gate.ts";
import { isObject, valueAt } from "../payload.ts";
import { isTopic } from "../topic.ts";
import type { RelayWords } from "./state.ts";

/** What a topic begins with: a command, an answer, telemetry. */
export type Role = "cmnd" | "stat" | "tele";

/** What a device announces of itself on `tasmota/discovery/<MAC>/config`. */
export interface Announcement {
  readonly name: string;
  readonly info: Labels;
  /** Where its topics begin. */
  readonly bases: Readonly<Record<Role, string>>;
  readonly presenceWords: Readonly<Record<string, Presence>>;
  readonly relayWords: RelayWords;
  /** Time that it sleeps between its reports; 0 if it does not. */
  readonly deepSleepMs: number;
}

/** What a device calls itself until somebody gives it a name. */
const defaultName = "Tasmota";

const textAt = (json: unknown, ...path: readonly string[]): string | undefined => {
  const value = valueAt(json, path);
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
};

const nameOf = (json: unknown, topic: string): string =>
  [textAt(json, "dn"), textAt(json, "fn", "0")].find(
    (name) => name !== undefined && name !== defaultName,
  ) ?? topic;

const infoOf = (json: unknown, address: string): Labels => ({
  manufacturer: "Tasmota",
  ...Object.fromEntries(
    Object.entries({ model: textAt(json, "md"), version: textAt(json, "sw") }).flatMap(
      ([label, text]) => (text === undefined ? [] : [[label, text.slice(0, 100)]]),
    ),
  ),
  address: address.slice(0, 32),
});

/** The beginning of a device's topics: docs/MQTT.md of Tasmota, "FullTopic". */
const baseOf = (json: unknown, prefix: string, topic: string, address: string): string =>
  (textAt(json, "ft") ?? "%prefix%/%topic%/")
    .replaceAll("%prefix%", prefix)
    .replaceAll("%topic%", topic)
    .replaceAll("%hostname%", textAt(json, "hn") ?? "")
    .replaceAll("%id%", address)
    .replace(/\/$/u, "");

const basesOf = (json: unknown, address: string): Announcement["bases"] | undefined => {
  const topic = textAt(json, "t");
  if (topic === undefined) return undefined;
  const base = (index: string, usual: Role) =>
    baseOf(json, textAt(json, "tp", index) ?? usual, topic, address);
  const bases = { cmnd: base("0", "cmnd"), stat: base("1", "stat"), tele: base("2", "tele") };
  const isPossible = Object.values(bases).every((each) => isTopic(each) && each.length < 500);
  return isPossible && bases.tele !== bases.cmnd ? bases : undefined;
};

/** What a configuration announces; undefined if it is none. */
export const readAnnouncement = (json: unknown, address: string): Announcement | undefined => {
  const bases = isObject(json) ? basesOf(json, address) : undefined;
  if (bases === undefined) return undefined;
  const word = (key: string, usual: string) => (textAt(json, key) ?? usual).trim().toLowerCase();
  const relayWord = (index: string, usual: string) => textAt(json, "state", index) ?? usual;
  const sleepSeconds = valueAt(json, ["dslp"]);
  return {
    name: nameOf(json, textAt(json, "t") ?? address),
    info: infoOf(json, address),
    bases,
    presenceWords: { [word("ofln", "offline")]: "offline", [word("onln", "online")]: "online" },
    relayWords: { [relayWord("0", "OFF")]: 0, [relayWord("1", "ON")]: 1 },
    deepSleepMs: typeof sleepSeconds === "number" && sleepSeconds > 0 ? sleepSeconds * 1000 : 0,
  };
};
