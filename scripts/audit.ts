import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { askAdvisories } from "./audit/advisories.ts";
import { productionPackages } from "./audit/lock.ts";
import { reportOf } from "./audit/report.ts";
import { type Size, sizeOf } from "./audit/sizes.ts";

const root = fileURLToPath(new URL("../", import.meta.url));

// --strict fails where the registry does not answer; where there is no network that is no news.
const { values } = parseArgs({ options: { strict: { type: "boolean", default: false } } });

const lock: unknown = JSON.parse(await readFile(join(root, "package-lock.json"), "utf8"));
const packages = productionPackages(lock);
const sizes = new Map<string, Size>();
for (const { path } of packages) {
  const size = await sizeOf(join(root, path));
  if (size !== undefined) sizes.set(path, size);
}
const advisories = await askAdvisories(root);
const { lines, problems } = reportOf({ packages, sizes, advisories, isStrict: values.strict });
for (const line of lines) console.log(line);
for (const problem of problems) console.error(`audit: ${problem}`);
if (problems.length > 0) process.exitCode = 1;
