import { spawn } from "node:child_process";

/** A program of the PATH and what it is called with. */
export interface ProgramCall {
  readonly program: string;
  readonly parameters: readonly string[];
  /** All that it finds in its environment; what the exporter has itself if left out. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** How a program ended. */
export interface ProgramEnd {
  /** 0 for success; null if a signal ended it or it did not start. */
  readonly status: number | null;
  readonly killedBy?: string | null;
  /** What it wrote to standard error, cut to 4096 characters. */
  readonly complaint: string;
  /** Why it could not be started at all. */
  readonly notStarted?: Error;
}

/** A program that runs. */
interface RunningProgram {
  /** Resolves when it is gone and all of its output was handed over; never rejects. */
  readonly ended: Promise<ProgramEnd>;
  /** Ends it at once. */
  readonly kill: () => void;
}

/** Starts a program; `onOutput` gets its standard output in the pieces in which it comes. */
export type Spawn = (call: ProgramCall, onOutput: (text: string) => void) => RunningProgram;

const longestComplaint = 4096;

/**
 * Starts a program of the PATH. It is ended by SIGKILL: gpiomon has nothing to tidy up, and the kernel frees the line
 * with the process. Should the exporter be killed itself, gpiomon goes at the line's next edge, by SIGPIPE; until then
 * it keeps the line. (systemd ends what is left of a unit's control group.)
 */
export const spawnProgram: Spawn = ({ program, parameters, environment }, onOutput) => {
  const child = spawn(program, parameters, {
    stdio: ["ignore", "pipe", "pipe"],
    ...(environment === undefined ? {} : { env: environment }),
  });
  let complaint = "";
  const ended = new Promise<ProgramEnd>((resolve) => {
    // Each time: what nobody listens to would end the exporter.
    child.on("error", (notStarted) => resolve({ status: null, complaint, notStarted }));
    child.once("close", (status, killedBy) => resolve({ status, killedBy, complaint }));
  });
  // Without a free file descriptor there are no pipes, whatever the types say (lib/internal/child_process.js, spawn).
  child.stdout?.setEncoding("utf8").on("data", onOutput);
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    complaint = (complaint + text).slice(0, longestComplaint);
  });
  const kill = (): void => {
    child.kill("SIGKILL");
  };
  return { ended, kill };
};
