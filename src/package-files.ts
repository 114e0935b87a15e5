import { realpath } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** Path of a file that comes with the package, found from src/ and from dist/ alike. */
export const packageFile = (name: string): string =>
  join(dirname(createRequire(import.meta.url).resolve("#package.json")), name);

/** The same where the package is the version that `current` beside it points to: a path that outlasts an upgrade. */
export const lastingPackageFile = async (name: string): Promise<string> => {
  const directory = packageFile("");
  const link = join(dirname(directory), "current");
  const isCurrent = await realpath(link).then(
    (target) => target === directory,
    () => false,
  );
  return isCurrent ? join(link, name) : packageFile(name);
};
