import { type DialectContext, defineDialect } from "../dialect.ts";
import type { Gate } from "../gate.ts";
import { createGates } from "../gates.ts";
import type { Meaning } from "../meaning.ts";
import { numberOf } from "../numeric-text.ts";
import type { TopicPlan } from "../plan.ts";
import { everythingBelow, ignored, onlineOrOffline, reading } from "../plans.ts";
import type { Levels } from "../topic.ts";
import { meaningOfUnknown } from "../vocabulary.ts";

// What changes is published in each round of control, every half minute or so; the rest stays as it was retained.
const expiresMs = 3_600_000;

/** By the end of the key; units of the API's documentation. */
const rules: readonly (readonly [RegExp, Meaning])[] = [
  // Since the start of a charge.
  [/^(?:charged|session)Energy$/iu, { quantity: "energyBalanceJoules", unit: "Wh" }],
  [/^chargeRemainingEnergy$/u, { quantity: "energyBalanceJoules", unit: "Wh" }],
  [/^(?:charge)?totalImport$|^energy$/iu, { quantity: "energyJoulesTotal", unit: "kWh" }],
  [/powers?$/iu, { quantity: "powerWatts" }],
  [/currents?$/iu, { quantity: "currentAmperes" }],
  [/voltages$/iu, { quantity: "voltageVolts" }],
  [/soc$/iu, { quantity: "batteryRatio", unit: "%" }],
  [/^capacity$/u, { quantity: "storedEnergyJoules", unit: "kWh" }],
  [/^vehicleRange$|^range$/u, { quantity: "distanceMeters", unit: "km" }],
  [/^odometer$|^vehicleOdometer$/u, { quantity: "distanceMeters", unit: "km" }],
  [/^greenShare\w*$|^solarPercentage$/u, { quantity: "value" }],
  [/^tariff\w*$/u, { quantity: "value" }],
  [/^chargeDuration$|^connectedDuration$/u, { quantity: "durationSeconds" }],
];
const states: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ["connected", { quantity: "pluggedIn" }],
  ["charging", { quantity: "batteryCharging" }],
  ["enabled", { quantity: "state", labels: { channel: "enabled" } }],
  [
    "batteryGridChargeActive",
    { quantity: "state", labels: { channel: "batteryGridChargeActive" } },
  ],
]);

/** Limits, plans and settings. */
const withoutReadings =
  /limit|plan|^(?:min|max|effective(?:Min|Max|Priority))|priority|mode|delay|threshold|phases|index|version|buffer|residual|interval|demo/iu;

/** `power` and `currents` need no channel; `pvPower` and `vehicleSoc` do. */
const isPlain = (key: string): boolean => /^[a-z]+$/u.test(key);

const meaningOf = (key: string): Meaning => {
  const found = rules.find(([pattern]) => pattern.test(key))?.[1];
  if (found === undefined) return meaningOfUnknown(key);
  return isPlain(key) ? found : { ...found, labels: { channel: key } };
};

const routeValue = (
  context: DialectContext,
  prefix: string,
  gate: Gate,
  below: Levels,
): readonly TopicPlan[] => {
  const isItem = /^[123]$/u.test(below.at(-1) ?? "") && /s$/u.test(below.at(-2) ?? "");
  const path = isItem ? below.slice(0, -1) : below;
  const key = path.at(-1) ?? "";
  const isPhase = /^\w*(?:currents|voltages|powers)$/iu.test(key);
  // The topic of a list has its length.
  if (isPhase !== isItem) return ignored("the length of a list, or a part of one");
  if (withoutReadings.test(key)) return ignored("a limit, a plan or a setting");
  const place = path.slice(0, -1).join("/");
  const device = context.device({ id: `${prefix}/${place}`, name: place, gates: [gate] });
  const state = states.get(key);
  if (state !== undefined) return reading(device, state);
  const known = meaningOf(key);
  const labels = isItem ? { ...known.labels, phase: below.at(-1) ?? "" } : known.labels;
  return [{ kind: "reading", device, meaning: { ...known, labels }, extract: numberOf }];
};

/** evcc, which charges electric cars with power of one's own. */
export const dialect = defineDialect({
  title: "evcc",
  source: "https://docs.evcc.io/en/integrations/mqtt-api",
  prefixes: ["evcc"],
  subscriptions: everythingBelow,
  expiresMs,
  start: (context) => {
    const gateOf = createGates();
    return {
      route: ({ below, prefix }) => {
        if (below === undefined || prefix === undefined) return undefined;
        const gate = gateOf(prefix);
        if (below.join("/") === "status") {
          const device = () => context.device({ id: prefix, name: prefix });
          return onlineOrOffline((presence) => {
            gate.set(presence);
            device().gate.set(presence);
          });
        }
        if (below.length < 2 || below.at(-1) === "set") return ignored("a setting, or a count");
        return routeValue(context, prefix, gate, below);
      },
    };
  },
});
