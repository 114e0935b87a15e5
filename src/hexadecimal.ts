/** A number as datasheets print addresses and registers: `0x76`, `0x0d`, `0x8583`. */
export const hexadecimal = (value: number, digits = 2): string =>
  `0x${value.toString(16).padStart(digits, "0")}`;
