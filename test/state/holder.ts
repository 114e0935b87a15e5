import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { execPath } from "node:process";

const stateModule = new URL("../../src/state.ts", import.meta.url).href;
const clockModule = new URL("../../src/clock.ts", import.meta.url).href;
const fileModule = new URL("../../src/state/file.ts", import.meta.url).href;
const countersModule = new URL("../../src/state/counters.ts", import.meta.url).href;

const start = (code: string): ChildProcess =>
  spawn(execPath, ["--conditions=source", "--import=tsx", "--input-type=module", "--eval", code], {
    stdio: ["pipe", "pipe", "inherit"],
  });

const firstLine = async (child: ChildProcess): Promise<string> => {
  if (child.stdout === null) throw new Error("the child has no output");
  const [chunk]: unknown[] = await once(child.stdout, "data");
  return String(chunk).trim();
};

/** Another process that opens the state; `answer` is "open", or why it could not. It ends when its input does. */
export const startHolder = async (
  directory: string,
): Promise<{ readonly child: ChildProcess; readonly answer: string }> => {
  const child = start(`
    import { systemClock } from ${JSON.stringify(clockModule)};
    import { openState } from ${JSON.stringify(stateModule)};
    const silent = () => {};
    const log = { debug: silent, info: silent, warn: silent, error: silent };
    const state = await openState({ directory: ${JSON.stringify(directory)}, clock: systemClock, log })
      .catch((error) => { console.log(error.message); process.exit(1); });
    console.log("open");
    process.stdin.on("end", () => state.close()).resume();
  `);
  return { child, answer: await firstLine(child) };
};

/** Another process that writes ever higher counts to a file as fast as it can, until it is killed. */
export const startWriter = async (path: string): Promise<ChildProcess> => {
  const child = start(`
    import { replaceFile } from ${JSON.stringify(fileModule)};
    import { renderCounters } from ${JSON.stringify(countersModule)};
    for (let value = 1; ; value += 1) {
      const totals = Array.from({ length: 200 }, (_, index) =>
        ({ sensor: "sensor " + index, measurement: "pulses", metric: "sensor_pulses_total", value }));
      await replaceFile(${JSON.stringify(path)}, renderCounters(totals));
      if (value === 1) console.log("writing");
    }
  `);
  await firstLine(child);
  return child;
};

/** Ends a child without letting it clean up, and waits until it is gone. */
export const kill = async (child: ChildProcess): Promise<void> => {
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
};

/** Lets a child stop by itself, and waits until it is gone. */
export const stop = async (child: ChildProcess): Promise<void> => {
  const gone = once(child, "exit");
  child.stdin?.end();
  await gone;
};
