import type { Device } from "../device.ts";
import { defineDialect } from "../dialect.ts";
import type { Meaning } from "../meaning.ts";
import type { TopicPlan } from "../plan.ts";
import { everythingBelow, ignored, reading } from "../plans.ts";
import type { Levels } from "../topic.ts";
import { meaningOfUnknown } from "../vocabulary.ts";

// A telegram comes every second to every minute.
const expiresMs = 900_000;
// Gas meters report every five minutes, older ones every hour.
const gasExpiresMs = 10_800_000;

const withoutReadings =
  /(?:^|_)(?:id|timestamp|read_at|version|tariff|telegram|currency)$|^(?:timestamp|read_at)/u;

type Rule = readonly [RegExp, (match: readonly string[]) => Meaning];

/** Fields of a telegram and of consumption; powers are in kW. */
const telegram: readonly Rule[] = [
  [
    /^electricity_delivered_(\d)$/u,
    ([, tariff = ""]) => ({
      quantity: "energyJoulesTotal",
      unit: "kWh",
      labels: { channel: tariff },
    }),
  ],
  [
    /^electricity_returned_(\d)$/u,
    ([, tariff = ""]) => ({
      quantity: "energyReturnedJoulesTotal",
      unit: "kWh",
      labels: { channel: tariff },
    }),
  ],
  [
    /^electricity_currently_(delivered|returned)$/u,
    ([, channel = ""]) => ({ quantity: "powerWatts", unit: "kW", labels: { channel } }),
  ],
  [
    /^phase_currently_(delivered|returned)_(l\d)$/u,
    ([, channel = "", phase = ""]) => ({
      quantity: "powerWatts",
      unit: "kW",
      labels: { channel, phase },
    }),
  ],
  [/^phase_voltage_(l\d)$/u, ([, phase = ""]) => ({ quantity: "voltageVolts", labels: { phase } })],
  [
    /^phase_power_current_(l\d)$/u,
    ([, phase = ""]) => ({ quantity: "currentAmperes", labels: { phase } }),
  ],
  [/^extra_device_delivered$/u, () => ({ quantity: "gasVolumeLitersTotal", unit: "m³" })],
];

const gas: readonly Rule[] = [
  [/^delivered$/u, () => ({ quantity: "gasVolumeLitersTotal", unit: "m³" })],
  [/^currently_delivered$/u, () => ({ quantity: "flowLitersPerSecond", unit: "m³/h" })],
];

const quarterHour: readonly Rule[] = [
  [
    /^average_delivered$/u,
    () => ({ quantity: "powerWatts", unit: "kW", labels: { channel: "quarter_hour" } }),
  ],
];

const statistics: readonly Rule[] = [
  [
    /^(\w+_count)_(l\d)$/u,
    ([, channel = "", phase = ""]) => ({ quantity: "eventsTotal", labels: { channel, phase } }),
  ],
  [
    /^(\w+_count|rejected_telegrams)$/u,
    ([, channel = ""]) => ({ quantity: "eventsTotal", labels: { channel } }),
  ],
];

/** Sums of a day, month or year begin anew, so they are no counters. */
const totals = (period: string): readonly Rule[] => [
  [
    /^electricity(?:\d|_merged|\d_returned|_returned_merged)$/u,
    ([key = ""]) => ({
      quantity: "energyBalanceJoules",
      unit: "kWh",
      labels: { channel: `${period}_${key}` },
    }),
  ],
  [/^\w+$/u, ([key = ""]) => meaningOfUnknown(`${period}_${key}`)],
];

interface Branch {
  readonly path: string;
  readonly rules: readonly Rule[];
  readonly expiresMs?: number;
}

const branches: readonly Branch[] = [
  { path: "reading", rules: telegram },
  { path: "consumption/gas", rules: gas, expiresMs: gasExpiresMs },
  { path: "consumption/quarter-hour-peak-electricity", rules: quarterHour },
  { path: "meter-stats", rules: statistics },
  { path: "day-totals", rules: totals("day") },
  { path: "current-month", rules: totals("month") },
  { path: "current-year", rules: totals("year") },
];

const meaningOf = (rules: readonly Rule[], key: string): Meaning | string => {
  if (withoutReadings.test(key)) return "an identifier, a time or a version";
  for (const [pattern, meaning] of rules) {
    const match = pattern.exec(key);
    if (match !== null) return meaning([...match]);
  }
  return meaningOfUnknown(key);
};

const fieldsOf = (device: Device, branch: Branch): readonly TopicPlan[] => [
  {
    kind: "fields",
    device,
    expiresMs: branch.expiresMs,
    interpret: ([key = "", ...more]) =>
      more.length > 0 ? "no field of a telegram" : meaningOf(branch.rules, key),
  },
];

const routeBranch = (
  device: Device,
  branch: Branch,
  rest: Levels,
): readonly TopicPlan[] | undefined => {
  const [key = "json", ...more] = rest;
  if (more.length > 0) return undefined;
  if (key === "json") return fieldsOf(device, branch);
  const meaning = meaningOf(branch.rules, key);
  if (typeof meaning === "string") return ignored(meaning);
  return reading(device, meaning, { expiresMs: branch.expiresMs });
};

const branchOf = (below: Levels): Branch | undefined => {
  const path = below.join("/");
  return branches.find((branch) => path === branch.path || path.startsWith(`${branch.path}/`));
};

/** DSMR-reader, which reads Dutch and Belgian smart meters. */
export const dialect = defineDialect({
  title: "DSMR-reader for Dutch and Belgian smart meters",
  source: "https://dsmr-reader.readthedocs.io, the default topics of its MQTT settings",
  prefixes: ["dsmr"],
  subscriptions: everythingBelow,
  expiresMs,
  start: (context) => ({
    route: ({ below, prefix }) => {
      if (below === undefined || prefix === undefined) return undefined;
      const path = below.join("/");
      if (path === "raw" || path === "telegram") return ignored("a telegram as the meter sends it");
      const device = () => context.device({ id: prefix, name: prefix });
      if (path === "json") return fieldsOf(device(), { path, rules: telegram });
      const branch = branchOf(below);
      if (branch === undefined) return undefined;
      return routeBranch(device(), branch, below.slice(branch.path.split("/").length));
    },
  }),
});
