import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../dist/src/main.js", import.meta.url));

/** A running exporter, as a user runs it. */
export interface Program {
  /** Where it says that it serves. */
  readonly url: string;
  readonly pid: number;
  /** What it wrote so far, both streams. */
  readonly output: () => string;
  readonly signal: (name: NodeJS.Signals) => void;
  /** Resolves with the exit code, or the signal's name, once it has ended. */
  readonly ended: Promise<number | string>;
}

/** Every started program that has not ended; a test file stops them after each test. */
const running = new Set<() => Promise<void>>();

const spawnProgram = (
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  prefix: readonly string[] = [],
) => {
  if (!existsSync(main)) throw new Error("dist/ is missing: npm run build comes first");
  const [command = "", ...rest] = [...prefix, process.execPath, main, ...args];
  const child = spawn(command, rest, {
    env: { PATH: process.env["PATH"] ?? "", HOME: "/nonexistent", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  const ended = once(child, "close").then(([code, signal]: (number | string | null)[]) => {
    running.delete(kill);
    return code ?? signal ?? -1;
  });
  const kill = async () => {
    child.kill("SIGKILL");
    await ended;
  };
  running.add(kill);
  return { child, ended, output: () => output, stdout: () => stdout };
};

/** Runs a command to its end. */
export const runProgram = async (
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<{
  readonly exit: number | string;
  readonly stdout: string;
  readonly output: string;
}> => {
  const { ended, output, stdout } = spawnProgram(args, environment);
  const exit = await ended;
  return { exit, stdout: stdout(), output: output() };
};

/** Runs a shell pipeline to its end, the program under the name `sensor_exporter` in it. */
export const runPipeline = async (
  pipeline: string,
): Promise<{ readonly exit: number | string; readonly output: string }> => {
  const child = spawn(
    "bash",
    ["-c", `sensor_exporter() { "$0" "${main}" "$@"; }\n${pipeline}`, process.execPath],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const [code, signal]: (number | string | null)[] = await once(child, "close");
  return { exit: code ?? signal ?? -1, output };
};

/** Starts a command and waits until it says where it serves, in words that a pattern finds. */
const startServing = async (
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  pattern: RegExp,
  prefix: readonly string[] = [],
): Promise<Program> => {
  const { child, ended, output } = spawnProgram(args, environment, prefix);
  const url = await new Promise<string>((resolve, reject) => {
    const look = () => {
      const found = pattern.exec(output());
      if (found?.[1] !== undefined) resolve(found[1]);
    };
    child.stderr.on("data", look);
    child.stdout.on("data", look);
    ended.then((exit) => reject(new Error(`ended with ${exit}: ${output()}`)), reject);
  });
  return { url, pid: child.pid ?? 0, output, ended, signal: (name) => child.kill(name) };
};

/**
 * Starts `serve` on a port of the system's choice and waits until it says where. `prefix` is a command that becomes the
 * one after it.
 */
export const startProgram = (
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  prefix: readonly string[] = [],
): Promise<Program> =>
  startServing(
    ["serve", "--web.listen-address=127.0.0.1:0", ...args],
    environment,
    /url=(https?:\S+?)\/metrics/u,
    prefix,
  );

/** Starts `targets` on a port of the system's choice and waits until it says where. */
export const startTargets = (args: readonly string[]): Promise<Program> =>
  startServing(
    ["targets", "--web.listen-address=127.0.0.1:0", ...args],
    {},
    /url=(https?:\S+?)\/targets/u,
  );

/** Ends whatever a test has left running. */
export const stopPrograms = async (): Promise<void> => {
  await Promise.all([...running].map((kill) => kill()));
};

/** A copy of the simulated house whose broker listens on any free port, since several tests run at once. */
export const copySimulatedHouse = async (directory: string): Promise<string> => {
  const file = join(directory, "simulated.yaml");
  const text = await readFile("config/simulated.yaml", "utf8");
  await writeFile(file, text.replace("127.0.0.1:11883", "127.0.0.1:0"));
  return file;
};
