import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../src/clock.ts";
import type { System } from "../../src/commands/system.ts";

/** A process whose output a test can read. */
export interface FakeSystem extends System {
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Asks it to stop, as SIGINT does. */
  readonly interrupt: () => void;
}

/** A process on the machine's own clock. */
export const createFakeSystem = (): FakeSystem => {
  let stdout = "";
  let stderr = "";
  const stop = new AbortController();
  return {
    clock: systemClock,
    environment: {},
    print: (text) => {
      stdout += text;
    },
    complain: (text) => {
      stderr += text;
    },
    isTerminal: false,
    columns: 100,
    stop: stop.signal,
    onHangUp: () => {},
    processId: process.pid,
    startedMs: systemClock.nowMs(),
    nodeVersion: process.version,
    processor: { architecture: process.arch },
    user: { userId: process.getuid?.() ?? 0, groupIds: process.getgroups?.() ?? [] },
    stdout: () => stdout,
    stderr: () => stderr,
    interrupt: () => stop.abort(new Error("SIGINT")),
  };
};

/** A directory for the files of a test. */
export const createScratch = () => {
  const directory = mkdtempSync(join(tmpdir(), "commands-"));
  return {
    path: (name: string): string => join(directory, name),
    write: (name: string, text: string): string => {
      const file = join(directory, name);
      writeFileSync(file, text);
      return file;
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
};
