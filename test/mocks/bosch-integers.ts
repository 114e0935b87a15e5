// The integer formulas by which Bosch Sensortec computes readings (BST-BME280-DS002 revision 1.6, section 4.2.3), in
// exact arithmetic, and their inverse: which code a chip must give for a true value. A model uses these and the program
// those of section 8.1, so that a slip in one of them shows.

/** The trimming words of one chip, in the order of table 16, each group from its first word on. */
export interface TrimmingWords {
  readonly temperature: readonly [bigint, bigint, bigint];
  readonly pressure: readonly [
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
  ];
  readonly humidity: readonly [bigint, bigint, bigint, bigint, bigint, bigint];
}

/** Temperature in 1/5120 °C from a code of 20 bits. */
export const integerFineTemperature = (
  { temperature: [t1, t2, t3] }: TrimmingWords,
  code: bigint,
): bigint => {
  const coarse = (code >> 4n) - t1;
  return ((((code >> 3n) - 2n * t1) * t2) >> 11n) + ((((coarse * coarse) >> 12n) * t3) >> 14n);
};

/** Pressure in 1/256 Pa from the fine temperature and a code of 20 bits. */
export const integerPressure = (
  { pressure: [p1, p2, p3, p4, p5, p6, p7, p8, p9] }: TrimmingWords,
  fine: bigint,
  code: bigint,
): bigint => {
  const shift = fine - 128_000n;
  const offset = shift * shift * p6 + ((shift * p5) << 17n) + (p4 << 35n);
  const slope = ((shift * shift * p3) >> 8n) + ((shift * p2) << 12n);
  const sensitivity = (((1n << 47n) + slope) * p1) >> 33n;
  const linear = ((((1_048_576n - code) << 31n) - offset) * 3125n) / sensitivity;
  const square = (p9 * (linear >> 13n) * (linear >> 13n)) >> 25n;
  return ((linear + square + ((p8 * linear) >> 19n)) >> 8n) + (p7 << 4n);
};

const clamp = (value: bigint, least: bigint, most: bigint): bigint => {
  if (value < least) return least;
  return value > most ? most : value;
};

/** Relative humidity in 1/1024 % from the fine temperature and a code of 16 bits. */
export const integerHumidity = (
  { humidity: [h1, h2, h3, h4, h5, h6] }: TrimmingWords,
  fine: bigint,
  code: bigint,
): bigint => {
  const shift = fine - 76_800n;
  const offset = ((code << 14n) - (h4 << 20n) - h5 * shift + 16_384n) >> 15n;
  const drift = (((shift * h6) >> 10n) * (((shift * h3) >> 11n) + 32_768n)) >> 10n;
  const linear = offset * (((drift + 2_097_152n) * h2 + 8192n) >> 14n);
  const bend = ((((linear >> 15n) * (linear >> 15n)) >> 7n) * h1) >> 4n;
  return clamp(linear - bend, 0n, 419_430_400n) >> 12n;
};

/** The code of `bits` bits whose value comes closest to `target`, for a formula that only rises or only falls. */
export const nearestCode = (
  bits: bigint,
  target: bigint,
  valueAt: (code: bigint) => bigint,
): bigint => {
  let low = 0n;
  let high = (1n << bits) - 1n;
  const isRising = valueAt(low) < valueAt(high);
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (valueAt(middle) < target === isRising) low = middle;
    else high = middle;
  }
  const distance = (code: bigint) => {
    const difference = valueAt(code) - target;
    return difference < 0n ? -difference : difference;
  };
  return distance(low) <= distance(high) ? low : high;
};
