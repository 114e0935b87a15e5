/** A big-endian number within a data format. */
interface Field {
  readonly key: string;
  readonly at: number;
  readonly bytes: 1 | 2 | 3;
  readonly isSigned?: boolean;
  /** Divided, since 5662 / 200 is exact where 5662 * 0.005 is not. */
  readonly divide?: number;
  readonly add?: number;
}

const air: readonly Field[] = [
  { key: "temperature", at: 1, bytes: 2, isSigned: true, divide: 200 },
  { key: "humidity", at: 3, bytes: 2, divide: 400 },
  { key: "pressure", at: 5, bytes: 2, add: 50_000 },
];

// https://docs.ruuvi.com/communication/bluetooth-advertisements/data-format-5-rawv2
const format5: readonly Field[] = [
  ...air,
  { key: "accelX", at: 7, bytes: 2, isSigned: true, divide: 1000 },
  { key: "accelY", at: 9, bytes: 2, isSigned: true, divide: 1000 },
  { key: "accelZ", at: 11, bytes: 2, isSigned: true, divide: 1000 },
  { key: "movementCounter", at: 15, bytes: 1 },
];
const format5Length = 24;
const voltageAt = 13;

// https://docs.ruuvi.com/communication/bluetooth-advertisements/data-format-e1
const formatE1: readonly Field[] = [
  ...air,
  { key: "PM1.0", at: 7, bytes: 2, divide: 10 },
  { key: "PM2.5", at: 9, bytes: 2, divide: 10 },
  { key: "PM4.0", at: 11, bytes: 2, divide: 10 },
  { key: "PM10.0", at: 13, bytes: 2, divide: 10 },
  { key: "CO2", at: 15, bytes: 2 },
  { key: "luminosity", at: 19, bytes: 3, divide: 100 },
];
const formatE1Length = 40;
const flagsAt = 28;

const longestAdvertisement = 255;

const bytesOfHex = (hex: string): Uint8Array | undefined => {
  if (hex.length % 2 !== 0 || hex.length > 2 * longestAdvertisement) return undefined;
  if (!/^[\dA-Fa-f]*$/u.test(hex)) return undefined;
  return Uint8Array.from(hex.match(/../gu) ?? [], (digits) => Number.parseInt(digits, 16));
};

/** The part that only Ruuvi writes: type 0xff, company 0x0499 (Bluetooth Core, volume 3, part C, section 11). */
const manufacturerData = (bytes: Uint8Array): Uint8Array | undefined => {
  for (let at = 0; at + 3 < bytes.length; ) {
    const length = bytes[at] ?? 0;
    const [type, low, high] = bytes.subarray(at + 1, at + 4);
    if (type === 0xff && low === 0x99 && high === 0x04) {
      return bytes.subarray(at + 4, at + 1 + length);
    }
    at += length + 1;
  }
  return undefined;
};

const rawAt = (data: Uint8Array, { at, bytes }: Field): number =>
  data.subarray(at, at + bytes).reduce((number, byte) => number * 256 + byte, 0);

/** Null for the pattern that stands for no value: the smallest signed, or the largest unsigned one. */
const measureOf = (data: Uint8Array, field: Field): number | null => {
  const { bytes, isSigned = false, divide = 1, add = 0 } = field;
  const raw = rawAt(data, field);
  const range = 2 ** (8 * bytes);
  if (raw === (isSigned ? range / 2 : range - 1)) return null;
  const number = isSigned && raw >= range / 2 ? raw - range : raw;
  return number / divide + add;
};

const valuesOf = (data: Uint8Array, fields: readonly Field[]): Record<string, number | null> =>
  Object.fromEntries(fields.map((field) => [field.key, measureOf(data, field)]));

/** Eleven bits of millivolts above 1.6 V. */
const voltageOf = (data: Uint8Array): number | null => {
  const raw = rawAt(data, { key: "voltage", at: voltageAt, bytes: 2 }) >>> 5;
  return raw === 0x7ff ? null : (raw + 1600) / 1000;
};

/** Nine bits, the last of which is among the flags. */
const indexOf = (data: Uint8Array, at: number, flag: number): number | null => {
  const raw = ((data[at] ?? 0) << 1) | (((data[flagsAt] ?? 0) >>> flag) & 1);
  return raw === 0x1ff ? null : raw;
};

/** What an advertisement says, given in hexadecimal digits, under the names that the gateway would use. */
export const decodeAdvertisement = (
  hex: string,
): Readonly<Record<string, number | null>> | undefined => {
  const bytes = bytesOfHex(hex);
  const data = bytes === undefined ? undefined : manufacturerData(bytes);
  if (data === undefined) return undefined;
  if (data[0] === 0x05 && data.length === format5Length) {
    return { ...valuesOf(data, format5), voltage: voltageOf(data) };
  }
  if (data[0] === 0xe1 && data.length === formatE1Length) {
    return { ...valuesOf(data, formatE1), VOC: indexOf(data, 17, 6), NOx: indexOf(data, 18, 7) };
  }
  return undefined;
};
