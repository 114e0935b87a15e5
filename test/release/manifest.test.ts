import { describe, expect, it } from "vitest";
import {
  parseLock,
  parseManifest,
  productionLock,
  productionManifest,
} from "../../scripts/release/manifest.ts";

const manifest = parseManifest(
  JSON.stringify({
    name: "sensor-exporter",
    version: "1.2.3",
    files: ["dist"],
    scripts: { build: "tsc" },
    dependencies: { yaml: "2.9.1" },
    devDependencies: { typescript: "7.0.2" },
  }),
);

const lockOf = (packages: Readonly<Record<string, object>>) =>
  parseLock(JSON.stringify({ name: "sensor-exporter", lockfileVersion: 3, packages }));

describe("the manifest of a release", () => {
  it("names the commit where npm does, and nothing that only development needs", () => {
    // npm's documentation, "package-json" of the registry: gitHead is the commit a version was published from.
    expect(productionManifest(manifest, "abc")).toEqual({
      name: "sensor-exporter",
      version: "1.2.3",
      files: ["dist"],
      dependencies: { yaml: "2.9.1" },
      gitHead: "abc",
    });
  });

  it("names no commit where none is known", () => {
    expect(productionManifest(manifest, undefined)).not.toHaveProperty("gitHead");
  });
});

// npm's documentation, package-lock-json(5): a package that only development needs is `dev`, one that development
// and an optional package need is `devOptional`.
describe("the lock of a release", () => {
  it("keeps what the program needs and drops what only development needs", () => {
    const lock = lockOf({
      "": { devDependencies: { typescript: "7.0.2" }, dependencies: { yaml: "2.9.1" } },
      "node_modules/typescript": { version: "7.0.2", dev: true },
      "node_modules/fsevents": { version: "2.3.3", dev: true, optional: true },
      "node_modules/yaml": { version: "2.9.1" },
      "node_modules/onoff": { version: "6.0.3", optional: true },
    });
    expect(productionLock(lock).packages).toEqual({
      "": { dependencies: { yaml: "2.9.1" } },
      "node_modules/yaml": { version: "2.9.1" },
      "node_modules/onoff": { version: "6.0.3", optional: true },
    });
  });

  it("keeps what an optional package shares with development as optional", () => {
    const lock = lockOf({ "": {}, "node_modules/nan": { version: "2.30.0", devOptional: true } });
    expect(productionLock(lock).packages["node_modules/nan"]).toEqual({
      version: "2.30.0",
      optional: true,
    });
  });
});
