import { createRequire } from "node:module";
import { z } from "zod";

// Through `imports` of package.json, so that it is found from src/ and from dist/ alike.
const packageFile = "#package.json";

// `gitHead` is npm's name for it; a release has it, a checkout has not.
const packageSchema = z.object({ version: z.string(), gitHead: z.string().default("") });

const readPackage = () => packageSchema.parse(createRequire(import.meta.url)(packageFile));

/** Version of the package, as in package.json. */
export const readVersion = (): string => readPackage().version;

/** The commit that a release was built from; empty elsewhere. */
export const readRevision = (): string => readPackage().gitHead;
