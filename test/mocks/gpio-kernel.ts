import type { Clock } from "../../src/clock.ts";
import {
  attributeNames,
  newNode,
  openValueFile,
  readAttribute,
  type SimulatedLine,
  systemError,
  type ValueFile,
  writeAttribute,
} from "./gpio-line.ts";

/** A bank of lines. Its directory in /sys/class/gpio is named after `base`, its character device is `name`. */
export interface SimulatedChip {
  readonly name: string;
  readonly label: string;
  readonly base: number;
  readonly lines: number;
  /** What its interrupts can be set to: rising, falling and both by default. */
  readonly triggers?: readonly string[];
}

/** What is simulated. */
export interface GpioSimulationOptions {
  readonly chips: readonly SimulatedChip[];
  readonly clock: Pick<Clock, "nowMs">;
  /** Time from the export of a line until udev has made its files writable for the group gpio; 0 by default. */
  readonly udevDelayMs?: number;
}

/** System calls on /sys/class/gpio. They throw errors with the kernel's errno. */
export interface GpioKernel {
  readonly list: (path: string) => readonly string[];
  readonly read: (path: string) => string;
  /** Empty text opens the file and writes nothing. */
  readonly write: (path: string, text: string) => void;
  readonly openValue: (number: number) => ValueFile;
  /** Every line of every chip by its number. */
  readonly lines: ReadonlyMap<number, SimulatedLine>;
  /** From now on the file cannot be opened for writing. */
  readonly deny: (path: string) => void;
}

const root = "/sys/class/gpio";
const allTriggers = ["rising", "falling", "both"];

const createLines = (chips: readonly SimulatedChip[]): ReadonlyMap<number, SimulatedLine> =>
  new Map(
    chips.flatMap(({ base, lines, triggers = allTriggers }) =>
      Array.from({ length: lines }, (_, offset): [number, SimulatedLine] => [
        base + offset,
        { triggers, level: 0, claimed: false, fault: undefined, node: undefined, openFiles: 0 },
      ]),
    ),
  );

const chipFiles = (chips: readonly SimulatedChip[]): ReadonlyMap<string, string> =>
  new Map(
    chips.flatMap(({ base, label, lines }) => {
      const directory = `${root}/gpiochip${base}`;
      return [
        [`${directory}/base`, String(base)],
        [`${directory}/label`, label],
        [`${directory}/ngpio`, String(lines)],
      ] as const;
    }),
  );

/** A kernel with GPIO sysfs in its old layout, the lines low and exported by nobody. */
export const createGpioKernel = (options: GpioSimulationOptions): GpioKernel => {
  const { chips, clock, udevDelayMs = 0 } = options;
  const lines = createLines(chips);
  const chipTexts = chipFiles(chips);
  const denied = new Set<string>();

  return {
    lines,
    deny: (path) => {
      denied.add(path);
    },
    list: (path) => {
      if (path === root) return listRoot(chips, lines);
      const chip = chips.find(({ base }) => path === `${root}/gpiochip${base}/device`);
      return chip === undefined
        ? attributeNames(exportedLine(lines, path).line)
        : ["driver", chip.name, "gpio", "uevent"];
    },
    read: (path) => {
      const chipText = chipTexts.get(path);
      if (chipText !== undefined) return `${chipText}\n`;
      const { line, node } = exportedLine(lines, path);
      return `${readAttribute(line, node, path)}\n`;
    },
    write: (path, text) => {
      if (denied.has(path)) throw systemError("EACCES", path);
      if (path === `${root}/export`) return exportLine(lines, path, text, clock.nowMs());
      if (path === `${root}/unexport`) return unexportLine(lines, path, text);
      const { line, node } = exportedLine(lines, path);
      const isThere = attributeNames(line).some((name) => path.endsWith(`/${name}`));
      // Opening a missing file for writing tries to create it, which sysfs denies.
      if (!isThere || clock.nowMs() < node.exportedAtMs + udevDelayMs)
        throw systemError("EACCES", path);
      if (text !== "") writeAttribute(line, node, path, text);
    },
    openValue: (number) => {
      const path = `${root}/gpio${number}/value`;
      const { line, node } = exportedLine(lines, path);
      return openValueFile(line, node, path);
    },
  };
};

const exportedLine = (lines: ReadonlyMap<number, SimulatedLine>, path: string) => {
  const line = lines.get(Number(/\/gpio(\d+)(\/|$)/.exec(path)?.[1]));
  if (line?.node === undefined) throw systemError("ENOENT", path);
  return { line, node: line.node };
};

const listRoot = (
  chips: readonly SimulatedChip[],
  lines: ReadonlyMap<number, SimulatedLine>,
): readonly string[] => [
  "export",
  "unexport",
  ...chips.map(({ base }) => `gpiochip${base}`),
  ...[...lines].filter(([, { node }]) => node !== undefined).map(([number]) => `gpio${number}`),
];

const lineByText = (
  lines: ReadonlyMap<number, SimulatedLine>,
  path: string,
  text: string,
): SimulatedLine => {
  const line = lines.get(Number(text));
  if (line === undefined) throw systemError("EINVAL", path);
  return line;
};

const exportLine = (
  lines: ReadonlyMap<number, SimulatedLine>,
  path: string,
  text: string,
  nowMs: number,
): void => {
  if (text === "") return;
  const line = lineByText(lines, path, text);
  if (line.claimed || line.node !== undefined) throw systemError("EBUSY", path);
  line.node = newNode(nowMs);
};

const unexportLine = (
  lines: ReadonlyMap<number, SimulatedLine>,
  path: string,
  text: string,
): void => {
  if (text === "") return;
  const line = lineByText(lines, path, text);
  if (line.node === undefined) throw systemError("EINVAL", path);
  line.node.removed = true;
  for (const wake of line.node.wakers) wake();
  line.node = undefined;
};
