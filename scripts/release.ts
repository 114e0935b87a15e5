import { mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { writeArchive, writeChecksums } from "./release/archive.ts";
import { readOrigin } from "./release/repository.ts";
import { packNpmPackage, stageTree } from "./release/tree.ts";

const root = fileURLToPath(new URL("../", import.meta.url));

const { values } = parseArgs({ options: { output: { type: "string", default: "release" } } });

const release = async (output: string, scratch: string): Promise<void> => {
  const origin = await readOrigin(root);
  const tree = await stageTree(origin, scratch);
  const stem = `${tree.manifest.name}-${tree.manifest.version}`;
  const names = [`${stem}.tgz`, `${stem}-npm.tgz`] as const;
  await rm(output, { recursive: true, force: true });
  await mkdir(output, { recursive: true });
  await writeArchive(tree.directory, join(output, names[0]), origin.epochSeconds);
  await packNpmPackage(tree, scratch, join(output, names[1]));
  await writeChecksums(output, names);
  console.log(`revision ${origin.revision ?? "unknown"}`);
  for (const name of [...names, "SHA256SUMS"]) {
    const { size } = await stat(join(output, name));
    console.log(`${join(output, name)} ${size} bytes`);
  }
};

const scratch = await mkdtemp(join(tmpdir(), "release-"));
try {
  await release(resolve(root, values.output), scratch);
} finally {
  await rm(scratch, { recursive: true, force: true });
}
