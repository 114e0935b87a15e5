import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Log, LogFields, LogLevel } from "../../src/log.ts";

/** A directory that is gone after the test. */
export const createDirectory = async (): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), "sensor-exporter-state-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
};

/** A log that remembers what it was told. */
export const createRecordingLog = () => {
  const lines: { level: LogLevel; event: string; fields: LogFields }[] = [];
  const writer =
    (level: LogLevel) =>
    (event: string, fields: LogFields = {}): void => {
      lines.push({ level, event, fields });
    };
  const log: Log = {
    debug: writer("debug"),
    info: writer("info"),
    warn: writer("warn"),
    error: writer("error"),
  };
  return { log, lines, events: () => lines.map(({ event }) => event) };
};
