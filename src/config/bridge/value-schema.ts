import { z } from "zod";
import { quantityNames } from "../../quantities.ts";
import { refuse } from "../fields.ts";
import { labelValue, ruleLabelName } from "../labels.ts";
import { say } from "../messages.ts";
import { nearestWord } from "../nearest.ts";
import { expiry, payloadPath } from "./common-schema.ts";

const longestExpression = 4000;
const longestUnit = 64;
const longestWord = 256;
const mostWords = 1000;
const mostStars = 4;
const largestFactor = 1e12;
const mostValues = 1000;
const longestHelp = 500;

const word = z
  .string()
  .min(1)
  .max(longestWord)
  .meta({ type: ["string", "number", "boolean"] });

const fields = {
  path: payloadPath
    .optional()
    .describe(
      'Where the value stands in the payload: `env.t`, `bat[0].level`, `["heat.index"]`, `probes.*.t`; the payload itself if left out.',
    ),
  expression: z
    .string()
    .min(1)
    .max(longestExpression)
    .optional()
    .describe(
      "Instead of `path`: what stands between `{{` and `}}` in Home Assistant, with `value` and `value_json`.",
    ),
  scale: z
    .number()
    .min(-largestFactor)
    .max(largestFactor)
    .refine((scale) => scale !== 0, "must not be 0")
    .optional()
    .describe("What a published number is multiplied by."),
  offset: z
    .number()
    .min(-largestFactor)
    .max(largestFactor)
    .optional()
    .describe("What is added after that, before the unit is converted."),
  map: z
    .record(z.string(), z.number())
    .optional()
    .describe("Numbers by the text that is published, such as `{ ON: 1, OFF: 0 }`."),
  states: z
    .array(word)
    .min(1)
    .max(mostWords)
    .meta({ uniqueItems: true })
    .optional()
    .describe("The texts of a state: one series each with the label `state`, 1 for what holds."),
  absent: z
    .array(z.number())
    .max(mostWords)
    .default([])
    .describe("Published numbers that mean that there is no value, such as `[-127, 85]`."),
  fan: z
    .array(ruleLabelName)
    .max(mostStars)
    .default([])
    .describe("Label that each `*` of the path fills, in their order."),
  labels: z
    .record(ruleLabelName, labelValue)
    .default({})
    .describe("Labels that tell it from its siblings, such as `{ channel: in }`."),
  expires: expiry.optional().describe("Age at which it ends; that of the rule if left out."),
};

/** The keys of a value. */
export const detailedValue = z.strictObject({
  ...fields,
  unit: z
    .string()
    .max(longestUnit)
    .optional()
    .describe(
      "Unit in which it is published; needed where devices differ, else that of the metric.",
    ),
});

const one = z.union([payloadPath, detailedValue]);

/** A value of a rule: a path, or a mapping, or a list of those. */
export const valueSchema = z.union([
  payloadPath,
  detailedValue,
  z.array(one).min(1).max(mostValues),
]);

const quantityName = z
  .string()
  .superRefine((text, context) => {
    if (quantityNames.includes(text)) return;
    refuse(context, say("quantity-unknown", nearestWord(text, quantityNames)));
  })
  .meta({ enum: [...quantityNames] });

/** The values of a rule by their quantity. */
export const valuesSchema = z.record(quantityName, valueSchema).default({});

/** Form of the unit in the name of a metric. */
export const unitName = /^[a-z]+(?:_[a-z]+)*$/u;

/** A metric outside the catalogue. */
export const metricSchema = z.strictObject({
  ...fields,
  type: z
    .enum(["gauge", "counter"])
    .default("gauge")
    .describe("`counter` for a total that only rises; its name then ends with `_total`."),
  help: z
    .string()
    .max(longestHelp)
    .superRefine((text, context) => {
      if (!/^(?!\s)[^\p{Cc}]+$/u.test(text)) refuse(context, say("metric-help"));
    })
    .describe("What it measures, a sentence for HELP."),
  unit: z
    .string()
    .regex(unitName, "must be words of small letters, such as ratio or celsius")
    .max(longestUnit)
    .optional()
    .describe("Unit of the metric, the end of its name; convert with `scale` and `offset`."),
});

/** Form of the name of a metric of the user's own. */
export const metricName = /^sensor(?:_[a-z0-9]+)+$/u;
const longestMetricName = 100;

const ownName = z
  .string()
  .superRefine((text, context) => {
    if (text.length > longestMetricName || !metricName.test(text)) {
      refuse(context, say("metric-name"));
    }
  })
  .meta({ pattern: metricName.source });

/** The metrics of a rule by their name. */
export const metricsSchema = z.record(ownName, metricSchema).default({});
