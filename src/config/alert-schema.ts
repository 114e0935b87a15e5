import { z } from "zod";
import { definitionOf, type Quantity } from "../quantities.ts";
import type { AlertConfig } from "./config.ts";
import { duration, refuse } from "./fields.ts";
import { say } from "./messages.ts";
import { boundOf } from "./quantity-schema.ts";
import { dayMs } from "./schema.ts";

const longestForMs = 7 * dayMs;
const shortestUnchangedMs = 60_000;
const longestUnchangedMs = 31 * dayMs;

const lasting = duration({ minimumMs: 0, maximumMs: longestForMs })
  .prefault("5m")
  .describe("How long it must be so before the alert fires.");

const unchanged = duration({ minimumMs: shortestUnchangedMs, maximumMs: longestUnchangedMs });

const severity = z
  .enum(["critical", "warning", "info"])
  .default("warning")
  .describe("Label of the alert: who is told, and how soon.");

const ofMeasured = (quantity: Quantity) =>
  z
    .strictObject({
      below: boundOf(quantity).optional().describe("Fires below this value."),
      above: boundOf(quantity).optional().describe("Fires above this value."),
      for: lasting,
      stuck: unchanged.optional().describe("Fires if the value has not changed for so long."),
      severity,
    })
    .superRefine(({ below, above, stuck }, context) => {
      if (below === undefined && above === undefined && stuck === undefined) {
        refuse(context, say("alert-empty"));
      }
      if (below !== undefined && above !== undefined && below >= above) {
        refuse(context, say("alert-order"));
      }
    })
    .transform(
      ({ for: forMs, stuck, ...rest }): AlertConfig => ({ ...rest, forMs, unchangedMs: stuck }),
    );

const ofState = z
  .strictObject({
    is: z.literal([0, 1]).describe("Fires while a state has this value."),
    for: lasting,
    severity,
  })
  .transform(({ for: forMs, ...rest }): AlertConfig => ({ ...rest, forMs }));

const ofTotal = z
  .strictObject({
    stalled: unchanged.describe("Fires if a total has not risen for so long."),
    severity,
  })
  .transform(({ stalled, ...rest }): AlertConfig => ({ ...rest, forMs: 0, unchangedMs: stalled }));

/** What an alert on a quantity may say: bounds of a measured value, a state, or how long a total may stand still. */
export const alertOf = (quantity: Quantity): z.ZodType<AlertConfig> => {
  const { type, dimension } = definitionOf(quantity);
  if (type === "counter") return ofTotal;
  return dimension === "state" ? ofState : ofMeasured(quantity);
};
