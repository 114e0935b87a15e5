import { readFileSync } from "node:fs";
import { z } from "zod";
import type { RuleConfig, ValueConfig } from "../../src/config/bridge-config.ts";

/**
 * Real traffic of many families of devices, with what must come of it and what must not. Where the messages come from
 * stands in each entry's `source`; a value in base units follows from the published one and the unit beside it.
 */
const expectation = z.object({
  quantity: z.string(),
  unit: z.string(),
  value: z.number(),
  device: z.string(),
  type: z.enum(["gauge", "counter"]),
  source: z.object({ unit: z.string(), value: z.union([z.number(), z.boolean(), z.string()]) }),
  labels: z.record(z.string(), z.string()).nullish(),
  required: z.boolean().default(true),
});

const prohibition = z.object({
  quantity: z.string().optional(),
  device: z.string().optional(),
  value: z.number().optional(),
  unit: z.string().optional(),
  why: z.string(),
});

const entry = z.object({
  id: z.string(),
  family: z.string(),
  source: z.string(),
  messages: z.array(
    z.object({
      topic: z.string(),
      payload: z.string(),
      retain: z.boolean().default(false),
      encoding: z.literal("base64").optional(),
    }),
  ),
  expected: z.array(expectation),
  mustNot: z.array(prohibition).default([]),
});

export type CorpusEntry = z.output<typeof entry>;
type Expectation = z.output<typeof expectation>;
type Prohibition = z.output<typeof prohibition>;

const file = new URL("../fixtures/mqtt-corpus.json", import.meta.url);

/** All entries. */
export const corpus: readonly CorpusEntry[] = z
  .array(entry)
  .parse(JSON.parse(readFileSync(file, "utf8")));

/** Families that announce nothing and have no dialect: the user asks for every number, or writes a rule. */
const unknownFamilies: readonly string[] = [
  "raw_numeric",
  "peer_exporters",
  "rpi_reporter",
  "owntracks",
  "octoprint",
  "teslamate",
];

/** Dialects that a user with these devices would choose, the most trusted first. */
export const dialectsFor = ({ family }: CorpusEntry, all: readonly string[]): readonly string[] => {
  const others = all.filter((name) => name !== "home-assistant" && name !== "generic");
  const last = unknownFamilies.includes(family) ? ["generic"] : [];
  return ["home-assistant", ...others, ...last];
};

const pairValue = (key: string, quantity: ValueConfig["quantity"], unit: string): ValueConfig => ({
  quantity,
  path: [key],
  unit,
  fan: [],
  absent: [],
  labels: { channel: key },
});

/** The rule that a user with text of pairs has to write: nothing in such a message says what it means. */
export const pairsRule: RuleConfig = {
  name: "pairs",
  topic: "hame_energy/{type}/device/{sensor}/ctrl",
  qos: 0,
  sensor: "{sensor}",
  labels: {},
  expiresMs: 600_000,
  ignoresRetained: false,
  sleeping: false,
  separator: { between: ",", equals: "=" },
  values: [
    pairValue("pe", "batteryRatio", "%"),
    pairValue("kn", "energyBalanceJoules", "Wh"),
    pairValue("tl", "temperatureCelsius", "°C"),
    pairValue("th", "temperatureCelsius", "°C"),
  ],
  allow: [],
  deny: [],
  maximumSeries: 1000,
};

/** The bytes of a message. */
export const bytesOf = ({
  payload,
  encoding,
}: Pick<CorpusEntry["messages"][number], "payload" | "encoding">): Uint8Array =>
  Buffer.from(payload, encoding ?? "utf8");

/** A line of a scrape, taken apart. */
interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Takes a series and its value apart. */
const sampleOf = ([series, value]: readonly [string, number]): Sample => {
  const name = series.replace(/\{.*$/su, "");
  const labels = Object.fromEntries(
    [...series.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/gu)].map(
      ([, label = "", text = ""]) => [
        label,
        text.replace(/\\(.)/gu, (_match, character: string) =>
          character === "n" ? "\n" : character,
        ),
      ],
    ),
  );
  return { name, labels, value };
};

/** Units that metric names have instead of those of the corpus, and how many of theirs are one of those. */
const equivalents: Readonly<Record<string, readonly (readonly [unit: string, factor: number])[]>> =
  {
    meters: [["millimeters", 1000]],
    cubic_meters: [["liters", 1000]],
    cubic_meters_per_second: [["liters_per_second", 1000]],
    microsiemens_per_centimeter: [["siemens_per_meter", 1e-4]],
    frames_per_second: [["per_second", 1]],
  };

const isClose = (left: number, right: number): boolean =>
  Math.abs(left - right) <= 1e-9 * Math.max(Math.abs(left), Math.abs(right), 1e-9);

/** The values by which a sample of that name would meet an expectation. */
const acceptedValues = ({ unit, value, source }: Expectation, name: string): readonly number[] => {
  // A metric that names no unit may show the number as it was published.
  if (name === "sensor_value") return [value, Number(source.value)];
  if (unit === "mired") return [1_000_000 / value];
  // A brightness of 0 to 254 or 255 as a share.
  if (unit === "none" && name.endsWith("_ratio")) return [value, value / 254, value / 255];
  const factors = (equivalents[unit] ?? []).filter(([other]) => name.includes(other));
  return factors.length === 0 ? [value] : factors.map(([, factor]) => value * factor);
};

const isOfDevice = ({ labels }: Sample, device: string): boolean => {
  const { sensor = "" } = labels;
  const texts = Object.values(labels);
  return (
    texts.includes(device) ||
    sensor.startsWith(`${device} (`) ||
    sensor.endsWith(`/${device}`) ||
    // The topics of one device, named by their beginning.
    device.startsWith(`${sensor}/`) ||
    device.split("/").every((part) => texts.includes(part) || sensor.split("/").includes(part))
  );
};

const hasLabels = ({ labels }: Sample, expected: Expectation["labels"]): boolean =>
  Object.values(expected ?? {}).every((wanted) =>
    Object.values(labels).some(
      (text) => text === wanted || text.split(/[\s_/()]+/u).includes(wanted),
    ),
  );

const meets = (sample: Sample, expected: Expectation): boolean => {
  const isUp = expected.quantity === "up";
  if (isUp !== (sample.name === "sensor_up")) return false;
  const hasType =
    isUp ||
    sample.name === "sensor_value" ||
    sample.name.endsWith("_total") === (expected.type === "counter");
  return (
    hasType &&
    isOfDevice(sample, expected.device) &&
    hasLabels(sample, expected.labels) &&
    acceptedValues(expected, sample.name).some((value) => isClose(value, sample.value))
  );
};

const isForbidden = (sample: Sample, { quantity = "", device, value }: Prohibition): boolean => {
  if (sample.name === "sensor_up") return false;
  const texts = Object.values(sample.labels).map((text) => text.toLowerCase());
  const isMeant =
    quantity === "*" ||
    sample.name.startsWith(`sensor_${quantity}`) ||
    texts.some((text) => text.includes(quantity));
  const [name, onlyWithoutPhase] = device?.split(" (no phase)") ?? [];
  const isOfThat =
    name === undefined ||
    (isOfDevice(sample, name) && (onlyWithoutPhase === undefined || !("phase" in sample.labels)));
  return isMeant && isOfThat && (value === undefined || isClose(value, sample.value));
};

/** What of an entry is not met by these readings, in words. */
export const shortcomings = (
  { expected, mustNot }: CorpusEntry,
  readings: Readonly<Record<string, number>>,
): readonly string[] => {
  const samples = Object.entries(readings).map(sampleOf);
  const missing = expected
    .filter((each) => each.required && !samples.some((sample) => meets(sample, each)))
    .map(
      ({ quantity, value, unit, device, type, labels }) =>
        `missing: ${type} ${quantity} of ${device} ${JSON.stringify(labels ?? {})} = ${value} ${unit}`,
    );
  const forbidden = mustNot.flatMap((each) =>
    samples
      .filter((sample) => isForbidden(sample, each))
      .map((sample) => `forbidden (${each.why}): ${JSON.stringify(sample)}`),
  );
  return [...missing, ...forbidden];
};
