import { z } from "zod";
import { refuse } from "./fields.ts";
import { say } from "./messages.ts";

const maximumLabels = 16;
const longestValue = 256;

// https://prometheus.io/docs/concepts/data_model: names that start with __ belong to Prometheus.
const labelName = /^(?!__)[a-zA-Z_][a-zA-Z0-9_]{0,63}$/;

// Ours: sensor, channel, and what tells failures, rejections and alarms apart. Those of the target: job, instance.
// Those of histograms and summaries: le, quantile.
const reserved: readonly string[] = [
  "sensor",
  "channel",
  "driver",
  "code",
  "reason",
  "alarm",
  "job",
  "instance",
  "le",
  "quantile",
];

const nameExcept = (taken: readonly string[]) =>
  z
    .string()
    .superRefine((text, context) => {
      if (!labelName.test(text)) refuse(context, say("label-name"));
      if (taken.includes(text)) refuse(context, say("label-reserved"));
    })
    .meta({ pattern: labelName.source, not: { enum: taken } });

const name = nameExcept(reserved);

// A rule says itself what its channels are.
const reservedOfRules = reserved.filter((each) => each !== "channel");

/** Name of a label that a rule gives to a reading. */
export const ruleLabelName = nameExcept(reservedOfRules);

/** True for the name of a part of a topic that can become a label. */
export const canBeRuleLabel = (text: string): boolean =>
  labelName.test(text) && !reservedOfRules.includes(text);

/** True for the name of a label that an exporter may give itself as a target. */
export const canBeTargetLabel = (text: string): boolean =>
  labelName.test(text) && !reserved.includes(text);

/** Value of a label. */
export const labelValue = z
  .string()
  .min(1)
  .max(longestValue)
  // The reader hands over numbers and booleans as they are written.
  .meta({ type: ["string", "number", "boolean"] });

/** Labels that a user gives a sensor. */
export const labels = z
  .record(name, labelValue)
  .superRefine((entries, context) => {
    if (Object.keys(entries).length > maximumLabels) {
      refuse(context, say("label-count", maximumLabels));
    }
  })
  .meta({ maxProperties: maximumLabels })
  .prefault({});
