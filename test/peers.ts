import { spawnSync } from "node:child_process";
import { env } from "node:process";

/** Set to 1 where every peer must be there (CI): a missing one then fails the test instead of skipping it. */
const requirePeers = "SENSOR_EXPORTER_REQUIRE_PEERS";

/**
 * True if another program that the tests compare us with is there: if `probe` (a command and its arguments) exits
 * with 0. If not, says so loudly, or throws where peers are required. `from` says how to get it.
 */
export const hasPeer = (
  probe: readonly [command: string, ...rest: string[]],
  from: string,
): boolean => {
  const [command, ...rest] = probe;
  if (spawnSync(command, rest, { stdio: "ignore" }).status === 0) return true;
  const problem = `peer missing: \`${probe.join(" ")}\` fails; install ${from}`;
  if (env[requirePeers] === "1") throw new Error(problem);
  console.warn(`\n!!! SKIPPED TESTS: ${problem} !!!\n`);
  return false;
};

/** What a peer printed for `input`, and its exit code (null if it was killed). */
export const runPeer = (
  command: string,
  rest: readonly string[],
  input: string,
): { readonly status: number | null; readonly stdout: string; readonly stderr: string } =>
  spawnSync(command, rest, { input, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
