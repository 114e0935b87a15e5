import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** Path of a file that comes with the package, found from src/ and from dist/ alike. */
export const packageFile = (name: string): string =>
  join(dirname(createRequire(import.meta.url).resolve("#package.json")), name);
