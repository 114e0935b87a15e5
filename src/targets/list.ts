import type { Environment } from "../config/environment.ts";
import { locateIssues } from "../config/issues.ts";
import { loadFile } from "../config/load.ts";
import type { Path } from "../config/problems.ts";
import { formatProblem } from "../config/problems.ts";
import { explainReadFailure, readBeginning } from "../config/read-file.ts";
import { keysAt } from "../config/schema-walk.ts";
import type { Part } from "../config/sensor-entry.ts";
import { plainValue, type TreeNode } from "../config/tree.ts";
import { candidateOf, candidatesOf, groupsSchema } from "./groups.ts";
import { type Candidate, checkCandidate, rulesOfOwner } from "./target.ts";

/** The targets of a list, or the lines that say all that is wrong with it. */
export type LoadedList =
  | { readonly candidates: readonly Candidate[] }
  | { readonly problems: readonly string[] };

interface Placed {
  readonly place: string;
  readonly candidate: Candidate;
}

const maximumBytes = 2 ** 20;

const why = {
  url: "is no target; write HOST:PORT or an http or https URL",
  labels: "has a label that Prometheus does not take: letters, digits and _, and no empty value",
} as const;

const judge = (placed: readonly Placed[]): LoadedList => {
  const problems = placed.flatMap(({ place, candidate }) => {
    const target = checkCandidate(candidate, rulesOfOwner);
    if (target !== "url" && target !== "labels") return [];
    return [`${place}: ${JSON.stringify(candidate.url)} ${why[target]}`];
  });
  return problems.length > 0 ? { problems } : { candidates: placed.map((each) => each.candidate) };
};

const parseLine = (line: string): Candidate | undefined => {
  const [target, ...words] = line
    .replace(/(?:^|\s)#.*$/u, "")
    .split(/\s+/u)
    .filter(Boolean);
  if (target === undefined) return undefined;
  const labels = words.map((word) => {
    const [name = "", ...value] = word.split("=");
    return [name, value.join("=")] as const;
  });
  return candidateOf(target, Object.fromEntries(labels));
};

const loadLines = async (file: string): Promise<LoadedList> => {
  const bytes = await readBeginning(file, maximumBytes + 1);
  if (bytes.length > maximumBytes) return { problems: [`${file}: is larger than 1 MiB`] };
  const lines = new TextDecoder().decode(bytes).split("\n");
  return judge(
    lines.flatMap((line, index) => {
      const candidate = parseLine(line);
      return candidate === undefined ? [] : [{ place: `${file}:${index + 1}`, candidate }];
    }),
  );
};

const readGroups = async (root: TreeNode | undefined): Promise<Part<readonly Candidate[]>> => {
  if (root === undefined) return { value: [], problems: [] };
  const parsed = groupsSchema.safeParse(plainValue(root, true));
  if (parsed.success) return { value: candidatesOf(parsed.data), problems: [] };
  const allowedAt = (path: Path) => keysAt(groupsSchema, path);
  return { problems: locateIssues(parsed.error.issues, { root, path: [], allowedAt }) };
};

const loadYaml = async (file: string, environment: Environment): Promise<LoadedList> => {
  const loaded = await loadFile({ file, environment, readFile: readBeginning }, readGroups);
  if ("problems" in loaded) return { problems: loaded.problems.map(formatProblem) };
  return judge(loaded.config.map((candidate) => ({ place: file, candidate })));
};

/** Reads a list: YAML or JSON in Prometheus's format if the file is called so, else a target a line. */
export const loadList = async (file: string, environment: Environment): Promise<LoadedList> => {
  try {
    return /\.(?:ya?ml|json)$/u.test(file)
      ? await loadYaml(file, environment)
      : await loadLines(file);
  } catch (error) {
    const [reason, remedy] = explainReadFailure(error);
    return { problems: [`${file}: cannot be read: ${reason}; ${remedy}`] };
  }
};
