import { z } from "zod";

/** A package of the production tree, as package-lock.json has it. */
export interface LockedPackage {
  /** Where it is installed: node_modules/a/node_modules/b. */
  readonly path: string;
  readonly name: string;
  readonly version: string;
  /** An SPDX expression; undefined if its author states none. */
  readonly licence: string | undefined;
  readonly isOptional: boolean;
}

const lockSchema = z.object({
  lockfileVersion: z.literal(3),
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      license: z.string().optional(),
      dev: z.boolean().default(false),
      optional: z.boolean().default(false),
    }),
  ),
});

const nameOf = (path: string): string => path.slice(path.lastIndexOf("node_modules/") + 13);

/** The packages that `npm ci --omit=dev` installs, optional ones included; throws if the lock is of another form. */
export const productionPackages = (lock: unknown): readonly LockedPackage[] =>
  Object.entries(lockSchema.parse(lock).packages)
    .filter(([path, { dev }]) => path !== "" && !dev)
    .map(([path, { version = "", license, optional }]) => ({
      path,
      name: nameOf(path),
      version,
      licence: license,
      isOptional: optional,
    }));

/** Names of which several versions are installed, each with those. */
export const duplicates = (
  packages: readonly LockedPackage[],
): readonly (readonly [name: string, versions: readonly string[]])[] =>
  [...new Set(packages.map(({ name }) => name))]
    .map((name) => {
      const copies = packages.filter((each) => each.name === name);
      return [name, copies.map(({ version }) => version)] as const;
    })
    .filter(([, versions]) => versions.length > 1);
