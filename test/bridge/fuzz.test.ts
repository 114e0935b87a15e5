import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defineDialect } from "../../src/bridge/dialect.ts";
import { matchesGlob } from "../../src/bridge/glob.ts";
import { listDialects, loadDialect } from "../../src/bridge/load-dialect.ts";
import { parsePath } from "../../src/bridge/rules/path.ts";
import { coversFilter, isFilter, matchesFilter } from "../../src/bridge/topic.ts";
import { compilePattern } from "../../src/bridge/topic-pattern.ts";
import { bytesOf, type CorpusEntry, corpus } from "./corpus.ts";
import { startDialects } from "./dialect-harness.ts";

const dialects = Object.fromEntries(
  await Promise.all(
    (await listDialects()).map(async (name) => [name, await loadDialect(name)] as const),
  ),
);

const level = fc.oneof(
  fc.constantFrom("", "a", "b", "+", "#", "$SYS", "{x}", "{y...}", "__proto__", "status", "é/"),
  fc.string({ maxLength: 6 }),
);
const topicText = fc.array(level, { maxLength: 6 }).map((levels) => levels.join("/"));

describe("topics, whatever they are", () => {
  it("match a filter that covers another wherever the other one matches", () => {
    fc.assert(
      fc.property(topicText, topicText, topicText, (wide, narrow, topic) => {
        if (![wide, narrow].every(isFilter) || /[+#]/u.test(topic)) return;
        if (coversFilter(wide, narrow) && matchesFilter(narrow, topic)) {
          expect(matchesFilter(wide, topic)).toBe(true);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it("match the filter of a pattern wherever they match the pattern", () => {
    fc.assert(
      fc.property(topicText, topicText, (text, topic) => {
        const pattern = compilePattern(text);
        if ("problem" in pattern || /[+#\0]/u.test(topic)) return;
        expect(isFilter(pattern.filter)).toBe(true);
        const parts = pattern.match(topic);
        if (parts === undefined) return;
        expect(matchesFilter(pattern.filter, topic)).toBe(true);
        expect(Object.keys(parts).toSorted()).toEqual([...pattern.names].toSorted());
      }),
      { numRuns: 3000 },
    );
  });

  it("and globs and paths throw nothing", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (pattern, text) => {
        matchesGlob(pattern, text);
        parsePath(text);
        expect(matchesGlob("*", text)).toBe(true);
        expect(matchesGlob(text.replaceAll("*", ""), text.replaceAll("*", ""))).toBe(true);
      }),
    );
  });
});

/** One topic, one temperature. */
const thermometer = defineDialect({
  title: "A thermometer",
  source: "https://example.org",
  prefixes: ["t"],
  subscriptions: () => ["t"],
  expiresMs: 60_000,
  start: ({ device }) => ({
    route: ({ topic }) => [
      {
        kind: "reading",
        device: device({ id: topic, name: "t" }),
        meaning: { quantity: "temperatureCelsius" },
      },
    ],
  }),
});

// The strict pattern of a decimal number, written a second time.
const isDecimal = (text: string): boolean =>
  /^\s*[-+]?(?:[0-9]+[.]?[0-9]*|[.][0-9]+)(?:[eE][-+]?[0-9]+)?\s*$/u.test(text);

const nearNumber = fc
  .array(
    fc.constantFrom(
      ..."0 1 5 9 . , - + e E x _ : / ° C nan inf none % ' \" [ ] { }".split(" "),
      " ",
    ),
    { maxLength: 7 },
  )
  .map((parts) => parts.join(""));

describe("payloads, whatever they are", () => {
  it("are numbers only if the whole text is one", () => {
    fc.assert(
      fc.property(nearNumber, (text) => {
        const harness = startDialects({ thermometer });
        harness.publish("t", text);
        const values = Object.values(harness.readings()).filter((value) => value !== 1);
        const unquoted = /^\s*"(.*)"\s*$/su.exec(text)?.[1] ?? text;
        if (!isDecimal(unquoted)) expect(values).toEqual([]);
        for (const value of values) expect(value).toBeCloseTo(Number(unquoted), 12);
      }),
      { numRuns: 2000 },
    );
  });
});

const mutation = fc.record({
  at: fc.nat(),
  message: fc.nat(),
  kind: fc.constantFrom("flip", "cut", "double", "insert", "topic", "json", "retain"),
  text: fc.constantFrom(
    ...'{ } [ ] " : , null NaN -1 1e999 __proto__ constructor 0x1F ON offline /'.split(" "),
  ),
  byte: fc.integer({ min: 0, max: 255 }),
});

type Mutation = typeof mutation extends fc.Arbitrary<infer Value> ? Value : never;

const mutateBytes = (bytes: Uint8Array, { at, kind, text, byte }: Mutation): Uint8Array => {
  const index = bytes.length === 0 ? 0 : at % bytes.length;
  if (kind === "flip") return bytes.map((each, place) => (place === index ? byte : each));
  if (kind === "cut") return bytes.slice(0, index);
  if (kind === "double") return Uint8Array.of(...bytes, ...bytes.slice(index));
  if (kind !== "insert") return bytes;
  return Buffer.concat([bytes.slice(0, index), Buffer.from(text), bytes.slice(index)]);
};

/** A value somewhere in a JSON payload replaced by one of another type. */
const mutateJson = (bytes: Uint8Array, { at, byte }: Mutation): Uint8Array => {
  const others = [null, true, "", [], {}, "text", -1, 1e308, [[]], { a: null }];
  let count = 0;
  const text = Buffer.from(bytes).toString();
  try {
    const whole: unknown = JSON.parse(text);
    const replaced = JSON.stringify(whole, (_key, value: unknown) => {
      count += 1;
      return count % 7 === at % 7 ? others[byte % others.length] : value;
    });
    return Buffer.from(replaced ?? "");
  } catch {
    return bytes;
  }
};

const damaged = (message: CorpusEntry["messages"][number], mutations: readonly Mutation[]) => {
  let bytes = bytesOf(message);
  let { topic, retain } = message;
  for (const each of mutations) {
    bytes = each.kind === "json" ? mutateJson(bytes, each) : mutateBytes(bytes, each);
    if (each.kind === "topic") topic = topic.replace(/[^/]*$/u, each.text);
    if (each.kind === "retain") retain = !retain;
  }
  return { topic, bytes, retain };
};

describe("real traffic that was damaged", () => {
  it("throws nothing, and becomes finite numbers or nothing", () => {
    const anyEntry = fc.integer({ min: 0, max: corpus.length - 1 });
    const anyMutations = fc.array(mutation, { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(anyEntry, anyMutations, (index, mutations) => {
        const harness = startDialects(dialects);
        const messages = corpus[index]?.messages ?? [];
        for (const [place, message] of messages.entries()) {
          const own = mutations.filter((each) => each.message % messages.length === place);
          const { topic, bytes, retain } = damaged(message, own);
          harness.publish(topic, bytes, { retain });
          harness.publish(message.topic, bytes, { retain });
        }
        const values = Object.values(harness.readings());
        expect(values.filter((value) => !Number.isFinite(value))).toEqual([]);
      }),
      { numRuns: 1500 },
    );
  }, 60_000);
});
