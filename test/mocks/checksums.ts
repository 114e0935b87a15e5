/**
 * The CRC-8 (polynomial x⁸ + x⁵ + x⁴ + 1, all ones first) by which Sensirion's chips sign a word, written as the long
 * division of polynomials that defines it, so that it shares nothing with the program's own.
 */
export const sensirionSignature = (bytes: readonly number[]): number => {
  const divisor = 0b1_0011_0001n;
  const message = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const length = BigInt(bytes.length * 8);
  // Starting from all ones means: the first eight bits of the message are inverted.
  let remainder = (message ^ (0xffn << (length - 8n))) << 8n;
  for (let position = length - 1n; position >= 0n; position -= 1n) {
    if ((remainder >> (position + 8n)) & 1n) remainder ^= divisor << position;
  }
  return Number(remainder);
};

/** A 16-bit word as it goes over the wire: high byte, low byte, signature. */
export const signedWord = (word: number): readonly number[] => {
  const bytes = [word >> 8, word & 0xff];
  return [...bytes, sensirionSignature(bytes)];
};
