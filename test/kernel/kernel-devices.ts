import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";

const adapter = (bus: number): string => `/sys/bus/i2c/devices/i2c-${bus}`;

const hexadecimal = (address: number): string => `0x${address.toString(16).padStart(2, "0")}`;

/** Hands a chip to a driver of the kernel (Documentation/i2c/instantiating-devices.rst). Needs root. */
export const bindDriver = (bus: number, address: number, driver: string, module: string): void => {
  // If it is built in, there is no such module.
  spawnSync("modprobe", [module]);
  writeFileSync(`${adapter(bus)}/new_device`, `${driver} ${hexadecimal(address)}`);
};

/** Takes a chip away from its driver. */
export const releaseDriver = (bus: number, address: number): void =>
  writeFileSync(`${adapter(bus)}/delete_device`, hexadecimal(address));

const i2cset = (bus: number, address: number, parameters: readonly string[]): void => {
  const all = ["-y", `${bus}`, hexadecimal(address), ...parameters];
  const { status, stderr, error } = spawnSync("i2cset", all, { encoding: "utf8" });
  if (status !== 0) throw new Error(`i2cset ${all.join(" ")}: ${error ?? stderr}`);
};

/** Sets consecutive 8-bit registers of a chip of i2c-stub; bytes by first register, in hexadecimal digits. */
export const setRegisters = (
  bus: number,
  address: number,
  registers: Readonly<Record<string, string>>,
): void => {
  for (const [register, digits] of Object.entries(registers)) {
    const bytes = (digits.match(/../g) ?? []).map((byte) => `0x${byte}`);
    i2cset(bus, address, [register, ...bytes, "i"]);
  }
};

/** Sets a 16-bit register of a chip of i2c-stub that sends its high byte first. */
export const setWord = (bus: number, address: number, register: string, word: number): void => {
  // SMBus, and so i2cset, takes the first byte for the low one.
  const swapped = ((word & 0xff) << 8) | (word >> 8);
  i2cset(bus, address, [register, `${swapped}`, "w"]);
};
