/** What makes one 8-bit CRC differ from another; all here are most significant bit first, without final XOR. */
export interface Crc8Parameters {
  /** Without its leading x⁸: 0x31 is x⁸ + x⁵ + x⁴ + 1. */
  readonly polynomial: number;
  /** Value of the register before the first byte. */
  readonly initial: number;
}

/** An 8-bit checksum over some bytes, 0 to 255. */
export type Checksum = (bytes: Iterable<number>) => number;

const topBit = 0x80;
const byteMask = 0xff;

const shiftByte = (register: number, polynomial: number): number => {
  let shifted = register;
  for (let bit = 0; bit < 8; bit += 1) {
    const carry = (shifted & topBit) === 0 ? 0 : polynomial;
    shifted = ((shifted << 1) & byteMask) ^ carry;
  }
  return shifted;
};

/** Makes the CRC of the given polynomial and initial value. */
export const createCrc8 =
  ({ polynomial, initial }: Crc8Parameters): Checksum =>
  (bytes) => {
    let register = initial;
    for (const byte of bytes) register = shiftByte(register ^ byte, polynomial);
    return register;
  };

/**
 * The checksum behind every 16-bit word of Sensirion's SHT3x, SHT4x, SCD, SGP, SEN and SPS families, and of AHT20.
 * The CRC catalogue knows it as CRC-8/NRSC-5.
 */
export const sensirionCrc8: Checksum = createCrc8({ polynomial: 0x31, initial: 0xff });
