import type { GpioLevel } from "../../src/buses/gpio.ts";
import type { OnoffBinding } from "../../src/buses/gpio-onoff.ts";
import type { SysfsFiles } from "../../src/buses/sysfs.ts";
import { createGpioKernel, type GpioSimulationOptions } from "./gpio-kernel.ts";
import { driveLine, type SimulatedLine } from "./gpio-line.ts";
import { createOnoff } from "./gpio-onoff.ts";

/** /sys/class/gpio and onoff over the same simulated lines, and the hands that drive the wires. */
export interface GpioSimulation {
  /** Serves paths below /sys/class/gpio only. */
  readonly files: SysfsFiles;
  readonly onoff: OnoffBinding;
  /** Sets the level on a wire; the chip is named by label, name or base. */
  readonly drive: (chip: string | number, line: number, level: GpioLevel) => void;
  /** Gives a line to a driver of the kernel, such as w1-gpio. */
  readonly claim: (chip: string | number, line: number) => void;
  /** Lets reads of a line's level fail with that errno, or no longer. */
  readonly fault: (chip: string | number, line: number, errno: string | undefined) => void;
  /** From now on the file cannot be opened for writing. */
  readonly deny: (path: string) => void;
  /** Numbers of the lines that are exported. */
  readonly exported: () => readonly number[];
  /** Count of `value` files that are open. */
  readonly openFiles: () => number;
}

/** Simulated lines at the level of the kernel; they are low and nobody has exported them. */
export const createGpioSimulation = (options: GpioSimulationOptions): GpioSimulation => {
  const kernel = createGpioKernel(options);

  const lineOf = (chip: string | number, offset: number): SimulatedLine => {
    const found = options.chips.find(({ label, name, base }) => [label, name, base].includes(chip));
    const line = kernel.lines.get((found?.base ?? Number.NaN) + offset);
    if (found === undefined || offset >= found.lines || line === undefined) {
      throw new Error(`no simulated line ${offset} of GPIO chip ${chip}`);
    }
    return line;
  };

  return {
    files: {
      readFile: async (path) => kernel.read(path),
      writeFile: async (path, text) => kernel.write(path, text),
      readDirectory: async (path) => kernel.list(path),
      realPath: async (path) => path,
    },
    onoff: createOnoff(kernel),
    drive: (chip, line, level) => driveLine(lineOf(chip, line), level),
    claim: (chip, line) => {
      lineOf(chip, line).claimed = true;
    },
    fault: (chip, line, errno) => {
      lineOf(chip, line).fault = errno;
    },
    deny: kernel.deny,
    exported: () =>
      [...kernel.lines].filter(([, { node }]) => node !== undefined).map(([number]) => number),
    openFiles: () => [...kernel.lines.values()].reduce((sum, line) => sum + line.openFiles, 0),
  };
};
