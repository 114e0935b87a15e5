import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** Bytes of a directory tree, and those of them that no program needs: tests, types, maps and documents. */
export interface Size {
  readonly bytes: number;
  readonly idleBytes: number;
}

const idle =
  /(?:^|\/)(?:test|tests|example|examples|doc|docs|benchmarks?)\/|\.(?:md|map|[cm]?ts)$/u;

/** The size of an installed package without the packages below it; undefined if it is not installed. */
export const sizeOf = async (directory: string): Promise<Size | undefined> => {
  const names = await readdir(directory, { recursive: true }).catch(() => undefined);
  if (names === undefined) return undefined;
  let [bytes, idleBytes] = [0, 0];
  for (const name of names) {
    if (/(?:^|\/)node_modules(?:\/|$)/u.test(name)) continue;
    const file = await stat(join(directory, name));
    if (!file.isFile()) continue;
    bytes += file.size;
    if (idle.test(name)) idleBytes += file.size;
  }
  return { bytes, idleBytes };
};
