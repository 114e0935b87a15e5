import { cp, mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { writeArchive, writeChecksums } from "./release/archive.ts";
import { buildDebianPackage, hasDebhelper } from "./release/debian.ts";
import { readEpochSeconds, readRevision } from "./release/repository.ts";
import { packNpmPackage, stageTree } from "./release/tree.ts";

const root = fileURLToPath(new URL("../", import.meta.url));

// --tree is for those who pack it themselves: a directory that does not exist yet, and nothing else is made.
const { values } = parseArgs({
  options: {
    output: { type: "string", default: "release" },
    revision: { type: "string" },
    tree: { type: "string" },
  },
});

const revision = async (): Promise<string | undefined> =>
  values.revision === undefined ? readRevision(root) : values.revision || undefined;

const stage = async (directory: string, scratch: string): Promise<void> => {
  const tree = await stageTree(root, await revision(), scratch);
  await cp(tree.directory, directory, { recursive: true, errorOnExist: true, force: false });
};

const release = async (output: string, scratch: string): Promise<void> => {
  const epochSeconds = await readEpochSeconds(root);
  const tree = await stageTree(root, await revision(), scratch);
  const stem = `${tree.manifest.name}-${tree.manifest.version}`;
  const names = [`${stem}.tgz`, `${stem}-npm.tgz`];
  await rm(output, { recursive: true, force: true });
  await mkdir(output, { recursive: true });
  await writeArchive(tree.directory, join(output, `${stem}.tgz`), epochSeconds);
  await packNpmPackage(tree, scratch, join(output, `${stem}-npm.tgz`));
  if (await hasDebhelper(root)) {
    names.push(await buildDebianPackage(root, tree, scratch, output, epochSeconds));
  } else {
    console.warn("no package for Debian: debhelper is missing (apt install debhelper)");
  }
  await writeChecksums(output, names);
  for (const name of [...names, "SHA256SUMS"]) {
    const { size } = await stat(join(output, name));
    console.log(`${join(output, name)} ${size} bytes`);
  }
};

const scratch = await mkdtemp(join(tmpdir(), "release-"));
try {
  if (values.tree === undefined) await release(resolve(root, values.output), scratch);
  else await stage(resolve(root, values.tree), scratch);
} finally {
  await rm(scratch, { recursive: true, force: true });
}
