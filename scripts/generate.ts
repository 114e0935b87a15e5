import { mkdir, readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { type GeneratedFile, renderFiles } from "./generate/pages.ts";

const root = new URL("../", import.meta.url);

const isCurrent = async ({ path, content }: GeneratedFile): Promise<boolean> => {
  const stored = await readFile(new URL(path, root), "utf8").catch(() => undefined);
  return stored === content;
};

const store = async ({ path, content }: GeneratedFile): Promise<void> => {
  const url = new URL(path, root);
  await mkdir(new URL(".", url), { recursive: true });
  await writeFile(url, content);
};

const { values } = parseArgs({ options: { check: { type: "boolean", default: false } } });

for (const file of await renderFiles()) {
  if (await isCurrent(file)) continue;
  if (values.check) {
    console.error(`${file.path} is stale: run npm run generate`);
    process.exitCode = 1;
  } else {
    await store(file);
    console.log(`${file.path} written`);
  }
}
