import { z } from "zod";
import { parsePath } from "../../bridge/rules/path.ts";
import { isFilter, isTopic } from "../../bridge/topic.ts";
import { duration, refuse } from "../fields.ts";
import { say } from "../messages.ts";
import { dayMs, sensorName } from "../schema.ts";

const longestPattern = 256;
const mostPatterns = 1000;
const mostSeries = 1_000_000;
// Some devices report once a week.
const longestExpiryDays = 31;
const longestTopic = 1024;

/** A name that becomes the value of a label. */
export const nameText = z
  .string()
  .min(1)
  .max(sensorName.maximumLength)
  .regex(sensorName.pattern, "must be without control characters and without space at either end");

/** Names of devices, with `*` for any text. */
export const namePatterns = (description: string) =>
  z
    .array(z.string().min(1).max(longestPattern))
    .max(mostPatterns)
    .default([])
    .describe(description);

/** Time until a reading ends. */
export const expiry = duration({ minimumMs: 1000, maximumMs: longestExpiryDays * dayMs });

/** A number of series, or of whatever else can become too many. */
export const amount = (usual: number, description: string) =>
  z.int().min(1).max(mostSeries).default(usual).describe(description);

/** A filter that can be subscribed. */
export const topicFilter = z
  .string()
  .max(longestTopic)
  .superRefine((text, context) => {
    if (!isFilter(text)) refuse(context, say("topic-filter"));
  });

/** A topic that the exporter publishes to. */
export const ownTopic = z
  .string()
  .max(longestTopic)
  .superRefine((text, context) => {
    if (!isTopic(text) || text.startsWith("$")) refuse(context, say("status-topic"));
  });

/** A path into a payload. */
export const payloadPath = z
  .string()
  .transform((text, context): readonly string[] => {
    const parsed = parsePath(text);
    return "path" in parsed ? parsed.path : refuse(context, say("path-form", parsed.problem));
  })
  .meta({ type: ["string", "integer"] });

/** A path to a single value. */
export const singlePath = z
  .string()
  .transform((text, context): readonly string[] => {
    const parsed = parsePath(text);
    if ("problem" in parsed) return refuse(context, say("path-form", parsed.problem));
    return parsed.path.includes("*") ? refuse(context, say("path-star")) : parsed.path;
  })
  .meta({ type: ["string", "integer"] });
