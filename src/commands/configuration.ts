import { listDialects } from "../bridge/load-dialect.ts";
import type { Config } from "../config/config.ts";
import { loadConfig } from "../config/load.ts";
import { configFiles } from "../config/locate.ts";
import { formatProblem } from "../config/problems.ts";
import { readBeginning } from "../config/read-file.ts";
import { listDrivers, loadDriver } from "../drivers/load.ts";
import { errnoName, StartError } from "../errors.ts";
import type { WebConfig } from "../http/web-config/config.ts";
import type { Fingerprints, LoadedWebConfig } from "../http/web-config.ts";
import { exitCodes, type System } from "./system.ts";

/** A configuration that was loaded, or the lines that say all that is wrong with it. */
export type Loaded =
  | { readonly file: string; readonly config: Config }
  | { readonly file: string; readonly problems: readonly string[] };

const exists = async (file: string): Promise<boolean> =>
  readBeginning(file, 1).then(
    () => true,
    // One that is there but cannot be read is the user's all the same; loading it will say why.
    (error: unknown) => !["ENOENT", "ENOTDIR"].includes(errnoName(error) ?? ""),
  );

/** The file that was named, else the first of the usual ones that exists; throws StartError if there is none. */
export const findConfigFile = async (
  { environment }: Pick<System, "environment">,
  named: string | undefined,
): Promise<string> => {
  if (named !== undefined) return named;
  const usual = configFiles(environment);
  for (const file of usual) {
    if (await exists(file)) return file;
  }
  throw new StartError(
    `no configuration: neither ${usual.join(" nor ")} exists; name one with --config.file, or try \`npm start\` for a simulated house`,
    { exitCode: exitCodes.badConfiguration },
  );
};

/** Loads a file with every problem rendered as a line. */
export const load = async (
  { environment }: Pick<System, "environment">,
  file: string,
): Promise<Loaded> => {
  const loaded = await loadConfig({
    file,
    environment,
    readFile: readBeginning,
    loadDriver,
    driverNames: await listDrivers(),
    dialectNames: await listDialects(),
  });
  return "config" in loaded
    ? { file, config: loaded.config }
    : { file, problems: loaded.problems.map(formatProblem) };
};

/** Finds and loads the configuration, or prints all that is wrong with it and resolves with undefined. */
export const loadOrComplain = async (
  system: System,
  named: string | undefined,
): Promise<{ readonly file: string; readonly config: Config } | undefined> => {
  const loaded = await load(system, await findConfigFile(system, named));
  if ("config" in loaded) return loaded;
  for (const problem of loaded.problems) system.complain(`${problem}\n`);
  return undefined;
};

/** A web configuration that was named and is right. */
export interface NamedWebConfig {
  readonly file: string;
  readonly config: WebConfig;
  readonly files: Fingerprints;
  /** Loads it anew. */
  readonly load: () => Promise<LoadedWebConfig>;
}

/** Loads the web configuration if one is named, or prints all that is wrong with it and resolves with undefined. */
export const loadWebOrComplain = async (
  { environment, complain }: Pick<System, "environment" | "complain">,
  file: string | undefined,
): Promise<{ readonly web: NamedWebConfig | undefined } | undefined> => {
  if (file === undefined) return { web: undefined };
  // Loaded only if asked for: most exporters stand in a network of their own.
  const { loadWebConfig } = await import("../http/web-config.ts");
  const loadWeb = () => loadWebConfig({ file, environment });
  const loaded = await loadWeb();
  if ("config" in loaded) return { web: { file, load: loadWeb, ...loaded } };
  for (const problem of loaded.problems) complain(`${formatProblem(problem)}\n`);
  return undefined;
};
