import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { env } from "node:process";
import { run } from "./run.ts";

/** What git says, undefined where it or its repository is missing. */
const git = (root: string, ...words: readonly string[]): Promise<string | undefined> =>
  run(root, "git", words).catch(() => undefined);

/** The commit that is checked out, with "-modified" behind it if files differ from it; undefined outside of a clone. */
export const readRevision = async (root: string): Promise<string | undefined> => {
  const commit = await git(root, "rev-parse", "HEAD");
  if (commit === undefined) return undefined;
  const changes = await git(root, "status", "--porcelain");
  return changes === "" ? commit.trim() : `${commit.trim()}-modified`;
};

/** The time that every file of a release bears, in seconds since 1970: the commit's, or SOURCE_DATE_EPOCH. */
export const readEpochSeconds = async (root: string): Promise<number> => {
  const given = env["SOURCE_DATE_EPOCH"] ?? (await git(root, "log", "-1", "--format=%ct"));
  const seconds = Number(given ?? Number.NaN);
  if (Number.isSafeInteger(seconds) && seconds >= 0) return seconds;
  throw new Error(
    "the time of the release is unknown; release from a clone with git installed, or set SOURCE_DATE_EPOCH to seconds since 1970",
  );
};

const filesBelow = async (root: string, paths: readonly string[]): Promise<readonly string[]> => {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
    .filter((file) => paths.some((path) => file === path || file.startsWith(`${path}/`)));
};

/** The files below the paths, relative to the root; in a clone only those that git knows. */
export const ownFiles = async (
  root: string,
  paths: readonly string[],
): Promise<readonly string[]> => {
  const listed = await git(root, "ls-files", "-z", "--", ...paths);
  if (listed === undefined) return filesBelow(root, paths);
  return listed.split("\0").filter((path) => path !== "");
};
