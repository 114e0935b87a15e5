import type { Clock } from "../clock.ts";
import { errnoName, SensorError } from "../errors.ts";
import { type ToolCall, toolError } from "./gpio-tools.ts";

/** How a program ended. */
export interface ToolEnd {
  /** 0 for success; null if a signal ended it or it did not start. */
  readonly status: number | null;
  readonly killedBy?: string | null;
  /** What it wrote to standard error, cut to 4096 characters. */
  readonly complaint: string;
  /** Why it could not be started at all. */
  readonly notStarted?: Error;
}

/** A program that runs. */
interface ToolProcess {
  /** Resolves when it is gone and all of its output was handed over; never rejects. */
  readonly ended: Promise<ToolEnd>;
  /** Ends it at once. */
  readonly kill: () => void;
}

/** Starts a program; `onOutput` gets its standard output in the pieces in which it comes. */
export type SpawnTool = (call: ToolCall, onOutput: (text: string) => void) => ToolProcess;

/** What running a tool takes. */
export interface Tools {
  readonly spawn: SpawnTool;
  readonly clock: Clock;
}

// A Pi Zero needs a tenth of a second to start a program; five say that something hangs.
const longestRunMs = 5000;
// gpiodetect prints some forty characters for each chip.
const longestOutput = 65_536;

/** The promise's value, or undefined after that time; rejects with the signal's reason when it aborts. */
export const within = async <Value>(
  clock: Clock,
  milliseconds: number,
  signal: AbortSignal,
  promise: Promise<Value>,
): Promise<Value | undefined> => {
  const settled = new AbortController();
  const late = clock
    .sleep(milliseconds, AbortSignal.any([signal, settled.signal]))
    .then(() => undefined);
  try {
    return await Promise.race([promise, late]);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    settled.abort();
  }
};

const startError = (program: string, cause: Error): SensorError => {
  const message = `${program} cannot be started (${cause.message})`;
  return errnoName(cause) === "ENOENT"
    ? new SensorError("module-missing", message, {
        remedy: "Install libgpiod's tools: `sudo apt install gpiod`.",
        cause,
      })
    : new SensorError("line-unavailable", message, {
        remedy: "Check the service's limits on open files and processes, and the free memory.",
        cause,
      });
};

/** What it means that a tool ended without success, or before its time. */
export const endError = (
  program: string,
  { status, killedBy, complaint, notStarted }: ToolEnd,
): SensorError =>
  notStarted === undefined
    ? toolError(program, killedBy ?? `status ${status}`, complaint)
    : startError(program, notStarted);

/** Runs a tool to its end, five seconds at most, and gives what it printed. */
export const runTool = async (
  { spawn, clock }: Tools,
  call: ToolCall,
  signal: AbortSignal,
): Promise<{ readonly output: string; readonly end: ToolEnd }> => {
  let output = "";
  const child = spawn(call, (text) => {
    output = (output + text).slice(0, longestOutput);
  });
  try {
    const end = await within(clock, longestRunMs, signal, child.ended);
    if (end !== undefined) return { output, end };
    throw new SensorError("not-ready", `${call.program} did not end within ${longestRunMs} ms`, {
      remedy: "Run it by hand; if it hangs there too, see the kernel's log (`dmesg`).",
    });
  } catch (error) {
    child.kill();
    await child.ended;
    throw error;
  }
};
