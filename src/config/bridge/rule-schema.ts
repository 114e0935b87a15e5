import { z } from "zod";
import { compilePattern } from "../../bridge/topic-pattern.ts";
import { refuse } from "../fields.ts";
import { labelValue, ruleLabelName } from "../labels.ts";
import { say } from "../messages.ts";
import { amount, expiry, namePatterns, nameText, singlePath } from "./common-schema.ts";
import { metricsSchema, valuesSchema } from "./value-schema.ts";

const longestTopic = 1024;
const longestSeparator = 8;
const longestShare = 100;
const mostWords = 100;
const usualSeries = 1000;
/**
 * Own boards mostly publish every one to five minutes, those that sleep every ten: longer than that, so that nothing
 * flaps, and short enough for an alert within the hour.
 */
const usualExpiry = "15m";

const topic = z
  .string()
  .max(longestTopic)
  .superRefine((text, context) => {
    const compiled = compilePattern(text);
    if ("problem" in compiled) refuse(context, say("topic-pattern", compiled.problem));
  });

const separatorText = z.string().min(1).max(longestSeparator);

const separator = z.union([
  separatorText,
  z.strictObject({
    between: separatorText.describe("Text between two fields."),
    equals: separatorText.optional().describe("Text between the name of a field and its value."),
  }),
]);

// The reader hands over numbers and booleans as they are written.
const word = z
  .string()
  .min(1)
  .meta({ type: ["string", "number", "boolean"] });

const words = (usual: string, description: string) =>
  z.array(word).min(1).max(mostWords).default([usual]).describe(description);

const availability = z.strictObject({
  path: singlePath.optional().describe("Where the word stands; the payload itself if left out."),
  online: words("online", "Words for a sensor that is there."),
  offline: words("offline", "Words for one that is not; its readings end at once."),
});

/** A rule: topics, and what their messages mean. */
export const ruleSchema = z.strictObject({
  topic: topic.describe(
    "Topic with named parts, which become labels: `plant/{room}/{sensor}/climate`. `{name...}` spans several levels, `+` and `#` are as in MQTT.",
  ),
  name: nameText.optional().describe("Value of the label `rule`; the topic if left out."),
  qos: z
    .literal([0, 1, 2])
    .default(0)
    .describe("Quality of service of the subscription; 1 and 2 repeat what was lost."),
  share: z
    .string()
    .min(1)
    .max(longestShare)
    .superRefine((text, context) => {
      if (/[/+#\0]/u.test(text)) refuse(context, say("rule-share"));
    })
    .optional()
    .describe("Group of a shared subscription, which shares the messages out."),
  sensor: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Name of the sensor: `"{room} {sensor}"`, or `"{$.id}"` from the payload; the part `{sensor}` if left out, else the last named part.',
    ),
  labels: z
    .record(
      ruleLabelName,
      z.union([
        labelValue,
        z.strictObject({ path: singlePath.describe("Where it stands in the payload.") }),
      ]),
    )
    .default({})
    .describe("Labels on all readings: text, or `{ path: … }` into the payload."),
  expires: expiry.prefault(usualExpiry).describe("Age at which its readings end."),
  retained: z
    .enum(["use", "ignore"])
    .default("use")
    .describe("Retained messages: values, though no sign of life, or nothing at all."),
  sleeping: z
    .boolean()
    .default(false)
    .describe("The device is offline between its reports, which does not end its readings."),
  separator: separator
    .optional()
    .describe("Splits text into fields: `;` for `21.5;40`, by position from 0.")
    .meta({ title: "text, or `{ between, equals }`" }),
  values: valuesSchema
    .describe("Readings by quantity: a path, a mapping of the keys below, or a list of those.")
    .meta({ title: "mapping by quantity" }),
  metrics: metricsSchema
    .describe("Metrics of your own, outside the catalogue, by name.")
    .meta({ title: "mapping by metric" }),
  availability: availability
    .optional()
    .describe("The topic says whether the sensor is there, alone or beside values."),
  allow: namePatterns("Names of the sensors that are wanted, `*` for any text; all if empty."),
  deny: namePatterns("Names of sensors that are not wanted."),
  series: amount(usualSeries, "Series at most; those beyond are dropped and counted."),
});

const mostRules = 1000;

/** The rules of a broker. */
export const rulesSchema = z
  .array(ruleSchema)
  .max(mostRules)
  .default([])
  .describe("Rules of your own, for what no dialect knows.");
