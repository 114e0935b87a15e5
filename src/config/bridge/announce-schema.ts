import { z } from "zod";
import { parseTargetUrl } from "../../targets/url.ts";
import { refuse } from "../fields.ts";
import { labels } from "../labels.ts";
import { say } from "../messages.ts";
import { ownTopic } from "./common-schema.ts";

const longestText = 512;

const url = z
  .string()
  .max(longestText)
  .superRefine((text, context) => {
    // It might hold a password, so it is not shown.
    if (parseTargetUrl(text) === undefined) {
      refuse(context, say("announce-url"), { isHidden: text.includes("@") });
    }
  })
  .meta({ pattern: "^https?://[^@?#]+$" });

/** What the exporter says of itself on a broker. */
export const announceSchema = z
  .strictObject({
    url: url
      .optional()
      .describe("Where Prometheus reaches the metrics; by the name of the host if left out."),
    topic: ownTopic
      .optional()
      .describe("Topic of the retained message; of the URL, below `sensor-exporter/presence/`."),
    labels: labels.describe("Labels that Prometheus gives to every series of this exporter."),
  })
  .optional()
  .describe("Announces the exporter to `sensor-exporter targets`: docs/discovery.md.");
