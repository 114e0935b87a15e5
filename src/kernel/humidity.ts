// The formulas of Sensirion (SHT2x, SHT4x), Silicon Labs (Si70xx) and TE (HTU21) run from -6 % to 119 %. Their
// datasheets ask for cropping, and not every driver of the kernel does it (drivers/hwmon/sht4x.c).
const lowestRatio = -0.06;
const highestRatio = 1.19;

/** A relative humidity cropped to 0 to 1 where its formula may leave that range; anything further out is left. */
export const croppedHumidity = (ratio: number): number =>
  ratio < lowestRatio || ratio > highestRatio ? ratio : Math.min(Math.max(ratio, 0), 1);
