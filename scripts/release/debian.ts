import { cp, mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./run.ts";
import type { Tree } from "./tree.ts";

/** A version as Debian orders it: 1.0.0-rc.1 comes before 1.0.0 only with a tilde. */
export const debianVersion = (version: string): string => version.replace("-", "~");

/** An entry of debian/changelog, which refers to the project's own. */
export const debianChangelog = (name: string, version: string, epochSeconds: number): string => {
  const date = new Date(epochSeconds * 1000).toUTCString().replace("GMT", "+0000");
  return `${name} (${debianVersion(version)}) unstable; urgency=medium

  * What has changed is in /usr/share/doc/${name}/CHANGELOG.md.

 -- The ${name} project <maintainers@${name}.invalid>  ${date}
`;
};

/** True where debhelper and dpkg-dev are installed. */
export const hasDebhelper = (root: string): Promise<boolean> =>
  run(root, "dh", ["--list"]).then(
    () => true,
    () => false,
  );

/** Builds the package for Debian, of the same files as the archive; resolves with its name. */
export const buildDebianPackage = async (
  root: string,
  { directory, manifest: { name, version } }: Tree,
  scratch: string,
  output: string,
  epochSeconds: number,
): Promise<string> => {
  const source = join(scratch, "debian", name);
  await mkdir(source, { recursive: true });
  await cp(directory, join(source, "program"), { recursive: true });
  await cp(join(root, "packaging/debian"), join(source, "debian"), { recursive: true });
  await writeFile(join(source, "debian/changelog"), debianChangelog(name, version, epochSeconds));
  await run(source, "debian/rules", ["binary"], {
    SOURCE_DATE_EPOCH: String(epochSeconds),
    // Nothing of it is root's until it is packed.
    DEB_RULES_REQUIRES_ROOT: "no",
  });
  const file = `${name}_${debianVersion(version)}_all.deb`;
  await rename(join(scratch, "debian", file), join(scratch, file));
  await cp(join(scratch, file), join(output, file));
  return file;
};
