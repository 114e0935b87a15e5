import { readdir, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";

const licence = /^(?:licen[cs]e|copying|notice|authors)/iu;

// No program reads these: types and sources in TypeScript, maps for debuggers, prose, settings of tools, what starts
// programs on Windows, and npm's own notes.
const unread =
  /\.(?:[cm]?ts|map|md|markdown|flow|tsbuildinfo|cmd|bat|ps1)$|^\.(?:package-lock\.json|npmignore|git\w+|editorconfig|\w+rc)$/iu;

// Only at the top of a package: `yaml` has a dist/doc/ that it needs.
const unneededDirectories = new Set([
  ".github",
  ".vscode",
  "benchmark",
  "benchmarks",
  "coverage",
  "example",
  "examples",
  "integration-test",
  "performance-test",
  "test",
  "tests",
]);

// What browsers load of the MQTT client.
const unneededPath = /(?:^|\/)node_modules\/mqtt\/dist$/u;

const isPackage = (path: string): boolean =>
  /(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/]+$/u.test(path);

const isUnneeded = (directory: string, name: string, isDirectory: boolean): boolean =>
  isDirectory
    ? (isPackage(directory) && unneededDirectories.has(name)) ||
      unneededPath.test(join(directory, name))
    : unread.test(name) && !licence.test(name);

/** Removes from installed packages what no program reads, and what is empty then; licences and what native modules are built from stay. */
export const prune = async (directory: string): Promise<void> => {
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (isUnneeded(directory, entry.name, entry.isDirectory())) await rm(path, { recursive: true });
    else if (entry.isDirectory()) await prune(path);
  }
  if ((await readdir(directory)).length === 0) await rmdir(directory);
};
