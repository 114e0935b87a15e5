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
import { describing, everythingBelow, ignored, onlineOrOffline, reading } from "../plans.ts";
import type { Levels } from "../topic.ts";

// Published every few seconds; at night, without light, an inverter is silent, and its readings end.
const expiresMs = 900_000;

// Older inverters have decimal serial numbers, some of the newer ones hexadecimal ones.
const serialNumber = /^[0-9a-f]{12}$/iu;

const fields: ReadonlyMap<string, InverterField> = new Map<string, InverterField>([
  ["power", { meaning: { quantity: "powerWatts" } }],
  ["powerdc", { meaning: { quantity: "powerWatts" }, isDirectCurrentSum: true }],
  ["voltage", { meaning: { quantity: "voltageVolts" } }],
  [
    "voltage_ph1n",
    { meaning: { quantity: "voltageVolts", labels: { phase: "1" } }, isWhole: true },
  ],
  [
    "voltage_ph2n",
    { meaning: { quantity: "voltageVolts", labels: { phase: "2" } }, isWhole: true },
  ],
  [
    "voltage_ph3n",
    { meaning: { quantity: "voltageVolts", labels: { phase: "3" } }, isWhole: true },
  ],
  ["current", { meaning: { quantity: "currentAmperes" } }],
  [
    "current_ph1",
    { meaning: { quantity: "currentAmperes", labels: { phase: "1" } }, isWhole: true },
  ],
  [
    "current_ph2",
    { meaning: { quantity: "currentAmperes", labels: { phase: "2" } }, isWhole: true },
  ],
  [
    "current_ph3",
    { meaning: { quantity: "currentAmperes", labels: { phase: "3" } }, isWhole: true },
  ],
  ["yieldday", { meaning: yieldOfDay }],
  ["yieldtotal", { meaning: yieldInAll }],
  ["frequency", { meaning: { quantity: "frequencyHertz" }, isWhole: true }],
  ["temperature", { meaning: { quantity: "temperatureCelsius" }, isWhole: true }],
  ["reactivepower", { meaning: { quantity: "reactivePowerVoltAmperesReactive" }, isWhole: true }],
  ["powerfactor", { meaning: { quantity: "powerFactorRatio" }, isWhole: true }],
  [
    "efficiency",
    {
      meaning: { quantity: "ratio", unit: "%", labels: { channel: "efficiency" } },
      isWhole: true,
    },
  ],
  // Of the power that the panels could have; more than all of it occurs.
  ["irradiation", { meaning: { quantity: "ratio", unit: "%" } }],
]);

const status: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ["producing", { quantity: "running" }],
  ["limit_relative", { quantity: "ratio", unit: "%", labels: { channel: "limit" } }],
]);

const gateway: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ["rssi", { quantity: "signalStrengthDbm" }],
  ["uptime", { quantity: "uptimeSeconds" }],
  ["temperature", { quantity: "temperatureCelsius" }],
  ["size", { quantity: "dataSizeBytes", labels: { channel: "heap_size" } }],
  ["free", { quantity: "dataSizeBytes", labels: { channel: "heap_free" } }],
  ["minfree", { quantity: "dataSizeBytes", labels: { channel: "heap_minfree" } }],
]);

const infoLabels: ReadonlyMap<string, string> = new Map([
  ["name", "device_name"],
  ["device/fwbuildversion", "version"],
  ["device/hwversion", "hardware_version"],
]);

const routeField = (
  device: Device,
  channel: string,
  key: string,
): readonly TopicPlan[] | undefined => {
  const field = fields.get(key);
  if (field === undefined) return undefined;
  const meaning = { ...field.meaning, labels: labelsOfField(field, channel) };
  if (key !== "powerfactor") return reading(device, meaning);
  return [{ kind: "reading", device, meaning, extract: powerFactorOf }];
};

const routeInverter = (device: () => Device, rest: Levels): readonly TopicPlan[] => {
  const [group = "", key = ""] = rest;
  const label = infoLabels.get(rest.join("/"));
  if (label !== undefined) return describing(device, label);
  if (group === "status" && key === "reachable") {
    const words = { "1": "online", "0": "offline" } as const;
    return [{ kind: "availability", words, told: (presence) => device().gate.set(presence) }];
  }
  const found = group === "status" ? status.get(key) : undefined;
  if (found !== undefined) return reading(device(), found);
  const routed = /^\d$/u.test(group) ? routeField(device(), group, key) : undefined;
  return routed ?? ignored("a command, a limit, a version or a time");
};

/** The gateway itself, and the sums over all inverters. */
const routeGateway = (
  context: DialectContext,
  prefix: string,
  gate: Gate,
  levels: Levels,
): readonly TopicPlan[] | undefined => {
  const [group = ""] = levels;
  const last = levels.at(-1) ?? "";
  if (group === "dtu" && last === "status") {
    return onlineOrOffline(gate.set);
  }
  const device = () =>
    context.device({ id: `${prefix}/${group}`, name: `${prefix}/${group}`, gates: [gate] });
  if (group === "dtu") {
    const meaning = gateway.get(last);
    return meaning === undefined
      ? ignored("no reading of the gateway")
      : reading(device(), meaning);
  }
  if (group !== "ac" && group !== "dc") return undefined;
  return routeField(device(), group, last) ?? ignored("no sum");
};

/** OpenDTU, a gateway to Hoymiles micro inverters. */
export const dialect = defineDialect({
  title: "OpenDTU for Hoymiles inverters",
  source: "https://github.com/tbnobody/OpenDTU, docs/MQTT_Topics.md",
  prefixes: ["solar"],
  subscriptions: everythingBelow,
  expiresMs,
  start: (context) => {
    const gateOf = createGates();
    return {
      route: ({ below, prefix }) => {
        const [serial = "", ...rest] = below ?? [];
        if (prefix === undefined || rest.length === 0) return undefined;
        const gate = gateOf(prefix);
        if (!serialNumber.test(serial)) {
          return routeGateway(context, prefix, gate, below ?? []);
        }
        const identity = { id: serial, name: serial, gates: [gate] };
        return routeInverter(() => context.device(identity), rest);
      },
    };
  },
});
