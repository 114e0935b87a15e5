import { defineDialect } from "../dialect.ts";
import { entitiesOf, placeOf } from "../home-assistant/announcement.ts";
import { createEntities } from "../home-assistant/entities.ts";
import type { NoticePlan } from "../plan.ts";

// Readings whose announcement says nothing about it; entity.ts has what is known better.
const expiresMs = 10_800_000;

/** Announcements for Home Assistant, as most firmware for microcontrollers and most bridges publish them. */
export const dialect = defineDialect({
  title: "Home Assistant MQTT discovery",
  source: "https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery",
  prefixes: ["homeassistant"],
  // Home Assistant publishes much else below its prefix, which concerns nobody here.
  subscriptions: (prefixes) =>
    prefixes.flatMap((prefix) => [`${prefix}/+/+/config`, `${prefix}/+/+/+/config`]),
  expiresMs,
  start: (context) => {
    const entities = createEntities(context);
    return {
      route: ({ topic, below }) => {
        const place = below === undefined ? undefined : placeOf(below);
        if (place !== undefined) {
          const take: NoticePlan["take"] = (payload) => {
            const announced = entitiesOf(payload, topic, place);
            return typeof announced === "string" ? announced : entities.announce(topic, announced);
          };
          return [{ kind: "notice", take }];
        }
        const plans = entities.plansAt(topic);
        return plans.length === 0 ? undefined : plans;
      },
    };
  },
});
