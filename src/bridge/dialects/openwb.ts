import { defineDialect } from "../dialect.ts";
import type { Meaning } from "../meaning.ts";
import type { Interpret, TopicPlan } from "../plan.ts";
import { everythingBelow, ignored } from "../plans.ts";
import { meaningOfUnknown } from "../vocabulary.ts";

// What changes is published in each round of control, every ten seconds to a minute.
const expiresMs = 3_600_000;

const meanings: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ["power", { quantity: "powerWatts" }],
  ["powers", { quantity: "powerWatts" }],
  ["voltages", { quantity: "voltageVolts" }],
  ["currents", { quantity: "currentAmperes" }],
  ["power_factors", { quantity: "powerFactorRatio" }],
  ["frequency", { quantity: "frequencyHertz" }],
  ["imported", { quantity: "energyJoulesTotal", unit: "Wh" }],
  ["exported", { quantity: "energyReturnedJoulesTotal", unit: "Wh" }],
  [
    "daily_imported",
    { quantity: "energyBalanceJoules", unit: "Wh", labels: { channel: "daily_imported" } },
  ],
  [
    "daily_exported",
    { quantity: "energyBalanceJoules", unit: "Wh", labels: { channel: "daily_exported" } },
  ],
  ["soc", { quantity: "batteryRatio", unit: "%" }],
  ["plug_state", { quantity: "pluggedIn" }],
  ["charge_state", { quantity: "batteryCharging" }],
  ["fault_state", { quantity: "value", labels: { channel: "fault_state" } }],
  ["phases_in_use", { quantity: "items", labels: { channel: "phases_in_use" } }],
]);

const phases = ["1", "2", "3"];

/** Payloads are JSON: a number, a truth, or a list of the three phases. */
const interpretKey =
  (key: string): Interpret =>
  ([index], value) => {
    const isNumeric = typeof value === "number" || typeof value === "boolean";
    const meaning = meanings.get(key) ?? (typeof value === "number" ? meaningOfUnknown(key) : "");
    if (!isNumeric || meaning === "") return "text";
    if (index === undefined) return meaning;
    const phase = phases[Number(index)];
    return phase !== undefined && meanings.has(key)
      ? { ...meaning, labels: { ...meaning.labels, phase } }
      : "a part of a setting";
  };

const withoutReadings =
  /^(?:fault_str|serial_number|version|rfid|evse_current|state_str|\w*timestamp)$/u;

/** openWB, software and chargers. */
export const dialect = defineDialect({
  title: "openWB 2",
  source: "https://github.com/openWB/core",
  prefixes: ["openWB"],
  subscriptions: everythingBelow,
  expiresMs,
  start: (context) => ({
    route: ({ below, prefix }): readonly TopicPlan[] | undefined => {
      if (below === undefined || prefix === undefined) return undefined;
      const at = below.indexOf("get");
      const key = below[at + 1] ?? "";
      if (at < 1 || below.length !== at + 2 || below[0] === "set")
        return ignored("settings and requests");
      if (withoutReadings.test(key)) return ignored("text, or an identifier");
      const name = below.slice(0, at).join("/");
      const device = context.device({ id: `${prefix}/${name}`, name });
      return [{ kind: "fields", device, interpret: interpretKey(key) }];
    },
  }),
});
