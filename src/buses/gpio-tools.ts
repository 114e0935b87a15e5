import { type ErrorCode, SensorError } from "../errors.ts";
import type { GpioBias, GpioEdges } from "./gpio.ts";
import type { GpioChip } from "./gpio-chips.ts";
import type { ToolGeneration } from "./gpiomon-output.ts";

/** A program of libgpiod and what it is called with. */
export interface ToolCall {
  /** gpiodetect, gpioget, gpioinfo or gpiomon. */
  readonly program: string;
  readonly parameters: readonly string[];
}

/** A line as the tools are told of it. */
export interface ToolLine {
  /** Name of the chip's character device: gpiochip0. */
  readonly chip: string;
  readonly line: number;
  readonly bias?: GpioBias | undefined;
}

const consumer = "sensor-exporter";

// Checked against `--help` of libgpiod 1.6.3 and 2.2.1. The tools are never told of active-low lines: levels are those
// on the wire.
const biasOf1: Readonly<Record<GpioBias, string>> = {
  "pull-up": "pull-up",
  "pull-down": "pull-down",
  disabled: "disable",
};

const lineOf = (
  generation: ToolGeneration,
  { chip, line, bias }: ToolLine,
  own: readonly string[],
): readonly string[] => {
  if (generation === 1) {
    const pull = bias === undefined ? [] : [`--bias=${biasOf1[bias]}`];
    return [...own, ...pull, chip, String(line)];
  }
  const pull = bias === undefined ? [] : ["--bias", bias];
  return [...own, ...pull, "--consumer", consumer, "--chip", chip, String(line)];
};

/** Prints the version. */
export const versionCall: ToolCall = { program: "gpiomon", parameters: ["--version"] };

/** Lists the chips. */
export const chipsCall: ToolCall = { program: "gpiodetect", parameters: [] };

/** Prints the level of a line as 0 or 1. */
export const levelCall = (generation: ToolGeneration, line: ToolLine): ToolCall => ({
  program: "gpioget",
  parameters: lineOf(generation, line, generation === 1 ? [] : ["--numeric"]),
});

const edgesOf1: Readonly<Record<GpioEdges, readonly string[]>> = {
  rising: ["--rising-edge"],
  falling: ["--falling-edge"],
  both: [],
};

/**
 * Prints the edges of a line, as the wire has them, in the format of `createGpiomonParser` until it is stopped. Of one
 * kind, each is what it is called. Of both, the kernel names an edge by the level that it reads a moment later, so a
 * short pulse becomes two falling ones (gpiolib-cdev.c, edge_irq_thread).
 */
export const monitorCall = (
  generation: ToolGeneration,
  line: ToolLine,
  edges: GpioEdges,
): ToolCall => ({
  program: "gpiomon",
  parameters: lineOf(
    generation,
    line,
    generation === 1
      ? ["--line-buffered", "--format=%o %e %s %n", ...edgesOf1[edges]]
      : ["--banner", "--edges", edges, "--event-clock", "monotonic", "--format", "%o %e %S"],
  ),
});

/** Prints who uses the lines of a chip, without touching them. */
export const usersCall = (chip: string): ToolCall => ({ program: "gpioinfo", parameters: [chip] });

/** Whether gpiomon has the line, from what gpioinfo of generation 1 prints: `line  17:  unnamed  "gpiomon"  input ...`. */
export const isMonitored = (text: string, line: number): boolean =>
  text.split("\n").some((row) => {
    const [, offset, rest] = /^\s*line\s+(\d+):(.*)$/.exec(row) ?? [];
    return Number(offset) === line && rest?.includes('"gpiomon"') === true;
  });

/** The generation of the tools, from what `gpiomon --version` prints; undefined if it is not one that is known. */
export const parseGeneration = (text: string): ToolGeneration | undefined => {
  const [, major, minor] = /\(libgpiod\) v(\d+)\.(\d+)/.exec(text) ?? [];
  if (major === "2") return 2;
  // 1.5 brought the bias, 1.6 is the oldest that was tried.
  return major === "1" && Number(minor) >= 6 ? 1 : undefined;
};

/** The chips that gpiodetect prints, as "gpiochip0 [pinctrl-bcm2711] (58 lines)" in both generations. */
export const parseChips = (text: string): readonly GpioChip[] => {
  const chips = new Map<string, GpioChip>();
  for (const row of text.split("\n")) {
    const [, name, label, lines] = /^(\S+) \[(.*)\] \((\d+) lines\)$/.exec(row) ?? [];
    if (name === undefined || label === undefined) continue;
    // A chip with a second device file (60-gpiochip4.rules of Raspberry Pi OS) is printed twice.
    chips.set(name, { names: [name], label, lines: Number(lines) });
  }
  return [...chips.values()];
};

// The tools end with status 1 whatever went wrong, and with strerror's text in English, as they set no locale.
const complaints: readonly (readonly [text: RegExp, code: ErrorCode, remedy?: string])[] = [
  [
    /permission denied/i,
    "permission-denied",
    "Add the service's user to the group that owns /dev/gpiochip*, then log in again.",
  ],
  [
    /resource busy/i,
    "line-unavailable",
    "See who has the line with `gpioinfo`; remove that overlay (w1-gpio takes GPIO4) or choose another line.",
  ],
  [
    /no such (file|device)|cannot find gpio chip/i,
    "device-missing",
    "Check that the chip is connected; `gpiodetect` lists the chips that are there.",
  ],
];

const shownComplaint = 200;

/** Why a tool ended as it did: `how` is "status 1" or the like, `complaint` what it wrote to standard error. */
export const toolError = (program: string, how: string, complaint: string): SensorError => {
  const [, code, remedy] = complaints.find(([text]) => text.test(complaint)) ?? [];
  const said = complaint.trim().slice(0, shownComplaint) || "no reason given";
  return new SensorError(
    code ?? "line-unavailable",
    `${program} ended with ${how}: ${said}`,
    remedy === undefined ? {} : { remedy },
  );
};
