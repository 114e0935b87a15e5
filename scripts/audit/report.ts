import { type Advisories, isGrave } from "./advisories.ts";
import { isAllowed } from "./licences.ts";
import { duplicates, type LockedPackage } from "./lock.ts";
import type { Size } from "./sizes.ts";

/** What is known of the production tree. */
export interface Findings {
  readonly packages: readonly LockedPackage[];
  /** By path; a package that is not installed here has none. */
  readonly sizes: ReadonlyMap<string, Size>;
  readonly advisories: Advisories;
  /** True if it is a failure that advisories could not be asked. */
  readonly isStrict: boolean;
}

const bytesPerMegabyte = 1_000_000;
const megabytes = (bytes: number): string => `${(bytes / bytesPerMegabyte).toFixed(1)} MB`;

const largestShown = 5;

const sizeLines = ({ packages, sizes }: Findings): readonly string[] => {
  const sum = (part: keyof Size) =>
    [...sizes.values()].reduce((total, size) => total + size[part], 0);
  const optional = packages.filter(({ isOptional }) => isOptional).length;
  const missing = packages.filter(({ path }) => !sizes.has(path)).map(({ name }) => name);
  const largest = [...sizes]
    .sort(([, left], [, right]) => right.bytes - left.bytes)
    .slice(0, largestShown)
    .map(([path, { bytes }]) => `${path.replaceAll("node_modules/", "")} ${megabytes(bytes)}`);
  return [
    `production tree: ${packages.length} packages, ${optional} of them optional, ${megabytes(sum("bytes"))}`,
    `of that tests, types, maps and documents: ${megabytes(sum("idleBytes"))}`,
    `largest: ${largest.join(", ")}`,
    ...duplicates(packages).map(
      ([name, versions]) => `more than once: ${name} ${versions.join(", ")}`,
    ),
    ...(missing.length === 0 ? [] : [`not installed here: ${missing.join(", ")}`]),
  ];
};

const licenceLines = (packages: readonly LockedPackage[]): readonly string[] => {
  const counts = new Map<string, number>();
  for (const { licence = "none stated" } of packages) {
    counts.set(licence, (counts.get(licence) ?? 0) + 1);
  }
  const listed = [...counts].sort(([, left], [, right]) => right - left);
  return [`licences: ${listed.map(([licence, count]) => `${licence} ${count}`).join(", ")}`];
};

const advisoryLine = ({ advisories }: Findings): string => {
  if ("problem" in advisories) return `advisories could not be asked: ${advisories.problem}`;
  const { found } = advisories;
  return found.length === 0
    ? "advisories: none"
    : `advisories: ${found.length}, ${found.filter(isGrave).length} of them grave`;
};

/** What is wrong with it, a line each. */
const problemsOf = ({ packages, advisories, isStrict }: Findings): readonly string[] => [
  ...packages
    .filter(({ licence }) => !isAllowed(licence))
    .map(
      ({ name, licence }) =>
        `${name}: the licence ${licence ?? "that is not stated"} is not among the allowed ones`,
    ),
  ...("found" in advisories
    ? advisories.found
        .filter(isGrave)
        .map(({ name, severity }) => `${name}: ${severity} advisory; see npm audit --omit=dev`)
    : isStrict
      ? ["advisories have to be asked, and could not be"]
      : []),
];

/** The report and what in it is a failure. */
export const reportOf = (
  findings: Findings,
): { readonly lines: readonly string[]; readonly problems: readonly string[] } => ({
  lines: [...sizeLines(findings), ...licenceLines(findings.packages), advisoryLine(findings)],
  problems: problemsOf(findings),
});
