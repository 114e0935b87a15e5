const firstMs = 1000;
const lastMs = 60_000;
// 2^6 seconds are above a minute; a larger exponent would only overflow.
const maximumExponent = 6;

/**
 * Milliseconds to wait after that many failures in a row: anything up to a limit that doubles from 1 s to 60 s, so that
 * a house full of clients does not come back all at once (full jitter).
 */
export const backOffMs = (failures: number, random: () => number): number =>
  random() * Math.min(lastMs, firstMs * 2 ** Math.min(Math.max(0, failures - 1), maximumExponent));
