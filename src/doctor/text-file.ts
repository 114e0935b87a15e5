import type { Machine } from "../machine.ts";

/** Text of a small file, without the zero byte that the device tree ends it with; undefined if it cannot be read. */
export const readTextFile = async (
  { files }: Pick<Machine, "files">,
  path: string,
): Promise<string | undefined> => {
  try {
    return (await files.readFile(path)).replace(/\0+$/u, "").trim();
  } catch {
    // Absent or not for us: there is nothing to say about it either way.
    return undefined;
  }
};

/** Names in a directory; none if it cannot be read. */
export const listDirectory = async (
  { files }: Pick<Machine, "files">,
  path: string,
): Promise<readonly string[]> => {
  try {
    return await files.readDirectory(path);
  } catch {
    return [];
  }
};
