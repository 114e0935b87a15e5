import type { Device } from "./device.ts";
import type { Presence } from "./gate.ts";
import type { Meaning } from "./meaning.ts";
import { jsonOf, type Payload, textOf, valueAt } from "./payload.ts";
import type { Keeping, TopicPlan } from "./plan.ts";

/** Takes a topic, so that nobody else guesses at it, and says why it has no readings. */
export const ignored = (why: string): readonly TopicPlan[] => [{ kind: "ignored", why }];

/** A topic whose whole payload is one value. */
export const reading = (
  device: Device,
  meaning: Meaning,
  keeping: Keeping = {},
): readonly TopicPlan[] => [{ kind: "reading", device, meaning, ...keeping }];

/** A topic that says `online` or `offline`. */
export const onlineOrOffline = (told: (presence: Presence) => void): readonly TopicPlan[] => [
  { kind: "availability", words: { online: "online", offline: "offline" }, told },
];

/** A topic whose text belongs to `sensor_info` of a device under that label, in at most 100 characters. */
export const describing = (device: () => Device, label: string): readonly TopicPlan[] => [
  {
    kind: "notice",
    take: (payload) => {
      const json = jsonOf(payload);
      const text = typeof json === "string" ? json : textOf(payload);
      device().describe({ [label]: (text ?? "").trim().slice(0, 100) });
      return `${label} of the device`;
    },
  },
];

/** Finds what stands below a key of a JSON object, such as `value`. */
export const fieldOf =
  (key: string) =>
  (payload: Payload): unknown =>
    valueAt(jsonOf(payload), [key]);

/** Filters for all topics below prefixes. */
export const everythingBelow = (prefixes: readonly string[]): readonly string[] =>
  prefixes.map((prefix) => `${prefix}/#`);
