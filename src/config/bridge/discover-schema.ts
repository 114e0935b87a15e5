import { z } from "zod";
import { isFilter } from "../../bridge/topic.ts";
import type { DiscoverConfig } from "../bridge-config.ts";
import { refuse } from "../fields.ts";
import { labels } from "../labels.ts";
import { say } from "../messages.ts";
import { nearestWord } from "../nearest.ts";
import { amount, expiry, namePatterns, nameText } from "./common-schema.ts";

// Whoever announces units and names is believed before those who only publish values.
const mostTrusted = "home-assistant";
// They would export whatever there is, and what the broker says of itself.
const onlyIfNamed: readonly string[] = ["generic", "sys-topics"];
const usualSeries = 5000;
const mostPrefixes = 100;

const prefix = z.string().superRefine((text, context) => {
  const isPrefix = isFilter(text) && !text.includes("#") && !/^\/|\/$/u.test(text);
  if (!isPrefix) refuse(context, say("discover-prefix"));
});

const dialectName = (names: readonly string[]) =>
  z
    .string()
    .superRefine((text, context) => {
      if (names.includes(text)) return;
      refuse(context, say("dialect-unknown", nearestWord(text, names), names));
    })
    .meta({ enum: names });

/** A dialect with its keys. */
export const detailedDialect = (names: readonly string[]) =>
  z.strictObject({
    dialect: dialectName(names).describe("Name of the dialect."),
    prefix: z
      .union([prefix, z.array(prefix).min(1).max(mostPrefixes)])
      .optional()
      .describe("Where its topics begin, one or several; the dialect's own if left out."),
    labels: labels.describe("Labels on all its readings."),
    expires: expiry
      .optional()
      .describe("Age at which its readings end; what the device or the dialect says if left out."),
    allow: namePatterns("Names of the devices that are wanted, `*` for any text; all if empty."),
    deny: namePatterns("Names of devices that are not wanted."),
    rename: z
      .record(z.string(), nameText)
      .default({})
      .describe("Names of sensors by those that the devices give themselves."),
    sleeping: namePatterns("Names of devices that are offline between their reports by design."),
    series: amount(usualSeries, "Series at most; those beyond are dropped and counted."),
  });

/** What is looked for at a broker. */
export const discoverSchema = (names: readonly string[]) => {
  const entry = z.union([dialectName(names), detailedDialect(names)]);
  return z.union([z.literal("all"), z.array(entry).max(names.length)]).optional();
};

type Given = z.output<ReturnType<typeof discoverSchema>>;
type Entry = Exclude<Given, "all" | undefined>[number];

const discovered = (entry: Entry): DiscoverConfig => {
  if (typeof entry === "string") return unchanged(entry);
  const { prefix: given, expires, series, ...rest } = entry;
  const prefixes = typeof given === "string" ? [given] : given;
  return { ...rest, prefixes, expiresMs: expires, maximumSeries: series };
};

const unchanged = (dialect: string): DiscoverConfig => ({
  dialect,
  labels: {},
  allow: [],
  deny: [],
  rename: {},
  sleeping: [],
  maximumSeries: usualSeries,
});

/** All dialects but those that must be asked for by name, the most trusted first. */
const allDialects = (names: readonly string[]): readonly DiscoverConfig[] =>
  names
    .filter((name) => !onlyIfNamed.includes(name))
    .toSorted((left, right) => Number(right === mostTrusted) - Number(left === mostTrusted))
    .map(unchanged);

/** The dialects of a broker. Nothing said means all of them, unless there are rules. */
export const discoverConfig = (
  given: Given,
  hasRules: boolean,
  names: readonly string[],
): readonly DiscoverConfig[] => {
  if (given === "all" || (given === undefined && !hasRules)) return allDialects(names);
  return (given ?? []).map(discovered);
};
