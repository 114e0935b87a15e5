import { inDirectory, textOption } from "../kernel-attributes.ts";
import type { KernelModel } from "../model.ts";

// Maxim 19-7487: the temperature register counts sixteenths of a degree, in two's complement, low byte first; bytes 2 to
// 8 are the alarms, the configuration for 12 bits, two reserved ones that are fixed, one that is not, and the checksum.
const lowestSixteenths = -55 * 16;
const highestSixteenths = 125 * 16;

const sixteenthsOf = (temperatureCelsius: number): number =>
  Math.min(Math.max(Math.round(16 * temperatureCelsius), lowestSixteenths), highestSixteenths);

/** The checksum of 1-Wire chips: polynomial x⁸ + x⁵ + x⁴ + 1, lowest bit first, starting from zero. */
const checksumOf = (bytes: readonly number[]): number => {
  let remainder = 0;
  for (const byte of bytes) {
    remainder ^= byte;
    for (let bit = 0; bit < 8; bit += 1) {
      remainder = (remainder >> 1) ^ (remainder & 1 ? 0x8c : 0);
    }
  }
  return remainder;
};

/** The nine bytes of the scratchpad after a conversion. */
export const scratchpadOf = (temperatureCelsius: number): readonly number[] => {
  const register = sixteenthsOf(temperatureCelsius) & 0xffff;
  // Not documented; what chips show that have measured, and what makes the kernel suspect 0x0c.
  const remainder = 0x10 - (register & 0x0f);
  const bytes = [register & 0xff, register >> 8, 0x4b, 0x46, 0x7f, 0xff, remainder, 0x10];
  return [...bytes, checksumOf(bytes)];
};

// drivers/w1/slaves/w1_therm.c divides whole numbers, towards zero.
const millidegreesOf = (temperatureCelsius: number): number =>
  Math.trunc((sixteenthsOf(temperatureCelsius) * 1000) / 16);

const hexadecimalBytes = (bytes: readonly number[]): string =>
  bytes.map((byte) => `${byte.toString(16).padStart(2, "0")} `).join("");

/** The text of `w1_slave`: Documentation/w1/slaves/w1_therm.rst. */
export const w1SlaveText = (bytes: readonly number[], millidegrees: number): string => {
  const checksum = checksumOf(bytes.slice(0, 8));
  const verdict = checksum === bytes[8] ? "YES" : "NO";
  const shown = hexadecimalBytes(bytes);
  const crc = checksum.toString(16).padStart(2, "0");
  return `${shown}: crc=${crc} ${verdict}\n${shown}t=${millidegrees}\n`;
};

/** A thermometer on the first 1-Wire bus. */
export const model: KernelModel = {
  kind: "kernel",
  files: (environment, options) => {
    const id = textOption(options, "id") ?? "28-0316a2794bff";
    const temperature = () => environment.value("temperatureCelsius");
    return inDirectory(`/sys/devices/w1_bus_master1/${id}`, {
      name: () => `${id}\n`,
      resolution: () => "12\n",
      ext_power: () => "1\n",
      temperature: () => `${millidegreesOf(temperature())}\n`,
      w1_slave: () => w1SlaveText(scratchpadOf(temperature()), millidegreesOf(temperature())),
    });
  },
};
