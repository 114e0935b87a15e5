import { constants } from "node:fs";
import { type FileHandle, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { errnoName } from "../errors.ts";

// Beside the one that was set aside last.
const damagedKept = 2;

// What file systems answer on which a directory cannot be synced.
const unsyncable: ReadonlySet<string | undefined> = new Set(["EINVAL", "ENOTSUP", "EISDIR"]);
// ENOTDIR: what should be its directory is a file.
const absent: ReadonlySet<string | undefined> = new Set(["ENOENT", "ENOTDIR"]);

const withFile = async <Result>(
  handle: FileHandle,
  use: (handle: FileHandle) => Promise<Result>,
): Promise<Result> => {
  try {
    return await use(handle);
  } finally {
    await handle.close();
  }
};

const syncDirectory = async (directory: string): Promise<void> => {
  try {
    await withFile(await open(directory, "r"), (handle) => handle.sync());
  } catch (cause) {
    // Some network and FAT file systems know no such thing; the file itself is safe.
    if (!unsyncable.has(errnoName(cause))) throw cause;
  }
};

/**
 * Replaces a file so that after a loss of power it is either the old or the new one. Only one process may do so at a
 * time, since all use the same temporary name: what a crash left there is overwritten, and does not pile up.
 */
export const replaceFile = async (path: string, text: string, mode = 0o640): Promise<void> => {
  const temporary = `${path}.new`;
  try {
    await withFile(await open(temporary, "w", mode), async (handle) => {
      await handle.writeFile(text);
      await handle.sync();
    });
    await rename(temporary, path);
  } catch (cause) {
    // A full disk is not made emptier by half a file.
    await rm(temporary, { force: true }).catch(() => {});
    throw cause;
  }
  await syncDirectory(dirname(path));
};

/** The text of a regular file of at most that size, undefined if there is none. Throws if it is anything else. */
export const readSmallFile = async (
  path: string,
  maximumBytes: number,
): Promise<string | undefined> => {
  try {
    // Without O_NONBLOCK, a named pipe would hold up the start for ever.
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    return await withFile(handle, async () => {
      const status = await handle.stat();
      if (!status.isFile()) throw new Error("it is not a regular file");
      if (status.size > maximumBytes) throw new Error(`it has ${status.size} bytes`);
      return new TextDecoder("utf-8", { fatal: true }).decode(await handle.readFile());
    });
  } catch (cause) {
    if (absent.has(errnoName(cause))) return undefined;
    throw cause;
  }
};

/** What tells a file from every other one, and from itself before it was changed; undefined if there is none. */
export const identify = async (path: string): Promise<string | undefined> => {
  try {
    const { dev, ino, size, mtimeMs } = await stat(path);
    return [dev, ino, size, mtimeMs].join(":");
  } catch (cause) {
    if (absent.has(errnoName(cause))) return undefined;
    throw cause;
  }
};

/** Renames a file that cannot be used, keeps the two newest before it, and returns the new name. */
export const setAside = async (path: string, wallMs: number): Promise<string> => {
  const stamp = new Date(wallMs).toISOString().replace(/[-:]|\.\d+/g, "");
  const aside = `${path}.damaged-${stamp}`;
  await rename(path, aside);
  const directory = dirname(path);
  const damaged = (await readdir(directory))
    .map((name) => join(directory, name))
    // The newest of them by name may be one of the past: a board without a battery starts with a clock that is behind.
    .filter((other) => other.startsWith(`${path}.damaged-`) && other !== aside)
    .sort();
  for (const old of damaged.slice(0, -damagedKept)) await rm(old, { recursive: true, force: true });
  return aside;
};
