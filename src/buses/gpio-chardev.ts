import { asSensorError, SensorError } from "../errors.ts";
import type { GpioAddress, GpioBackend, GpioLevel, GpioLine, GpioRequest } from "./gpio.ts";
import { findChip, type GpioChip } from "./gpio-chips.ts";
import { type Monitor, startMonitor } from "./gpio-monitor.ts";
import { logicalLevel } from "./gpio-polarity.ts";
import { endError, runTool, type Tools } from "./gpio-process.ts";
import { refuseReservedLine } from "./gpio-reserved.ts";
import {
  chipsCall,
  levelCall,
  parseChips,
  parseGeneration,
  type ToolLine,
  versionCall,
} from "./gpio-tools.ts";
import type { ToolGeneration } from "./gpiomon-output.ts";

// A pull of 50 kΩ charges the 100 nF of a debouncing capacitor in 25 ms.
const biasSettlingMs = 50;

/**
 * GPIO through the character device, by way of libgpiod's tools. Edges have the kernel's time; bursts of more than 16
 * edges between two reads of gpiomon lose some (the kernel's queue for a line).
 */
export const createChardevBackend = (tools: Tools): GpioBackend => {
  let known: ToolGeneration | undefined;
  const generation = async (signal: AbortSignal): Promise<ToolGeneration> => {
    known ??= await findGeneration(tools, signal);
    return known;
  };
  return {
    name: "chardev",
    unusable: () =>
      generation(new AbortController().signal).then(
        () => undefined,
        (error: unknown) => asSensorError(error).message,
      ),
    open: async (request, signal) => {
      const address = offsetAddress(request.address);
      const found = await generation(signal);
      const chip = await locateChip(tools, address, signal);
      refuseReservedLine(chip, address.line, request);
      const line = { chip: chip.names[0] ?? chip.label, line: address.line, bias: request.bias };
      const level = await readSettledLevel(tools, found, line, signal);
      const monitor = await startMonitor(
        tools,
        { generation: found, line, level, request },
        signal,
      );
      return openedLine(monitor, chip, address.line, request);
    },
  };
};

const quoted = (output: string): string => (output.split("\n", 1)[0] ?? "").slice(0, 80);

const findGeneration = async (tools: Tools, signal: AbortSignal): Promise<ToolGeneration> => {
  const { output, end } = await runTool(tools, versionCall, signal);
  const generation = parseGeneration(output);
  if (generation !== undefined) return generation;
  if (end.status !== 0) throw endError("gpiomon", end);
  throw new SensorError("module-missing", `gpiomon is of no known version: "${quoted(output)}"`, {
    remedy: "Install libgpiod's tools, 1.6 or newer 1.x, or 2.x: `sudo apt install gpiod`.",
  });
};

const offsetAddress = (address: GpioAddress): Extract<GpioAddress, { line: number }> => {
  if ("line" in address) return address;
  throw new SensorError(
    "line-unavailable",
    `the character device knows no sysfs numbers, such as ${address.sysfs}`,
    {
      remedy:
        "Give `line`, and `chip` where it is not a Raspberry Pi's header, instead of `sysfs`.",
    },
  );
};

const locateChip = async (
  tools: Tools,
  address: Extract<GpioAddress, { line: number }>,
  signal: AbortSignal,
): Promise<GpioChip> => {
  const { output, end } = await runTool(tools, chipsCall, signal);
  try {
    return findChip(parseChips(output), address);
  } catch (error) {
    // gpiodetect leaves out chips that it may not open, and complains.
    if (end.status !== 0) throw endError("gpiodetect", end);
    throw error;
  }
};

const readSettledLevel = async (
  tools: Tools,
  generation: ToolGeneration,
  line: ToolLine,
  signal: AbortSignal,
): Promise<GpioLevel> => {
  if (line.bias !== undefined) {
    // The first look switches the pull on, which outlasts it; the line takes its time to follow.
    await readLevel(tools, generation, line, signal);
    await tools.clock.sleep(biasSettlingMs, signal);
  }
  return readLevel(tools, generation, line, signal);
};

// What changes between this and gpiomon's start goes unseen until the next edge: no tool of libgpiod before 2.3 reads a
// line and watches it, and a line that is watched cannot be read.
const readLevel = async (
  tools: Tools,
  generation: ToolGeneration,
  line: ToolLine,
  signal: AbortSignal,
): Promise<GpioLevel> => {
  const { output, end } = await runTool(tools, levelCall(generation, line), signal);
  if (end.status !== 0) throw endError("gpioget", end);
  if (output === "0\n") return 0;
  if (output === "1\n") return 1;
  throw new SensorError("no-data", `gpioget printed "${quoted(output)}" instead of a level`);
};

const openedLine = (
  monitor: Monitor,
  chip: GpioChip,
  line: number,
  { activeLow }: GpioRequest,
): GpioLine => ({
  info: { backend: "chardev", chip: chip.label, line: String(line) },
  level: async () => logicalLevel(monitor.level(), activeLow),
  close: monitor.close,
});
