import { execFile } from "node:child_process";
import { env } from "node:process";
import { promisify } from "node:util";

const execute = promisify(execFile);

const outputLimitBytes = 64 * 1024 * 1024;

// `npm run` tells its children where its own package is, and an npm that works elsewhere would believe it.
const ofThisPackage =
  /^(?:npm_config_local_prefix|npm_package_|npm_lifecycle_|npm_command|INIT_CWD)/u;

const inherited = (): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !ofThisPackage.test(name)));

/** What the command printed; throws with what it said if it fails. */
export const run = async (
  directory: string,
  command: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<string> => {
  const { stdout } = await execute(command, words, {
    cwd: directory,
    env: { ...inherited(), LC_ALL: "C", ...environment },
    maxBuffer: outputLimitBytes,
  });
  return stdout;
};
