import { createRequire } from "node:module";
import { z } from "zod";

// Through `imports` of package.json, so that it is found from src/ and from dist/ alike.
const packageFile = "#package.json";

/** Version of the package, as in package.json. */
export const readVersion = (): string =>
  z.object({ version: z.string() }).parse(createRequire(import.meta.url)(packageFile)).version;
