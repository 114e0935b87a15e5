import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { member } from "./environment.ts";
import { parseScrape, type Scrape } from "./metrics.ts";

// This file is dist/test/kernel/program.js when it runs.
const main = fileURLToPath(new URL("../../src/main.js", import.meta.url));

// An emulated processor needs ten seconds where a board needs one.
const startLimitMs = 60_000;
const waitLimitMs = 60_000;
const pauseMs = 200;

/** A running exporter. */
export interface Program {
  readonly scrape: () => Promise<Scrape>;
  /** The first scrape that meets a condition; after a minute throws with what was there instead. */
  readonly until: (what: string, isMet: (scrape: Scrape) => boolean) => Promise<Scrape>;
  readonly output: () => string;
  /** Resident set, in kilobytes. */
  readonly residentKilobytes: () => Promise<number>;
  /** Asks it to stop; resolves with its exit code. */
  readonly stop: () => Promise<number | string>;
}

/** What to run, and as whom. */
export interface ProgramOptions {
  /** The configuration file, which may be JSON, since that is YAML. */
  readonly configuration: unknown;
  readonly stateDirectory?: string;
  /** Run as the user, but without the groups that the devices belong to. */
  readonly isStranger?: boolean;
}

/** A new directory that every user may write to. */
export const makeDirectory = async (): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), "kernel-test-"));
  await chmod(directory, 0o777);
  return directory;
};

const commandLine = (parameters: readonly string[], isStranger: boolean): readonly string[] => {
  const command = [process.execPath, main, ...parameters];
  if (member === undefined) return command;
  // setpriv becomes the program, so that signals reach it.
  const groups = isStranger ? "--clear-groups" : "--init-groups";
  return ["setpriv", `--reuid=${member}`, `--regid=${member}`, groups, "--", ...command];
};

const launch = async ({ configuration, stateDirectory, isStranger = false }: ProgramOptions) => {
  const file = join(await makeDirectory(), "config.yaml");
  await writeFile(file, JSON.stringify(configuration), { mode: 0o644 });
  const parameters = [
    "serve",
    `--config.file=${file}`,
    "--web.listen-address=127.0.0.1:0",
    ...(stateDirectory === undefined ? [] : [`--state.directory=${stateDirectory}`]),
  ];
  const [command = "", ...rest] = commandLine(parameters, isStranger);
  return spawn(command, rest, {
    env: { PATH: process.env["PATH"] ?? "", HOME: "/nonexistent" },
    stdio: ["ignore", "pipe", "pipe"],
  });
};

/** What a command printed, and how it ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command of the program to its end, as the user that runs the program. */
export const runCommand = async (parameters: readonly string[]): Promise<Ended> => {
  const [command = "", ...rest] = commandLine(parameters, false);
  const child = spawn(command, rest, {
    env: { PATH: process.env["PATH"] ?? "", HOME: "/nonexistent" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const [code] = await once(child, "close");
  return { code: typeof code === "number" ? code : null, stdout, stderr };
};

const poll = async <Result>(
  limitMs: number,
  look: () => Promise<Result | undefined>,
  failure: () => string,
): Promise<Result> => {
  const deadlineMs = performance.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > deadlineMs) throw new Error(failure());
    await sleep(pauseMs);
  }
};

const sensorLines = ({ text }: Scrape): string =>
  text
    .split("\n")
    .filter((line) => /^sensor_(?!exporter)/.test(line))
    .join("\n");

/** Starts the program and waits until it says where it serves. */
export const startProgram = async (options: ProgramOptions): Promise<Program> => {
  const child = await launch(options);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  let exit: number | string | undefined;
  const ended = once(child, "close").then(([code, signal]: (number | string | null)[]) => {
    exit = code ?? signal ?? -1;
    return exit;
  });
  const url = await poll(
    startLimitMs,
    async () => {
      if (exit !== undefined) throw new Error(`the program ended with ${exit}:\n${output}`);
      return /event=serving url=(\S+)/.exec(output)?.[1];
    },
    () => `the program does not say where it serves:\n${output}`,
  );

  const scrape = async (): Promise<Scrape> => {
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`${url} answers with ${answer.status}`);
    return parseScrape(await answer.text());
  };
  return {
    scrape,
    until: async (what, isMet) => {
      let latest = parseScrape("");
      return poll(
        waitLimitMs,
        async () => {
          latest = await scrape();
          return isMet(latest) ? latest : undefined;
        },
        () => `in vain waited until ${what}:\n${sensorLines(latest)}\n${output}`,
      );
    },
    output: () => output,
    residentKilobytes: async () => {
      const status = await readFile(`/proc/${child.pid}/status`, "utf8");
      return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
    },
    stop: async () => {
      child.kill("SIGTERM");
      return await ended;
    },
  };
};
