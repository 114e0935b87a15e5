import { strictNumber } from "../number.ts";
import type { Interpret } from "../plan.ts";
import { meaningOfRtl433Key } from "./keys.ts";

/** Parts of the name in the order of the default topic `[/type][/model][/subtype][/channel][/id]`. */
const nameKeys = ["type", "model", "subtype", "channel", "id"] as const;

// As the topics of the same device have it (`mqtt_sanitize_topic` in src/output_mqtt.c).
const sanitized = (text: string): string => text.replace(/[^-.A-Za-z\d]/gu, "_");

/** The name of the device whose event that is; undefined if it names none. */
export const nameOfEvent = (event: Readonly<Record<string, unknown>>): string | undefined => {
  const { model } = event;
  if (typeof model !== "string" || model === "") return undefined;
  return nameKeys
    .map((key) => event[key])
    .filter((part) => (typeof part === "string" && part !== "") || typeof part === "number")
    .map((part) => sanitized(String(part)))
    .join("-");
};

/** What the fields of an event mean. */
export const interpretEvent: Interpret = (path, value, root) => {
  const [key = "", ...deeper] = path;
  if (deeper.length > 0) return "a list or an object";
  const meaning = meaningOfRtl433Key(key, root);
  if (typeof meaning === "string" || meaning.quantity !== "value") return meaning;
  const isNumber = typeof value === "string" ? strictNumber(value) !== undefined : true;
  return isNumber && typeof value !== "boolean" ? meaning : "no number";
};
