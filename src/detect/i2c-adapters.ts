import type { Sysfs, SysfsFiles } from "../buses/sysfs.ts";
import { hexadecimal } from "../hexadecimal.ts";

/** An I2C adapter of the machine. */
export interface Adapter {
  /** The N of /dev/i2c-N. */
  readonly number: number;
  /** What the kernel calls it; empty if it does not say. */
  readonly name: string;
}

const deviceFile = /^i2c-(\d+)$/;

/** Adapters that have a device file, by number. */
export const listAdapters = async (
  files: Pick<SysfsFiles, "readDirectory">,
  sysfs: Sysfs,
): Promise<readonly Adapter[]> => {
  const names = await files.readDirectory("/dev");
  const numbers = names.flatMap((name) => deviceFile.exec(name)?.[1] ?? []).map(Number);
  const adapters: Adapter[] = [];
  for (const number of numbers.sort((one, other) => one - other)) {
    const name = await sysfs.readOptional(`bus/i2c/devices/i2c-${number}/name`);
    adapters.push({ number, name: name ?? "" });
  }
  return adapters;
};

const foreignAdapters: readonly (readonly [name: RegExp, reason: string])[] = [
  // bcm2711.dtsi: the two HDMI ports of a Pi 4; bcm2712.dtsi: those of a Pi 5.
  [/^(fef0[49]500|107d5082[08]0)\.i2c$/, "it belongs to an HDMI port"],
  // Drivers of displays name their adapters after the connector or the channel that it is for.
  [/hdmi|ddc|\bdp\b|dpaux|drm|i915|gmbus|amdgpu|nvkm|radeon/iu, "it belongs to a display"],
  // i2c-i801.c, i2c-piix4.c, i2c-nforce2.c: where a PC has its memory modules and its clock generator.
  [/^SMBus .*adapter/u, "it belongs to the mainboard"],
];

/** Why a bus is better left alone unless it is named: what is on it is not there to be measured. */
export const reasonToSkip = ({ name }: Adapter): string | undefined =>
  foreignAdapters.find(([pattern]) => pattern.test(name))?.[1];

/** Name of the kernel's driver that has the chip at an address. */
export const kernelOwner = async (
  sysfs: Sysfs,
  bus: number,
  address: number,
): Promise<string | undefined> => {
  const path = `bus/i2c/devices/${kernelPlace(bus, address)}`;
  if (!(await sysfs.list(path)).includes("driver")) return undefined;
  const driver = await sysfs.resolve(`${path}/driver`);
  return driver.slice(driver.lastIndexOf("/") + 1);
};

/** Bus and address as the kernel writes them: `1-0076`. */
export const kernelPlace = (bus: number, address: number): string =>
  `${bus}-${hexadecimal(address, 4).slice(2)}`;
