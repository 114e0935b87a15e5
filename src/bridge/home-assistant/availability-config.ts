import { isObject } from "../payload.ts";
import type { Block } from "./abbreviations.ts";
import { textIn, wordIn } from "./fields.ts";

/** How several topics are taken together. */
type AvailabilityMode = "all" | "any" | "latest";

/** One topic that says whether an entity is available. */
export interface AvailabilityTopic {
  readonly topic: string;
  readonly template: string | undefined;
  readonly available: string;
  readonly notAvailable: string;
}

/** All that an announcement says of availability. */
export interface AnnouncedAvailability {
  readonly mode: AvailabilityMode;
  readonly topics: readonly AvailabilityTopic[];
}

/** More topics than any entity has. */
const maximumTopics = 20;

const topicOf = (block: Block, topicKey: string, templateKey: string): AvailabilityTopic => ({
  topic: textIn(block, topicKey) ?? "",
  template: wordIn(block, templateKey),
  available: textIn(block, "payload_available") ?? "online",
  notAvailable: textIn(block, "payload_not_available") ?? "offline",
});

const modeOf = (block: Block): AvailabilityMode => {
  const mode = wordIn(block, "availability_mode");
  // The default: https://www.home-assistant.io/integrations/mqtt/#availability_mode
  return mode === "all" || mode === "any" ? mode : "latest";
};

/** The availability of an entity whose keys are long; undefined if it has none. */
export const availabilityOf = (config: Block): AnnouncedAvailability | undefined => {
  const { availability } = config;
  const listed = Array.isArray(availability)
    ? availability
        .filter(isObject)
        .slice(0, maximumTopics)
        .map((entry) => topicOf(entry, "topic", "value_template"))
    : [];
  const single = topicOf(config, "availability_topic", "availability_template");
  const topics = listed.length === 0 && single.topic !== "" ? [single] : listed;
  return topics.length === 0 ? undefined : { mode: modeOf(config), topics };
};
