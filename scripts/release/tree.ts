import { chmod, cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  type Lock,
  type Manifest,
  parseLock,
  parseManifest,
  productionLock,
  productionManifest,
} from "./manifest.ts";
import { prune } from "./prune.ts";
import { ownFiles } from "./repository.ts";
import { run } from "./run.ts";
import { vendorNpm } from "./vendored-npm.ts";

/** A directory with everything of a release. */
export interface Tree {
  readonly directory: string;
  readonly manifest: Manifest;
  readonly lock: Lock;
}

const shipped = [
  "CHANGELOG.md",
  "LICENSE",
  "README.md",
  "SECURITY.md",
  "config",
  "docs",
  "scripts/install",
  "scripts/install-pi.sh",
];

const builtParts = ["src", "test/mocks"];

const toText = (value: Manifest | Lock): string => `${JSON.stringify(value, undefined, 2)}\n`;

const copyShipped = async (root: string, directory: string): Promise<void> => {
  for (const path of await ownFiles(root, shipped)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await cp(join(root, path), join(directory, path));
  }
};

/** Compiles the program, and takes along the simulated hardware of `--simulate`. */
const build = async (root: string, directory: string, scratch: string): Promise<void> => {
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  const built = join(scratch, "dist");
  await run(root, process.execPath, [
    compiler,
    "--project",
    "tsconfig.build.json",
    "--outDir",
    built,
  ]);
  for (const part of builtParts) {
    await cp(join(built, part), join(directory, "dist", part), { recursive: true });
  }
  await chmod(join(directory, "dist/src/main.js"), 0o755);
};

const installPackages = async (directory: string): Promise<void> => {
  await run(directory, "npm", ["ci", "--omit=dev", "--ignore-scripts", "--no-bin-links"]);
  await prune(join(directory, "node_modules"));
};

/**
 * Stages a release in a directory of its own: the program, its packages without anything compiled, an npm to compile
 * them with, documentation, configuration and the installer.
 */
export const stageTree = async (
  root: string,
  revision: string | undefined,
  scratch: string,
): Promise<Tree> => {
  const manifest = productionManifest(
    parseManifest(await readFile(join(root, "package.json"), "utf8")),
    revision,
  );
  const lock = productionLock(parseLock(await readFile(join(root, "package-lock.json"), "utf8")));
  const directory = join(scratch, `${manifest.name}-${manifest.version}`);
  await mkdir(directory, { recursive: true });
  await copyShipped(root, directory);
  await writeFile(join(directory, "package.json"), toText(manifest));
  await writeFile(join(directory, "package-lock.json"), toText(lock));
  await build(root, directory, scratch);
  await installPackages(directory);
  await vendorNpm(join(directory, "vendor/npm"));
  return { directory, manifest, lock };
};

const shrinkwrap = "npm-shrinkwrap.json";

/** Packs the npm package, which locks what it depends on as the release does. */
export const packNpmPackage = async (
  { directory, manifest, lock }: Tree,
  scratch: string,
  file: string,
): Promise<void> => {
  const staged = join(scratch, "npm-package");
  const left = new Set(
    ["node_modules", "package-lock.json", "vendor"].map((name) => join(directory, name)),
  );
  await cp(directory, staged, { recursive: true, filter: (path) => !left.has(path) });
  await writeFile(join(staged, shrinkwrap), toText(lock));
  await writeFile(
    join(staged, "package.json"),
    toText({ ...manifest, files: [...manifest.files, shrinkwrap] }),
  );
  await run(staged, "npm", ["pack", "--ignore-scripts", "--pack-destination", scratch]);
  await cp(join(scratch, `${manifest.name}-${manifest.version}.tgz`), file);
};
