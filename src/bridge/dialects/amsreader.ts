import { defineDialect } from "../dialect.ts";
import type { Meaning } from "../meaning.ts";
import type { Interpret } from "../plan.ts";
import { everythingBelow, ignored } from "../plans.ts";

// Meters report every ten seconds, some every hour.
const expiresMs = 900_000;
const hourlyExpiresMs = 10_800_000;

const energy = (quantity: Meaning["quantity"]): Meaning => ({ quantity, unit: "kWh" });
const reactive = (channel: string): Meaning => ({
  quantity: "reactiveEnergyVoltAmpereReactiveSecondsTotal",
  unit: "kvarh",
  labels: { channel },
});

const meanings: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ["P", { quantity: "powerWatts" }],
  ["PO", { quantity: "powerWatts", labels: { channel: "export" } }],
  ["Q", { quantity: "reactivePowerVoltAmperesReactive" }],
  ["QO", { quantity: "reactivePowerVoltAmperesReactive", labels: { channel: "export" } }],
  ["PF", { quantity: "powerFactorRatio" }],
  ["tPI", energy("energyJoulesTotal")],
  ["tPO", energy("energyReturnedJoulesTotal")],
  ["tQI", reactive("import")],
  ["tQO", reactive("export")],
  ["rssi", { quantity: "signalStrengthDbm" }],
  ["temp", { quantity: "temperatureCelsius" }],
  ["vcc", { quantity: "voltageVolts", labels: { channel: "supply" } }],
  ["up", { quantity: "uptimeSeconds" }],
  ...["1", "2", "3"].flatMap((phase): [string, Meaning][] => [
    [`I${phase}`, { quantity: "currentAmperes", labels: { phase } }],
    [`U${phase}`, { quantity: "voltageVolts", labels: { phase } }],
    [`P${phase}`, { quantity: "powerWatts", labels: { phase } }],
    [`PO${phase}`, { quantity: "powerWatts", labels: { channel: "export", phase } }],
    [`PF${phase}`, { quantity: "powerFactorRatio", labels: { phase } }],
  ]),
]);

const interpret: Interpret = ([key = "", ...more], value) =>
  more.length === 0 && typeof value === "number"
    ? (meanings.get(key) ?? "an identifier, a time or an estimate")
    : "text";

/** AMS reader (amsleser), which reads the smart meters of the north. */
export const dialect = defineDialect({
  title: "AMS reader (amsleser.no) with JSON payloads",
  source: "https://github.com/UtilitechAS/amsreader-firmware, wiki on MQTT",
  prefixes: ["amsleser"],
  subscriptions: everythingBelow,
  expiresMs,
  start: (context) => ({
    route: ({ below, prefix }) => {
      const [key = "", ...more] = below ?? [];
      if (prefix === undefined || more.length > 0) return undefined;
      if (/^(?:prices|realtime|command|response|debug)$/u.test(key)) {
        return ignored("prices, estimates and requests");
      }
      if (!/^(?:power|energy|state|import|export)$/u.test(key)) return undefined;
      const device = context.device({ id: prefix, name: prefix });
      return [
        {
          kind: "fields",
          device,
          interpret,
          expiresMs: key === "energy" ? hourlyExpiresMs : expiresMs,
        },
      ];
    },
  }),
});
