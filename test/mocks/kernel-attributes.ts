/** Text of one option of a driver, if it is set. */
export const textOption = (options: unknown, key: string): string | undefined => {
  if (typeof options !== "object" || options === null) return undefined;
  const value: unknown = Reflect.get(options, key);
  return typeof value === "string" ? value : undefined;
};

/** An attribute that shows a whole number. */
export const integerAttribute = (value: () => number) => (): string => `${Math.round(value())}\n`;

/** An attribute that shows a number with that many decimals. */
export const decimalAttribute = (value: () => number, decimals: number) => (): string =>
  `${value().toFixed(decimals)}\n`;

/** An attribute whose text never changes. */
export const constantAttribute = (text: string) => (): string => `${text}\n`;

/** The same attributes in a directory. */
export const inDirectory = (
  directory: string,
  attributes: Readonly<Record<string, () => string>>,
): Readonly<Record<string, () => string>> =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, text]) => [`${directory}/${name}`, text]),
  );

// Where a Raspberry Pi 4 has its buses.
const i2cAdapter = "/sys/devices/platform/soc/fe804000.i2c/i2c-1";
const i2cPlace = /^\d+-[0-9a-f]{4}$/;

/** Directory of a chip on the I2C bus; `place` is bus and address, if it is one of those. */
export const i2cDirectory = (place: string | undefined, usual: string): string =>
  `${i2cAdapter}/${place !== undefined && i2cPlace.test(place) ? place : usual}`;
