import type { Device } from "../device.ts";
import { type DialectContext, defineDialect } from "../dialect.ts";
import type { Gate } from "../gate.ts";
import { createGates } from "../gates.ts";
import {
  type InverterField,
  labelsOfField,
  powerFactorOf,
  yieldInAll,
  yieldOfDay,
} from "../hoymiles.ts";
import type { Meaning } from "../meaning.ts";
import type { TopicPlan } from "../plan.ts";
import { describing, everythingBelow, ignored, reading } from "../plans.ts";
import type { Levels } from "../topic.ts";

// Published every few seconds; at night, without light, an inverter is silent, and its readings end.
const expiresMs = 900_000;

const fields: ReadonlyMap<string, InverterField> = new Map<string, InverterField>([
  ["U_AC", { meaning: { quantity: "voltageVolts" } }],
  ["U_DC", { meaning: { quantity: "voltageVolts" } }],
  ["I_AC", { meaning: { quantity: "currentAmperes" } }],
  ["I_DC", { meaning: { quantity: "currentAmperes" } }],
  ["P_AC", { meaning: { quantity: "powerWatts" } }],
  ["P_DC", { meaning: { quantity: "powerWatts" } }],
  ["YieldDay", { meaning: yieldOfDay }],
  ["YieldTotal", { meaning: yieldInAll }],
  // Of the power that the panels could have; more than all of it occurs.
  ["Irradiation", { meaning: { quantity: "ratio", unit: "%" } }],
  ["F_AC", { meaning: { quantity: "frequencyHertz" }, isWhole: true }],
  ["Temp", { meaning: { quantity: "temperatureCelsius" }, isWhole: true }],
  ["Q_AC", { meaning: { quantity: "reactivePowerVoltAmperesReactive" }, isWhole: true }],
  ["PF_AC", { meaning: { quantity: "powerFactorRatio" }, isWhole: true }],
  [
    "Efficiency",
    {
      meaning: { quantity: "ratio", unit: "%", labels: { channel: "efficiency" } },
      isWhole: true,
    },
  ],
]);

const gateway: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ["uptime", { quantity: "uptimeSeconds" }],
  ["wifi_rssi", { quantity: "signalStrengthDbm" }],
  ["free_heap", { quantity: "dataSizeBytes", labels: { channel: "heap_free" } }],
]);

const routeField = (device: Device, channel: string, key: string): readonly TopicPlan[] => {
  const known = fields.get(key);
  if (known === undefined) return ignored("a version, a limit or a code");
  const isDirectCurrentSum = key === "P_DC" && channel === "ch0";
  const field = { ...known, isDirectCurrentSum };
  const meaning = { ...field.meaning, labels: labelsOfField(field, channel) };
  if (key !== "PF_AC") return reading(device, meaning);
  return [{ kind: "reading", device, meaning, extract: powerFactorOf }];
};

/** 0: off, 1: available, 2: producing, 3: available and was producing, 4: was available. */
const availableWords = {
  "0": "offline",
  "1": "online",
  "2": "online",
  "3": "online",
  "4": "offline",
} as const;

const routeInverter = (
  device: () => Device,
  [channel = "", key = "", ...more]: Levels,
): readonly TopicPlan[] | undefined => {
  if (key === "" && channel === "available") {
    return [
      {
        kind: "availability",
        words: availableWords,
        told: (presence) => device().gate.set(presence),
      },
    ];
  }
  if (key === "")
    return /^(?:last_success|ack_pwr_limit)$/u.test(channel) ? ignored("a time") : undefined;
  if (!/^ch\d$/u.test(channel) || more.length > 0) return undefined;
  return routeField(device(), channel, key);
};

/** Sums over all inverters. */
const routeSum = (device: () => Device, [key = ""]: Levels): readonly TopicPlan[] | undefined =>
  fields.has(key) ? routeField(device(), "total", key) : undefined;

const routeGateway = (
  context: DialectContext,
  prefix: string,
  gate: Gate,
  key: string,
): readonly TopicPlan[] | undefined => {
  const device = () => context.device({ id: prefix, name: prefix, gates: [gate] });
  if (key === "mqtt") {
    const words = { connected: "online", "not connected": "offline" } as const;
    return [{ kind: "availability", words, told: gate.set }];
  }
  if (key === "version") return describing(device, "version");
  const meaning = gateway.get(key);
  if (meaning !== undefined) return reading(device(), meaning);
  return /^(?:comm_st\w+|device|dis_night_comm|status|sunrise|sunset|ip_addr)$/u.test(key)
    ? ignored("a setting, a time or an address")
    : undefined;
};

/** AhoyDTU, a gateway to Hoymiles micro inverters. */
export const dialect = defineDialect({
  title: "AhoyDTU for Hoymiles inverters",
  source: "https://github.com/lumapu/ahoy, manual/User_Manual.md",
  prefixes: ["inverter"],
  subscriptions: everythingBelow,
  expiresMs,
  start: (context) => {
    const gateOf = createGates();
    return {
      route: ({ below, prefix }) => {
        const [name = "", ...rest] = below ?? [];
        if (prefix === undefined || name === "") return undefined;
        const gate = gateOf(prefix);
        if (rest.length === 0) return routeGateway(context, prefix, gate, name);
        if (name === "ctrl" || name === "setup") return ignored("a command");
        const device = () => context.device({ id: `${prefix}/${name}`, name, gates: [gate] });
        return name === "total" ? routeSum(device, rest) : routeInverter(device, rest);
      },
    };
  },
});
