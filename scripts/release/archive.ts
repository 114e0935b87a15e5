import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { run } from "./run.ts";

/** Writes a directory into a .tgz that has the same bytes whenever and by whomever it is written. */
export const writeArchive = async (
  directory: string,
  file: string,
  epochSeconds: number,
): Promise<void> => {
  const tar = `${file}.tar`;
  await run(dirname(directory), "tar", [
    "--create",
    "--sort=name",
    "--format=gnu",
    "--owner=0",
    "--group=0",
    "--numeric-owner",
    "--mode=u=rwX,go=rX",
    `--mtime=@${epochSeconds}`,
    `--file=${tar}`,
    basename(directory),
  ]);
  await run(dirname(file), "gzip", ["-9", "--no-name", "--force", "--suffix=.gz", tar]);
  await run(dirname(file), "mv", [`${tar}.gz`, file]);
};

/** Writes SHA256SUMS, as `sha256sum --check` reads it, for files of one directory. */
export const writeChecksums = async (
  directory: string,
  names: readonly string[],
): Promise<void> => {
  const lines = await Promise.all(
    names.toSorted().map(async (name) => {
      const hash = createHash("sha256").update(await readFile(join(directory, name)));
      return `${hash.digest("hex")}  ${name}\n`;
    }),
  );
  await writeFile(join(directory, "SHA256SUMS"), lines.join(""));
};
