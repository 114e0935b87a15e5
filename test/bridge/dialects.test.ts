import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { loadDialect } from "../../src/bridge/load-dialect.ts";
import { isFilter } from "../../src/bridge/topic.ts";
import { parseDuration } from "../../src/config/durations.ts";
import { startDialects } from "./dialect-harness.ts";

/** Traffic of a dialect, and every series that must come of it. */
const recording = z.array(
  z.strictObject({
    title: z.string(),
    /** Where the messages or the expected values come from. */
    source: z.string(),
    prefixes: z.array(z.string()).optional(),
    sleeping: z.array(z.string()).optional(),
    messages: z.array(
      z.union([
        z.strictObject({
          topic: z.string(),
          payload: z.union([z.string(), z.record(z.string(), z.unknown()), z.array(z.unknown())]),
          encoding: z.literal("base64").optional(),
          retain: z.boolean().optional(),
        }),
        z.strictObject({ wait: z.string() }),
      ]),
    ),
    /** Complete, but for sensor_info and sensor_last_reading_timestamp_seconds. */
    readings: z.record(z.string(), z.number()),
    unsupported: z.array(z.string()).optional(),
  }),
);

const dialects = new URL("../../src/bridge/dialects/", import.meta.url);
const recordings = new URL("../fixtures/mqtt/", import.meta.url);
const names = readdirSync(dialects, { withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => entry.name.replace(/\.ts$/u, ""));

const bytesOf = (payload: unknown, encoding: string | undefined): Uint8Array => {
  if (encoding === "base64") return Buffer.from(String(payload), "base64");
  return Buffer.from(typeof payload === "string" ? payload : JSON.stringify(payload));
};

describe.each(names)("the dialect %s", async (name) => {
  const text = readFileSync(new URL(`${name}.json`, recordings), "utf8");
  const cases = recording.parse(JSON.parse(text));
  const dialect = await loadDialect(name);

  it("subscribes filters that a broker accepts", () => {
    const filters = dialect.subscriptions(dialect.prefixes);
    expect(filters.filter((filter) => !isFilter(filter))).toEqual([]);
  });

  it.each(cases)("reads: $title", async ({ prefixes, sleeping = [], messages, ...expected }) => {
    const harness = startDialects({ [name]: dialect }, { [name]: { prefixes, sleeping } });
    for (const message of messages) {
      if ("wait" in message) await harness.advance(parseDuration(message.wait) ?? 0);
      else {
        const { topic, payload, encoding, retain = false } = message;
        harness.publish(topic, bytesOf(payload, encoding), { retain });
      }
    }
    const readings = harness.readings();
    expect(Object.keys(readings).toSorted()).toEqual(Object.keys(expected.readings).toSorted());
    for (const [series, value] of Object.entries(expected.readings)) {
      const tolerance = Math.abs(value) * 1e-9;
      expect(Math.abs((readings[series] ?? Number.NaN) - value), series).toBeLessThanOrEqual(
        tolerance,
      );
    }
    expect(harness.unsupported()).toEqual(expected.unsupported ?? []);
  });
});
