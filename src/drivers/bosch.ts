// The compensation that BMP280 and BME280 share. Sections and tables are those of BST-BME280-DS002, revision 1.6;
// the formulas are those of section 8.1, in double precision, written as polynomials. They keep all the digits that a
// code has, where the integer formulas of section 4.2.3 round the temperature to 0.01 °C.

/** Trimming words for temperature and pressure, named as in section 4.2.2 but for the prefix `dig_`. */
export interface ThermalWords {
  readonly t1: number;
  readonly t2: number;
  readonly t3: number;
  readonly p1: number;
  readonly p2: number;
  readonly p3: number;
  readonly p4: number;
  readonly p5: number;
  readonly p6: number;
  readonly p7: number;
  readonly p8: number;
  readonly p9: number;
}

/** Trimming words for humidity, named as in section 4.2.2 but for the prefix `dig_`. */
export interface HumidWords {
  readonly h1: number;
  readonly h2: number;
  readonly h3: number;
  readonly h4: number;
  readonly h5: number;
  readonly h6: number;
}

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Table 16: dig_T1 to dig_P9 from the 24 bytes at 0x88; the first word of each group is unsigned, the rest signed. */
export const thermalWordsOf = (bytes: Uint8Array): ThermalWords => {
  const view = viewOf(bytes);
  const signed = (index: number) => view.getInt16(2 * index, true);
  const unsigned = (index: number) => view.getUint16(2 * index, true);
  return {
    t1: unsigned(0),
    t2: signed(1),
    t3: signed(2),
    p1: unsigned(3),
    p2: signed(4),
    p3: signed(5),
    p4: signed(6),
    p5: signed(7),
    p6: signed(8),
    p7: signed(9),
    p8: signed(10),
    p9: signed(11),
  };
};

/** Table 16: dig_H1, the byte at 0xA1, and dig_H2 to dig_H6 from the 7 bytes at 0xE1. */
export const humidWordsOf = (h1: number, bytes: Uint8Array): HumidWords => {
  const view = viewOf(bytes);
  return {
    h1,
    h2: view.getInt16(0, true),
    h3: view.getUint8(2),
    // Two signed words of 12 bits share the byte at 0xE5: dig_H4 has its low half, dig_H5 its high half.
    h4: view.getInt8(3) * 16 + (view.getUint8(4) & 0x0f),
    h5: view.getInt16(4, true) >> 4,
    h6: view.getInt8(6),
  };
};

/** Temperature in 1/5120 °C, from a code of 20 bits. */
export const fineTemperatureOf = ({ t1, t2, t3 }: ThermalWords, code: number): number => {
  const excess = code / 16 - t1;
  return (t2 * excess) / 2 ** 10 + t3 * (excess / 2 ** 13) ** 2;
};

/**
 * Absolute pressure in pascals, from the fine temperature and a code of 20 bits. It divides by a number above zero as
 * long as dig_P1 is one: between -40 and 85 °C the terms of dig_P2 and dig_P3 together stay below 0.5.
 */
export const pressureOf = (words: ThermalWords, fineTemperature: number, code: number): number => {
  const { p1, p2, p3, p4, p5, p6, p7, p8, p9 } = words;
  const shift = fineTemperature / 2 - 64_000;
  const offset = (p6 * shift ** 2) / 2 ** 17 + (p5 * shift) / 2 + p4 * 2 ** 16;
  const sensitivity = p1 * (1 + (p2 * shift) / 2 ** 34 + (p3 * shift ** 2) / 2 ** 53);
  const linear = ((2 ** 20 - code - offset / 2 ** 12) * 6250) / sensitivity;
  return linear + (p7 + (p8 * linear) / 2 ** 15 + (p9 * linear ** 2) / 2 ** 31) / 16;
};

/** Relative humidity from the fine temperature and a code of 16 bits, cropped to 0 to 1 as section 8.1 does. */
export const humidityOf = (words: HumidWords, fineTemperature: number, code: number): number => {
  const { h1, h2, h3, h4, h5, h6 } = words;
  const shift = fineTemperature - 76_800;
  const slope = 1 + ((h6 * shift) / 2 ** 26) * (1 + (h3 * shift) / 2 ** 26);
  const linear = (code - (h4 * 2 ** 6 + (h5 * shift) / 2 ** 14)) * (h2 / 2 ** 16) * slope;
  const percent = linear * (1 - (h1 * linear) / 2 ** 19);
  return Math.min(Math.max(percent, 0), 100) / 100;
};
