import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { prune } from "../../scripts/release/prune.ts";

let directory = "";

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "prune-"));
});

afterEach(() => rm(directory, { recursive: true }));

const leftOf = async (paths: readonly string[]): Promise<readonly string[]> => {
  for (const path of paths) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), "");
  }
  await prune(join(directory, "node_modules"));
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1));
};

describe("pruning installed packages", () => {
  it.each([
    "types/index.d.ts",
    "types/index.d.cts",
    "index.js.map",
    "README.md",
    "test/index.js",
    "examples/blink.js",
    ".eslintrc",
    ".npmignore",
    "bin/npm.cmd",
  ])("removes %s", async (path) => {
    expect(await leftOf([`node_modules/chip/${path}`])).toEqual([]);
  });

  it.each([
    "LICENSE",
    "LICENSE.md",
    "License-MIT.markdown",
    "NOTICE.md",
    "package.json",
    "binding.gyp",
    "src/i2c.cc",
    "nan.h",
    "dist/doc/document.js",
    "lib/test/index.js",
  ])("keeps %s", async (path) => {
    const kept = `node_modules/@scope/chip/${path}`;
    expect(await leftOf([kept])).toEqual([kept]);
  });

  it("leaves no empty directory", async () => {
    await leftOf(["node_modules/chip/types/index.d.ts", "node_modules/chip/package.json"]);
    expect(await readdir(join(directory, "node_modules/chip"))).toEqual(["package.json"]);
  });
});
