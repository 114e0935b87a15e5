import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readReport } from "../../scripts/audit/advisories.ts";
import { isAllowed } from "../../scripts/audit/licences.ts";
import { productionPackages } from "../../scripts/audit/lock.ts";
import { reportOf } from "../../scripts/audit/report.ts";
import { sizeOf } from "../../scripts/audit/sizes.ts";
import { createScratch } from "../commands/system.ts";

const scratch = createScratch();
afterAll(() => scratch.remove());

describe("a licence", () => {
  // The grammar of https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/
  it.each([
    { expression: "MIT", expected: true },
    { expression: "(Apache-2.0 AND BSD-3-Clause)", expected: true },
    { expression: "GPL-3.0-only OR MIT", expected: true },
    { expression: "(GPL-2.0-only OR (MIT AND ISC))", expected: true },
    { expression: "MIT OR GPL-3.0-only AND AGPL-3.0-only", expected: true },
    { expression: "MIT AND GPL-3.0-only", expected: false },
    { expression: "(MIT OR ISC) AND GPL-3.0-only", expected: false },
    { expression: "GPL-2.0-only WITH Classpath-exception-2.0", expected: false },
    { expression: "SEE LICENSE IN LICENSE.md", expected: false },
    { expression: "UNLICENSED", expected: false },
    { expression: "(MIT", expected: false },
    { expression: "MIT MIT", expected: false },
    { expression: "", expected: false },
    { expression: undefined, expected: false },
  ])("$expression is allowed: $expected", ({ expression, expected }) => {
    expect(isAllowed(expression)).toBe(expected);
  });
});

describe("the production tree", () => {
  // https://docs.npmjs.com/cli/v11/configuring-npm/package-lock-json
  const lock = {
    lockfileVersion: 3,
    packages: {
      "": { name: "own" },
      "node_modules/a": { version: "1.0.0", license: "MIT" },
      "node_modules/@b/c": { version: "2.0.0", license: "ISC", optional: true },
      "node_modules/@b/c/node_modules/a": {
        version: "0.9.0",
        license: "GPL-3.0-only",
        optional: true,
      },
      "node_modules/d": { version: "3.0.0", license: "MIT", dev: true },
      "node_modules/e": { version: "4.0.0", devOptional: true },
    },
  };

  it("is all of the lock but what is there for development alone", () => {
    expect(productionPackages(lock).map(({ name, version }) => `${name} ${version}`)).toEqual([
      "a 1.0.0",
      "@b/c 2.0.0",
      "a 0.9.0",
      "e 4.0.0",
    ]);
  });

  it("is measured without what is installed below a package", async () => {
    mkdirSync(scratch.path("pack/node_modules/other"), { recursive: true });
    mkdirSync(scratch.path("pack/test"));
    for (const [name, bytes] of [
      ["index.js", 100],
      ["index.d.ts", 20],
      ["test/all.js", 3],
      ["node_modules/other/index.js", 1000],
    ] as const) {
      writeFileSync(join(scratch.path("pack"), name), "x".repeat(bytes));
    }
    expect(await sizeOf(scratch.path("pack"))).toEqual({ bytes: 123, idleBytes: 23 });
    expect(await sizeOf(scratch.path("gone"))).toBeUndefined();
  });

  it("is reported with what is twice in it, and fails for licences that nobody has allowed", () => {
    const { lines, problems } = reportOf({
      packages: productionPackages(lock),
      sizes: new Map([["node_modules/a", { bytes: 1_500_000, idleBytes: 500_000 }]]),
      advisories: { problem: "405 Method Not Allowed" },
      isStrict: false,
    });
    expect(lines).toEqual([
      "production tree: 4 packages, 2 of them optional, 1.5 MB",
      "of that tests, types, maps and documents: 0.5 MB",
      "largest: a 1.5 MB",
      "more than once: a 1.0.0, 0.9.0",
      "not installed here: @b/c, a, e",
      "licences: MIT 1, ISC 1, GPL-3.0-only 1, none stated 1",
      "advisories could not be asked: 405 Method Not Allowed",
    ]);
    expect(problems).toEqual([
      "a: the licence GPL-3.0-only is not among the allowed ones",
      "e: the licence that is not stated is not among the allowed ones",
    ]);
  });
});

describe("advisories", () => {
  const problemsFor = (text: string, isStrict: boolean) =>
    reportOf({ packages: [], sizes: new Map(), advisories: readReport(text), isStrict }).problems;

  // Fields of https://docs.npmjs.com/cli/v11/commands/npm-audit, report version 2.
  const report = JSON.stringify({
    auditReportVersion: 2,
    vulnerabilities: {
      ws: { name: "ws", severity: "high", range: "<8.17.1" },
      socks: { name: "socks", severity: "moderate" },
      ms: { name: "ms", severity: "low" },
    },
  });

  it("fail the audit from moderate on", () => {
    expect(problemsFor(report, false)).toEqual([
      "ws: high advisory; see npm audit --omit=dev",
      "socks: moderate advisory; see npm audit --omit=dev",
    ]);
    expect(problemsFor(JSON.stringify({ vulnerabilities: {} }), true)).toEqual([]);
  });

  it.each([JSON.stringify({ message: "405 Method Not Allowed", error: {} }), "", "npm is broken"])(
    "that could not be asked fail it only where they must be: %s",
    (text) => {
      expect(problemsFor(text, false)).toEqual([]);
      expect(problemsFor(text, true)).toEqual(["advisories have to be asked, and could not be"]);
    },
  );
});
