import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { prune } from "./prune.ts";
import { run } from "./run.ts";

// Debian's npm brings 400 packages to a board; the board needs of it what compiles two modules. This version runs on
// every Node.js that the exporter runs on, as engines of its package.json says.
const version = "11.19.1";

// What the registry gives for it (dist.integrity).
const integrity =
  "sha512-ztsxKxt/kkIaAs+2i0GU6I+DRmUdrNasxTZKJe9TCdSjKxlhah/4r/hl5ygMD6XAg1qZ9c2TNomR4qgOydp10g==";

// npm reads this beside its own package.json. On a board it has nothing to ask of the network.
const settings = "audit=false\nfund=false\nupdate-notifier=false\n";

const packedSchema = z.tuple([z.object({ filename: z.string(), integrity: z.string() })]);

/** Puts npm's own package into a directory that does not exist yet, without its manual. */
export const vendorNpm = async (directory: string): Promise<void> => {
  await mkdir(directory, { recursive: true });
  const report = await run(directory, "npm", ["pack", `npm@${version}`, "--json"]);
  const [packed] = packedSchema.parse(JSON.parse(report));
  if (packed.integrity !== integrity) {
    throw new Error(`npm@${version} is ${packed.integrity} now; ${integrity} was expected`);
  }
  await run(directory, "tar", ["--extract", "--strip-components=1", `--file=${packed.filename}`]);
  const manual = ["docs", "man", packed.filename];
  await Promise.all(manual.map((name) => rm(join(directory, name), { recursive: true })));
  await prune(directory);
  await writeFile(join(directory, "npmrc"), settings);
};
