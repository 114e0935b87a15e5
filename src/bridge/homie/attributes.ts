import type { DialectContext } from "../dialect.ts";
import { type Payload, textOf } from "../payload.ts";
import type { NoticePlan, TopicPlan } from "../plan.ts";
import type { Levels } from "../topic.ts";
import type { HomieDevice, HomieDevices } from "./devices.ts";
import { type HomieProperty, statistics } from "./meaning.ts";
import { stateWords } from "./states.ts";

const ignored = (why: string): readonly TopicPlan[] => [{ kind: "ignored", why }];

const shortText = (payload: Payload): string => (textOf(payload) ?? "").trim().slice(0, 100);

const propertyAttributes: ReadonlyMap<string, (text: string) => HomieProperty> = new Map<
  string,
  (text: string) => HomieProperty
>([
  ["$unit", (text) => ({ unit: text })],
  ["$datatype", (text) => ({ datatype: text === "" ? undefined : text.toLowerCase() })],
  ["$settable", (text) => ({ isSettable: text === "true" })],
]);

/** What an attribute of the device, its nodes or properties is for: Homie 3 and 4. */
export const attributePlans = (
  context: DialectContext,
  devices: HomieDevices,
  about: HomieDevice,
  rest: Levels,
): readonly TopicPlan[] => {
  const notice = (learn: (text: string) => void): readonly NoticePlan[] => [
    {
      kind: "notice",
      take: (payload) => {
        learn(shortText(payload));
        devices.announce(about);
        return `attribute of ${about.name}`;
      },
    },
  ];
  const infoNotice = (label: string) =>
    notice((text) => {
      if (text !== "") devices.describe(about, { info: { [label]: text } });
    });
  const propertyNotice = (key: string, read: (text: string) => HomieProperty) =>
    notice((text) => {
      if (about.isRemoved || !devices.setProperty(about, key, read(text))) return;
      context.reroute(`${about.base}/${key}`, "refined");
    });
  // It is deleted by emptying its topics, and comes back by announcing itself.
  const lifeNotice: NoticePlan = {
    kind: "notice",
    take: ({ bytes }) => {
      if (bytes.length === 0) {
        devices.remove(about);
        return `${about.name} is removed`;
      }
      about.isRemoved = false;
      devices.announce(about);
      return `state of ${about.name}`;
    },
  };

  const [first = "", second = "", third = ""] = rest;
  switch (rest.length === 2 && first === "$fw" ? `${first}/${second}` : first) {
    case "$homie":
      return [lifeNotice];
    case "$state":
      return [lifeNotice, devices.availability(about, stateWords)];
    case "$online":
      // Homie 2.
      return [lifeNotice, devices.availability(about, { true: "online", false: "offline" })];
    case "$name":
      return notice((text) => devices.describe(about, { name: text }));
    case "$fw/version":
      return infoNotice("version");
    case "$mac":
      return infoNotice("mac");
    default:
  }
  const statistic = first === "$stats" && rest.length === 2 ? statistics.get(second) : undefined;
  if (statistic !== undefined && !about.isRemoved) {
    return [{ kind: "reading", device: devices.deviceOf(about), meaning: statistic }];
  }
  const read =
    rest.length === 3 && !first.startsWith("$") ? propertyAttributes.get(third) : undefined;
  return read === undefined
    ? ignored("an attribute that tells nothing of readings")
    : propertyNotice(`${first}/${second}`, read);
};
