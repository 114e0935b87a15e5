import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";

/** Rules of this house that no linter knows; each says why. */

const filesBelow = (directory: string): readonly string[] =>
  readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name));

const sources = new Map(
  ["src", "test", "scripts", "bench"]
    .flatMap(filesBelow)
    .map((file) => [file, readFileSync(file, "utf8")] as const),
);

/** Code without comments and strings, in which a forbidden word would only be talk. */
const codeOf = (text: string): string =>
  text
    .replace(/\/\*[\s\S]*?\*\/|(?<![:\\])\/\/.*$/gmu, "")
    .replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/gu, '""');

const specifiers = /(?:\bfrom|\bimport\(?)\s*"([^"]+)"/gu;

/** What a file imports in whatever way, types included. */
const importsOf = (text: string): readonly string[] =>
  [...text.matchAll(specifiers)].map(([, specifier = ""]) => specifier);

/** Files of ours that a file imports, from the root of the project. */
const ownImportsOf = (file: string, text: string): readonly string[] =>
  importsOf(text)
    .filter((specifier) => specifier.startsWith("."))
    .map((specifier) => join(dirname(file), specifier));

/** Those of which something is there at run time. */
const runtimeImportsOf = (file: string, text: string): readonly string[] =>
  ownImportsOf(
    file,
    text.replace(
      /^(?:import|export) (?:type [^;]*|\{(?:\s*type \w+,?)+\s*\}) from "[^"]+";/gmu,
      "",
    ),
  );

const offenders = (pattern: RegExp, within: RegExp, except: readonly string[] = []) =>
  [...sources]
    .filter(
      ([file, text]) => within.test(file) && !except.includes(file) && pattern.test(codeOf(text)),
    )
    .map(([file]) => file);

describe("the house", () => {
  it("keeps time in one place, so that tests need not wait", () => {
    const pattern = /\b(?:setTimeout|setInterval)\(|\bDate\.now\(|\bperformance\.now\(/u;
    expect(offenders(pattern, /^src\//u, ["src/clock.ts"])).toEqual([]);
  });

  it("touches the process in one place, so that all else can run in a test", () => {
    expect(offenders(/(?<![.\w])process\.\w/u, /^src\//u, ["src/main.ts"])).toEqual([]);
  });

  it.each([
    ["node:child_process", ["src/spawn.ts"]],
    ["node:process", ["src/clock.ts"]],
    ["node:timers", []],
    ["node:timers/promises", ["src/clock.ts"]],
    ["aedes", ["src/bridge/broker.ts"]],
    ["commander", ["src/main.ts"]],
    ["i2c-bus", ["src/buses/i2c.ts"]],
    ["mqtt", ["src/bridge/client.ts"]],
    ["mqtt-packet", ["src/bridge/packet-numbers.ts"]],
    ["mqtt/lib/connect/ws", ["src/bridge/client.ts"]],
    ["onoff", ["src/buses/gpio-onoff.ts"]],
    ["prom-client", ["src/exposition.ts"]],
    ["yaml", ["src/config/document.ts"]],
  ])("meets %s in one place", (specifier, owners) => {
    const importers = [...sources]
      .filter(([file, text]) => file.startsWith("src/") && importsOf(text).includes(specifier))
      .map(([file]) => file);
    expect(importers).toEqual(owners);
  });

  it("believes the compiler, but where a type is forgotten on purpose", () => {
    const pattern = /[\w)\]}>] as (?!const\b)(?:[A-Z{[(]|unknown\b|any\b|never\b)/u;
    expect(offenders(pattern, /^src\//u)).toEqual(["src/buses/i2c.ts", "src/drivers/driver.ts"]);
  });

  it("never goes round in circles when it is loaded", () => {
    const isOnPath = (target: string, from: string, seen: Set<string>): boolean =>
      runtimeImportsOf(from, sources.get(from) ?? "").some((file) => {
        if (file === target) return true;
        if (seen.has(file)) return false;
        seen.add(file);
        return isOnPath(target, file, seen);
      });
    const files = [...sources.keys()].filter((file) => file.startsWith("src/"));
    expect(files.filter((file) => isOnPath(file, file, new Set()))).toEqual([]);
  });

  it.each([
    [
      "what measures",
      "what becomes of a reading",
      /^src\/(?:units|quantities|buses|kernel|drivers|config)\b/u,
      /^src\/(?:poll|store|state|exposition|http|app|commands)\b/u,
    ],
    [
      "what keeps and renders",
      "where a reading came from",
      /^src\/(?:store|state|exposition)\b/u,
      /^src\/(?:buses|kernel|drivers|sensors|poll|http|app|commands)\b/u,
    ],
  ])("keeps %s from knowing %s", (_who, _what, files, others) => {
    const curious = [...sources].filter(
      ([file, text]) =>
        files.test(file) && ownImportsOf(file, text).some((other) => others.test(other)),
    );
    expect(curious.map(([file]) => file)).toEqual([]);
  });

  it("replaces no module in its tests: fakes stand at the wire", () => {
    expect(offenders(/\bvi\s*\.\s*(?:mock|doMock|spyOn|fn)\b/u, /^test\//u)).toEqual([]);
  });

  it("leaves no test out, and runs none alone", () => {
    expect(offenders(/\b(?:it|describe|test)\.(?:only|todo|skip)\(\s*"/u, /^test\//u)).toEqual([]);
  });

  it("names tests by what happens, not by what should", () => {
    const titles = [...sources].flatMap(([file, text]) =>
      [...text.matchAll(/^\s*it(?:\.[\w(){}.,\s[\]"=>!-]+)?\(\s*"([^"]+)"/gmu)].map(
        ([, title = ""]) => ({ file, title }),
      ),
    );
    expect(titles.length).toBeGreaterThan(200);
    expect(titles.filter(({ title }) => /^(?:should|works|test)\b|#\d/iu.test(title))).toEqual([]);
  });

  it("lets simulated hardware know the product by its types alone, so that it cannot repeat its mistakes", () => {
    const valueImport = /^import (?!type\b)(?:[^;]*?) from "\.\.\/(?:\.\.\/)+src\//mu;
    const importers = [...sources]
      .filter(([file, text]) => file.startsWith("test/mocks/") && valueImport.test(text))
      .map(([file]) => file);
    expect(importers).toEqual([]);
  });

  it("exports from a driver's file the driver and nothing else", () => {
    for (const [file, text] of sources) {
      if (!/^src\/drivers\/(?:i2c|gpio|kernel)\//u.test(file)) continue;
      const exported = [
        ...text.matchAll(/^export (?:const|function|type|interface|class) (\w+)/gmu),
      ];
      expect([file, exported.map(([, name]) => name)]).toEqual([file, ["driver"]]);
    }
  });

  it("splits a file before it needs a guide", () => {
    const longest = (file: string) => (file.startsWith("src/drivers/") ? 300 : 200);
    const long = [...sources]
      .filter(([file]) => file.startsWith("src/"))
      .map(([file, text]) => [file, text.trimEnd().split("\n").length] as const)
      .filter(([file, lines]) => lines > longest(file));
    expect(long).toEqual([]);
  });
});
