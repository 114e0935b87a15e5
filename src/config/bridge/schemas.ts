import { z } from "zod";
import { secretGivenOnce } from "../secrets.ts";
import { announceSchema } from "./announce-schema.ts";
import { brokerShape } from "./broker-schema.ts";
import { connectionShape, remoteLimits } from "./connection-schema.ts";
import { discoverSchema } from "./discover-schema.ts";
import type { Beside } from "./files.ts";
import { rulesSchema } from "./rule-schema.ts";

const bridgeShape = (dialectNames: readonly string[]) => ({
  discover: discoverSchema(dialectNames)
    .describe(
      "Dialects to look for, the most trusted first: names, or mappings with `dialect`; `all` but `generic` and `sys-topics`, as if left out without `subscriptions`; `[]` for none.",
    )
    .meta({ title: "`all`, or a list of dialects" }),
  subscriptions: rulesSchema,
  announce: announceSchema,
});

/** An entry below `mqtt:`. */
export const mqttSchema = (dialectNames: readonly string[], beside: Beside) =>
  z
    .strictObject({
      ...connectionShape(beside),
      ...bridgeShape(dialectNames),
      limits: remoteLimits.prefault({}).describe("Caps on what this broker can fill."),
    })
    .check(secretGivenOnce("password"));

/** The section `broker:`. */
export const embeddedSchema = (dialectNames: readonly string[], beside: Beside) =>
  z.strictObject({ ...brokerShape(beside), ...bridgeShape(dialectNames) });
