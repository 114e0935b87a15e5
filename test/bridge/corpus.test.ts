import { describe, expect, it } from "vitest";
import { listDialects, loadDialect } from "../../src/bridge/load-dialect.ts";
import { bytesOf, corpus, shortcomings } from "./corpus.ts";
import { startDialects } from "./dialect-harness.ts";

const names = await listDialects();
// Discovery says most, so it comes first; what takes everything comes last.
const trust = (name: string): number => ({ "home-assistant": 0, generic: 2 })[name] ?? 1;
const dialects = Object.fromEntries(
  await Promise.all(
    names
      .toSorted((left, right) => trust(left) - trust(right))
      .map(async (name) => [name, await loadDialect(name)] as const),
  ),
);

describe("the corpus", () => {
  it.each(corpus)("is met: $id", (entry) => {
    const harness = startDialects(dialects);
    for (const message of entry.messages) {
      harness.publish(message.topic, bytesOf(message), { retain: message.retain });
    }
    expect(shortcomings(entry, harness.readings())).toEqual([]);
  });
});
