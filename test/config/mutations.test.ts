import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { load, projectFile, yamlFiles } from "./support.ts";

const good = [
  ...yamlFiles("config/").map((name) => `config/${name}.yaml`),
  ...yamlFiles("test/fixtures/config/good/").map(
    (name) => `test/fixtures/config/good/${name}.yaml`,
  ),
].map((path) => new TextDecoder().decode(projectFile(path)));

const fragment = fc.oneof(
  fc.constantFrom(
    ..."\n \t:-[]{},&*!|>'\"%@`#?<=~$\\\0\u0085\u2028\ufeff",
    "${",
    "<<: ",
    "*a",
    "&a ",
    "- ",
    "? ",
    "---\n",
    "null",
    "__proto__: ",
    "0x",
    ".inf",
    "!!binary ",
  ),
  fc.string({ maxLength: 8 }),
);

const mutated = fc
  .tuple(
    fc.constantFrom(...good),
    fc.array(fc.tuple(fc.nat(4000), fc.nat(12), fragment), { minLength: 1, maxLength: 4 }),
  )
  .map(([text, edits]) =>
    edits.reduce((current, [place, length, replacement]) => {
      const start = place % (current.length + 1);
      return `${current.slice(0, start)}${replacement}${current.slice(start + length)}`;
    }, text),
  );

/** Every position must exist: one column past the end of a line, and one line past the last. */
const isWithin = (text: string, line: number, column: number): boolean => {
  const lines = text.split("\n");
  return (
    line >= 1 && line <= lines.length && column >= 1 && column <= (lines[line - 1] ?? "").length + 1
  );
};

const check = async (text: string): Promise<void> => {
  const loaded = await load(text);
  if ("config" in loaded) return;
  expect(loaded.problems.length).toBeGreaterThan(0);
  const outside = loaded.problems.filter(
    ({ position }) => position === undefined || !isWithin(text, position.line, position.column),
  );
  expect(outside).toEqual([]);
};

describe("any change to a good file", () => {
  it("loads, or is refused at places within it", async () => {
    await fc.assert(fc.asyncProperty(mutated, check), { numRuns: 300 });
  }, 60_000);

  it("is judged without throwing even if it is no YAML at all", async () => {
    await fc.assert(fc.asyncProperty(fc.string({ maxLength: 200, unit: "binary" }), check), {
      numRuns: 200,
    });
  }, 60_000);
});

describe("any bytes", () => {
  it("are judged without throwing", async () => {
    const judge = async (bytes: Uint8Array) => {
      expect(await load(bytes)).toBeDefined();
    };
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), judge));
  });
});
