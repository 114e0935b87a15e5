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

const name = z
  .string()
  .superRefine((text, context) => {
    if (!labelName.test(text)) refuse(context, say("label-name"));
    if (reserved.includes(text)) refuse(context, say("label-reserved"));
  })
  .meta({ pattern: labelName.source, not: { enum: reserved } });

const value = z
  .string()
  .min(1)
  .max(longestValue)
  // The reader hands over numbers and booleans as they are written.
  .meta({ type: ["string", "number", "boolean"] });

/** Labels that a user gives a sensor. */
export const labels = z
  .record(name, value)
  .superRefine((entries, context) => {
    if (Object.keys(entries).length > maximumLabels) {
      refuse(context, say("label-count", maximumLabels));
    }
  })
  .meta({ maxProperties: maximumLabels })
  .prefault({});
