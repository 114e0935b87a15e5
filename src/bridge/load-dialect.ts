import { readdir } from "node:fs/promises";
import { extname } from "node:path";
import type { Dialect } from "./dialect.ts";

const directory = new URL("./dialects/", import.meta.url);
// Source files run as they are under tsx and vitest, and compiled from dist.
const extension = extname(new URL(import.meta.url).pathname);

/** Names of all dialects: the directory is the registry. */
export const listDialects = async (): Promise<readonly string[]> => {
  const entries = await readdir(directory, { withFileTypes: true });
  return entries
    .filter(({ name }) => name.endsWith(extension) && !name.endsWith(`.d${extension}`))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name.slice(0, -extension.length))
    .sort();
};

/** Loads the dialect of that name, which is one of `listDialects`; what is not configured is never loaded. */
export const loadDialect = async (name: string): Promise<Dialect> => {
  const module: { readonly dialect: Dialect } = await import(
    /* @vite-ignore */ new URL(`${name}${extension}`, directory).href
  );
  return module.dialect;
};

/** Loads the dialects that a broker's configuration names, the most trusted first. */
export const loadDialects = async (
  discover: readonly { readonly dialect: string }[],
): Promise<ReadonlyMap<string, Dialect>> =>
  new Map(
    await Promise.all(
      discover.map(async ({ dialect }) => [dialect, await loadDialect(dialect)] as const),
    ),
  );
