import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { listDialects, loadDialect } from "../../src/bridge/load-dialect.ts";
import { startDialects } from "./dialect-harness.ts";

const cases = z.array(
  z.object({ messages: z.array(z.union([z.object({ topic: z.string() }), z.object({})])) }),
);

/** JSON of other shapes than a device would publish, and text that is none. */
const oddPayloads = [
  "",
  "null",
  "true",
  "[]",
  "{}",
  "[[1]]",
  "[1,[2]]",
  '"x"',
  '"5"',
  "5 °F",
  "1e400",
  "-0",
  "\0",
  '{"value":{"a":1}}',
  '{"value":[1]}',
  '{"unit":"°C","value":"x"}',
  '{"unit":"furlong","value":5}',
  '{"a":{"b":{"c":[{"d":1}]}}}',
  '{"type":"telemetry","from":1,"payload":5}',
  '{"id":"1","name":5,"status":5,"state":[],"mqtt":"a/b"}',
  '{"title":[1],"units":{},"type":7,"error":5}',
  '{"x":{"uom":5,"value":1},"service":5,"cameras":[1],"detectors":{"a":5}}',
  '{"__proto__":{"temperature":1},"constructor":5,"toString":"5"}',
];

/** Topics that the recordings of a dialect have. */
const topicsOf = (name: string): readonly string[] => {
  const file = new URL(`../fixtures/mqtt/${name}.json`, import.meta.url);
  const recorded = cases.parse(JSON.parse(readFileSync(file, "utf8")));
  const topics = recorded.flatMap(({ messages }) =>
    messages.flatMap((message) => ("topic" in message ? [message.topic] : [])),
  );
  return [...new Set(topics)];
};

/** Topics beside and below those that a dialect knows. */
const neighboursOf = (topic: string): readonly string[] => [
  topic,
  `${topic}/x/y`,
  topic.split("/").slice(0, 2).join("/"),
  topic.replace(/[^/]*$/u, "__proto__"),
  topic.replace(/[^/]*$/u, "constructor"),
];

describe.each(await listDialects())("the dialect %s", (name) => {
  it("survives payloads and topics that it does not expect, and shows only numbers", async () => {
    const harness = startDialects({ [name]: await loadDialect(name) });
    for (const topic of topicsOf(name).flatMap(neighboursOf)) {
      for (const payload of oddPayloads) {
        harness.publish(topic, payload, { retain: payload.length % 2 === 0 });
      }
    }
    const values = Object.values(harness.readings());
    expect(values.filter((value) => !Number.isFinite(value))).toEqual([]);
  });
});
