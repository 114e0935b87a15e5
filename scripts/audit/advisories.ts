import { execFile } from "node:child_process";
import { z } from "zod";

/** A package that somebody has reported a weakness of. */
export interface Advisory {
  readonly name: string;
  readonly severity: string;
}

/** What is known of the production tree, or why it could not be asked. */
export type Advisories = { readonly found: readonly Advisory[] } | { readonly problem: string };

const reportSchema = z.union([
  z.object({
    vulnerabilities: z.record(z.string(), z.object({ name: z.string(), severity: z.string() })),
  }),
  z.object({ message: z.string() }),
]);

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Reads what `npm audit --json` prints, which is a report or an error. */
export const readReport = (text: string): Advisories => {
  const { data } = reportSchema.safeParse(parse(text));
  if (data === undefined) return { problem: "npm audit printed no report" };
  if ("message" in data) return { problem: data.message };
  return { found: Object.values(data.vulnerabilities) };
};

// Least first, https://docs.npmjs.com/about-audit-reports
const tolerated: readonly string[] = ["info", "low"];

/** True if a release has to wait for it. */
export const isGrave = ({ severity }: Advisory): boolean => !tolerated.includes(severity);

/** Asks the registry about the production tree of the lock, whether it is installed or not. */
export const askAdvisories = (directory: string): Promise<Advisories> =>
  new Promise((resolve) => {
    execFile(
      "npm",
      ["audit", "--omit=dev", "--package-lock-only", "--json"],
      { cwd: directory },
      // It exits with 1 for what it has found as for what has failed; its report tells.
      (_error, stdout) => resolve(readReport(stdout)),
    );
  });
