import { SensorError } from "../errors.ts";
import { type GpioChip, isHeaderChip } from "./gpio-chips.ts";

// Raspberry Pi documentation, "GPIO and the 40-pin header". Neither pinctrl-bcm2835.c nor pinctrl-rp1.c is strict, so
// asking for one of these takes it away from its bus without a word. GPIO4 is not among them although w1-gpio uses it
// by default: that driver claims it as a GPIO, and the kernel refuses a second owner (EBUSY).
const buses: readonly (readonly [user: string, lines: readonly number[]])[] = [
  ["the identification EEPROM of a HAT", [0, 1]],
  ["I2C bus 1", [2, 3]],
  ["SPI bus 0", [7, 8, 9, 10, 11]],
  ["the serial port", [14, 15]],
];

/** Throws `line-reserved` if the line belongs to a bus of a Raspberry Pi's header, unless that is allowed. */
export const refuseReservedLine = (
  chip: GpioChip,
  line: number,
  { allowReserved }: { readonly allowReserved: boolean },
): void => {
  if (allowReserved || !isHeaderChip(chip)) return;
  const owner = buses.find(([, lines]) => lines.includes(line));
  if (owner === undefined) return;
  throw new SensorError(
    "line-reserved",
    `GPIO${line} belongs to ${owner[0]}, which would stop working`,
  );
};
