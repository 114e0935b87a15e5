import { z } from "zod";

const manifestSchema = z.looseObject({
  name: z.string(),
  version: z.string(),
  files: z.array(z.string()),
});

const lockedSchema = z.looseObject({
  dev: z.boolean().optional(),
  devOptional: z.boolean().optional(),
});

const lockSchema = z.looseObject({ packages: z.record(z.string(), lockedSchema) });

/** A package.json. */
export type Manifest = z.infer<typeof manifestSchema>;

/** A package-lock.json. */
export type Lock = z.infer<typeof lockSchema>;

/** The manifest that the text of a package.json holds. */
export const parseManifest = (text: string): Manifest => manifestSchema.parse(JSON.parse(text));

/** The lock that the text of a package-lock.json holds. */
export const parseLock = (text: string): Lock => lockSchema.parse(JSON.parse(text));

/**
 * The manifest of what is released: without the development's packages and the scripts that need them, and with the
 * commit under the name that npm gives it, which is where the program looks for its revision.
 */
export const productionManifest = (manifest: Manifest, revision: string | undefined): Manifest => {
  const { devDependencies, scripts, ...rest } = manifest;
  return { ...rest, ...(revision === undefined ? {} : { gitHead: revision }) };
};

type Locked = z.infer<typeof lockedSchema>;

// Needed by development and by an optional package: what is left of that is the optional package.
const undeveloped = ({ devOptional, ...rest }: Locked): Locked =>
  devOptional === true ? { ...rest, optional: true } : rest;

/** The lock without the development's packages: what `npm ci --omit=dev` installs of the other one. */
export const productionLock = (lock: Lock): Lock => {
  const { "": own, ...others } = lock.packages;
  const { devDependencies, ...root } = own ?? {};
  const kept = Object.entries(others)
    .filter(([, locked]) => locked.dev !== true)
    .map(([path, locked]) => [path, undeveloped(locked)] as const);
  return { ...lock, packages: { "": root, ...Object.fromEntries(kept) } };
};
