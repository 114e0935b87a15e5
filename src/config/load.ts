import type { Config } from "./config.ts";
import type { Environment } from "./environment.ts";
import { say } from "./messages.ts";
import { formatPath, inFileOrder, type Problem } from "./problems.ts";
import type { ReadFile } from "./read-file.ts";
import { readTree } from "./read-tree.ts";
import { readRoot } from "./root.ts";
import type { Part } from "./sensor-entry.ts";
import type { Drivers } from "./sensors.ts";
import { readText } from "./text.ts";
import type { TreeNode } from "./tree.ts";

// Nobody reads further, and a file of one mistake repeated has no end of them.
const maximumProblems = 100;

/** A file to load, and how it is read. */
export interface FileSources {
  readonly file: string;
  readonly readFile: ReadFile;
  readonly environment: Environment;
}

/** The configuration to load, and the outside world it may draw on. */
export interface ConfigSources extends FileSources, Drivers {
  readonly dialectNames: readonly string[];
}

/** A configuration that is right in every respect, frozen; or all that is wrong with the file, in its order. */
export type LoadedConfig = { readonly config: Config } | { readonly problems: readonly Problem[] };

/** Reads and checks a configuration file. Rejects only where a driver cannot be loaded. */
export const loadConfig = (sources: ConfigSources): Promise<LoadedConfig> =>
  loadFile(sources, (root) => readRoot(root, sources));

/** Reads a YAML file and has its tree checked; undefined is an empty one. */
export const loadFile = async <Value>(
  { file, readFile, environment }: FileSources,
  check: (root: TreeNode | undefined) => Promise<Part<Value>>,
): Promise<{ readonly config: Value } | { readonly problems: readonly Problem[] }> => {
  const source = await readText(file, readFile);
  if ("fault" in source) {
    return { problems: [{ ...source.fault, file, position: source.position, path: [] }] };
  }
  const { root, faults } = readTree(source.text, environment);
  const isNoYaml = root === undefined && faults.length > 0;
  const outcome: Part<Value> = isNoYaml ? { problems: [] } : await check(root);
  // A problem at the place of a fault is its consequence.
  const places = new Set(faults.map(({ path }) => formatPath(path)));
  const others = outcome.problems.filter(({ path }) => !places.has(formatPath(path)));
  const found = [...faults, ...others];
  if (found.length === 0 && outcome.value !== undefined) return { config: freeze(outcome.value) };
  const problems = found.map(
    ({ statement, position, path }): Problem => ({ ...statement, file, position, path }),
  );
  return { problems: firstOf(inFileOrder(problems)) };
};

const firstOf = (problems: readonly Problem[]): readonly Problem[] => {
  const last = problems[maximumProblems - 1];
  const rest = problems.length - maximumProblems;
  if (last === undefined || rest <= 0) return problems;
  const { file, position } = last;
  const more = { ...say("problems-more", rest), file, position, path: [] };
  return [...problems.slice(0, maximumProblems), more];
};

/** Freezes a value and all that it holds; views of bytes cannot be frozen and are left. */
const freeze = <Value>(value: Value): Value => {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  for (const part of Object.values(value)) freeze(part);
  return Object.freeze(value);
};
