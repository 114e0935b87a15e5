import { errnoName, SensorError } from "../errors.ts";
import type { GpioAddress } from "./gpio.ts";
import { findChip, type GpioChip } from "./gpio-chips.ts";
import { listRoot, root } from "./gpio-sysfs-line.ts";
import type { SysfsFiles } from "./sysfs.ts";

/** A chip of /sys/class/gpio; its line n has the number base + n. */
interface SysfsChip extends GpioChip {
  readonly base: number;
}

/** Where a line is: its number, unique on the machine until the next boot, and its chip and offset if known. */
export interface SysfsPlace {
  readonly number: number;
  readonly chip?: SysfsChip | undefined;
}

const isGone = (error: unknown): boolean => ["ENOENT", "ENODEV"].includes(errnoName(error) ?? "");

// The name that users know from `gpiodetect` is the character device's. It lies beside the class device, below their
// common parent; a parent with several chips does not tell which of them is meant.
const characterDevices = async (files: SysfsFiles, name: string): Promise<readonly string[]> => {
  try {
    const siblings = await files.readDirectory(`${root}/${name}/device`);
    const devices = siblings.filter((sibling) => /^gpiochip\d+$/.test(sibling));
    return devices.length === 1 ? devices : [];
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
};

const countOf = (text: string): number => {
  if (/^\d+\n?$/.test(text)) return Number(text);
  throw new SensorError("no-data", `"${text.trim()}" is not a number of lines`);
};

const readChip = async (files: SysfsFiles, name: string): Promise<SysfsChip | undefined> => {
  try {
    const [label, base, lines, devices] = await Promise.all([
      files.readFile(`${root}/${name}/label`),
      files.readFile(`${root}/${name}/base`),
      files.readFile(`${root}/${name}/ngpio`),
      characterDevices(files, name),
    ]);
    return {
      names: [...devices, name],
      label: label.trim(),
      base: countOf(base),
      lines: countOf(lines),
    };
  } catch (error) {
    if (isGone(error)) return undefined; // unplugged since the directory was listed
    throw new SensorError("bus-error", `${root}/${name} cannot be read`, { cause: error });
  }
};

// Kernels that also have chipN/ directories (since 6.17) leave `base` out there.
const chipNames = (entries: readonly string[]): readonly string[] =>
  entries.filter((entry) => /^gpiochip\d+$/.test(entry));

/** Finds a line's number by its chip's label or name; numbers differ from kernel to kernel, see `SysfsPlace`. */
export const locateLine = async (files: SysfsFiles, address: GpioAddress): Promise<SysfsPlace> => {
  const names = chipNames(await listRoot(files));
  const chips = (await Promise.all(names.map((name) => readChip(files, name)))).filter(
    (chip) => chip !== undefined,
  );
  if ("sysfs" in address) {
    const number = address.sysfs;
    const chip = chips.find(({ base, lines }) => number >= base && number < base + lines);
    return { number, chip };
  }
  const chip = findChip(chips, address);
  return { number: chip.base + address.line, chip };
};

/** Why lines cannot be reached through sysfs on this machine, or undefined. */
export const sysfsUnusable = async (files: SysfsFiles): Promise<string | undefined> => {
  try {
    const entries = await files.readDirectory(root);
    if (!entries.includes("export")) return `the kernel has no ${root}/export`;
    if (chipNames(entries).length === 0) return `${root} lists no chips with their first line`;
    // Opens the file for writing and writes nothing.
    await files.writeFile(`${root}/export`, "");
  } catch (error) {
    const code = errnoName(error);
    if (code === "ENOENT") return `the kernel has no ${root}`;
    // Anything else, such as missing rights, depends on the line: it may be exported already.
    if (code === "EROFS") return `${root} is read-only here`;
  }
  return undefined;
};
