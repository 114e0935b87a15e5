import type { Clock } from "../clock.ts";
import { SensorError } from "../errors.ts";
import type { GpioLevel } from "./gpio.ts";
import {
  absentError,
  exportError,
  noSysfsError,
  readingError,
  settingError,
} from "./gpio-sysfs-errors.ts";
import type { SysfsFiles } from "./sysfs.ts";

/** Where the kernel shows GPIO in its old way; Documentation/ABI/obsolete/sysfs-gpio. */
export const root = "/sys/class/gpio";
// udev hands the files of a new line to the group gpio 0.2 to 0.4 s after the export on a Pi 1
// (https://github.com/fivdi/onoff/issues/20), and takes longer where several lines are exported at once on a slow machine.
const accessStepMs = 5;
const accessLimitMs = 10_000;

/** Attribute files of an exported line. Documentation/ABI/obsolete/sysfs-gpio. */
export type LineFile = "direction" | "edge" | "active_low" | "value";

const linePath = (number: number, file: LineFile): string => `${root}/gpio${number}/${file}`;

/** Names in /sys/class/gpio. Throws `device-missing` where lines cannot be exported there. */
export const listRoot = async (files: SysfsFiles): Promise<readonly string[]> => {
  const entries = await files.readDirectory(root).catch((cause: unknown) => {
    throw noSysfsError(cause);
  });
  // CONFIG_GPIO_SYSFS_LEGACY=n leaves chipN/export only, and no way to wait for an edge.
  if (!entries.includes("export")) throw noSysfsError();
  return entries;
};

/** Exports a line; false if it already was, by whomever. */
export const exportLine = async (files: SysfsFiles, number: number): Promise<boolean> => {
  if ((await listRoot(files)).includes(`gpio${number}`)) return false;
  try {
    await files.writeFile(`${root}/export`, String(number));
  } catch (cause) {
    throw exportError(number, cause);
  }
  return true;
};

/** Undoes an export. Failure is ignored: the line went with its chip, or someone else was faster. */
export const unexportLine = (files: SysfsFiles, number: number): Promise<void> =>
  files.writeFile(`${root}/unexport`, String(number)).catch(() => undefined);

const openProblem = (files: SysfsFiles, path: string): Promise<unknown> =>
  // Opens the file for writing and writes nothing.
  files.writeFile(path, "").then(
    () => undefined,
    (error: unknown) => error,
  );

/** Waits until files of a line that has just been exported can be written; up to 2 s, then throws what is in the way. */
export const awaitAccess = async (
  files: SysfsFiles,
  clock: Clock,
  number: number,
  names: readonly LineFile[],
  signal: AbortSignal,
): Promise<void> => {
  const deadlineMs = clock.nowMs() + accessLimitMs;
  for (const name of names) {
    for (;;) {
      const problem = await openProblem(files, linePath(number, name));
      if (problem === undefined) break;
      if (clock.nowMs() >= deadlineMs) throw await accessError(files, number, name, problem);
      await clock.sleep(accessStepMs, signal);
    }
  }
};

// Opening a missing file of sysfs for writing may fail with EACCES, for it cannot be created.
const accessError = async (
  files: SysfsFiles,
  number: number,
  name: LineFile,
  problem: unknown,
): Promise<SensorError> => {
  const directory = `${root}/gpio${number}`;
  const present: readonly string[] = await files.readDirectory(directory).catch(() => []);
  return present.includes(name) ? settingError(number, name, problem) : absentError(number, name);
};

/** Sets an attribute of an exported line unless it is as wanted already, and makes sure that it took. */
export const setLine = async (
  files: SysfsFiles,
  number: number,
  name: LineFile,
  wanted: string,
): Promise<void> => {
  if ((await readLine(files, number, name)) === wanted) return;
  try {
    await files.writeFile(linePath(number, name), wanted);
  } catch (cause) {
    throw settingError(number, name, cause);
  }
  await expectLine(files, number, name, wanted);
};

/** Throws `line-unavailable` unless an attribute of an exported line has that value. */
export const expectLine = async (
  files: SysfsFiles,
  number: number,
  name: LineFile,
  wanted: string,
): Promise<void> => {
  const found = await readLine(files, number, name);
  if (found !== wanted)
    throw settingError(number, name, undefined, `reads "${found}", not "${wanted}"`);
};

const readLine = async (files: SysfsFiles, number: number, name: LineFile): Promise<string> => {
  try {
    return (await files.readFile(linePath(number, name))).trim();
  } catch (cause) {
    throw readingError(number, cause);
  }
};

/** Level on the wire of an exported line, as long as its `active_low` is 0. */
export const readLevel = async (files: SysfsFiles, number: number): Promise<GpioLevel> => {
  const text = await readLine(files, number, "value");
  if (text === "0") return 0;
  if (text === "1") return 1;
  throw new SensorError("no-data", `the value of sysfs GPIO ${number} reads "${text}"`);
};
