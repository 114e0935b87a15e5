import { describe, expect, it } from "vitest";
import { listDialects, loadDialect } from "../../src/bridge/load-dialect.ts";
import { bytesOf, corpus, dialectsFor, pairsRule, shortcomings } from "./corpus.ts";
import { startDialects } from "./dialect-harness.ts";

const names = await listDialects();
const dialects = new Map(
  await Promise.all(names.map(async (name) => [name, await loadDialect(name)] as const)),
);

describe("the corpus", () => {
  it.each(corpus)("is met: $id", (entry) => {
    const chosen = dialectsFor(entry, names).flatMap((name) => {
      const dialect = dialects.get(name);
      return dialect === undefined ? [] : [[name, dialect] as const];
    });
    const harness = startDialects(Object.fromEntries(chosen), {}, [pairsRule]);
    for (const message of entry.messages) {
      harness.publish(message.topic, bytesOf(message), { retain: message.retain });
    }
    expect(shortcomings(entry, harness.readings())).toEqual([]);
  });
});
