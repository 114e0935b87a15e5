import { z } from "zod";
import { type CounterTotal, totalKey } from "../store/totals.ts";

/** Bounds the file: many times what one board can count. What was not counted for longest is given up first. */
const maximumCounters = 10_000;
/** Above what that many counters take; a larger file is none of ours. */
export const maximumFileBytes = 8 * 1024 * 1024;

const format = "sensor-exporter counters";
const version = 1;
const longestName = 512;

const fileSchema = z.object({
  format: z.literal(format),
  version: z.literal(version),
  counters: z.array(z.unknown()),
});

const counterSchema = z.object({
  sensor: z.string().max(longestName),
  measurement: z.string().max(longestName),
  metric: z.string().max(longestName),
  // A double cannot count by one above that.
  value: z.number().min(0).max(Number.MAX_SAFE_INTEGER),
});

/** What a file of counters holds. */
interface CountersFile {
  readonly totals: readonly CounterTotal[];
  /** Entries that make no sense and were left out. */
  readonly dropped: number;
}

/** The file's text for these totals, the one counted last at the end. */
export const renderCounters = (totals: readonly CounterTotal[]): string => {
  const counters = totals
    .slice(-maximumCounters)
    .map(({ sensor, measurement, metric, value }) => ({ sensor, measurement, metric, value }));
  return `${JSON.stringify({ format, version, counters }, undefined, 2)}\n`;
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Reads the file's text; a string says why it is not one of ours. Of two entries for one counter the larger counts. */
export const parseCounters = (text: string): CountersFile | string => {
  if (text.trim() === "") return "it is empty";
  const json = parseJson(text);
  if (json === undefined) return "it is cut off or not JSON";
  const file = fileSchema.safeParse(json);
  if (!file.success) return "it is of another program or another version";
  const totals = new Map<string, CounterTotal>();
  let dropped = 0;
  for (const entry of file.data.counters) {
    const counter = counterSchema.safeParse(entry);
    if (!counter.success) {
      dropped += 1;
      continue;
    }
    const key = totalKey(counter.data);
    const other = totals.get(key);
    if (other !== undefined) dropped += 1;
    if (other === undefined || other.value < counter.data.value) totals.set(key, counter.data);
  }
  return { totals: [...totals.values()], dropped };
};
