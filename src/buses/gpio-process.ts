import { type Clock, within } from "../clock.ts";
import { errnoName, SensorError } from "../errors.ts";
import type { ProgramEnd, Spawn } from "../spawn.ts";
import { type ToolCall, toolError } from "./gpio-tools.ts";

/** What running a tool takes. */
export interface Tools {
  readonly spawn: Spawn;
  readonly clock: Clock;
}

// A Pi Zero needs a tenth of a second to start a program; five say that something hangs.
const longestRunMs = 5000;
// gpiodetect prints some forty characters for each chip.
const longestOutput = 65_536;

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
  { status, killedBy, complaint, notStarted }: ProgramEnd,
): SensorError =>
  notStarted === undefined
    ? toolError(program, killedBy ?? `status ${status}`, complaint)
    : startError(program, notStarted);

/** Runs a tool to its end, five seconds at most, and gives what it printed. */
export const runTool = async (
  { spawn, clock }: Tools,
  call: ToolCall,
  signal: AbortSignal,
): Promise<{ readonly output: string; readonly end: ProgramEnd }> => {
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
