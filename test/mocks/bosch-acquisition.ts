import {
  integerFineTemperature,
  integerHumidity,
  integerPressure,
  nearestCode,
  type TrimmingWords,
} from "./bosch-integers.ts";
import type { Environment } from "./model.ts";

// How a BME280 takes a measurement: BST-BME280-DS002, revision 1.6, sections 3.4 and 9.1.

/** Settings of a measurement: samples per quantity, 0 for one that is skipped, and the filter's coefficient. */
export interface Acquisition {
  readonly temperature: number;
  readonly pressure: number;
  readonly humidity: number;
  readonly filter: bigint;
}

/** Contents of the data registers: 20 bits for temperature and pressure, 16 for humidity. */
export interface Codes {
  readonly temperature: bigint;
  readonly pressure: bigint;
  readonly humidity: bigint;
}

/** Table 18: what the data registers hold before a measurement and for whatever is skipped. */
export const blank: Codes = { temperature: 0x8_0000n, pressure: 0x8_0000n, humidity: 0x8000n };

/** Samples that a field of three bits asks for: none, 1, 2, 4, 8, 16, 16, 16. */
export const samplesOf = (field: number): number =>
  field === 0 ? 0 : 2 ** (Math.min(field, 5) - 1);

/** Coefficient that the filter's field of three bits asks for: 1 (off), 2, 4, 8, 16, 16, 16, 16. */
export const coefficientOf = (field: number): bigint => 1n << BigInt(Math.min(field, 4));

/** Section 9.1: the longest duration of a measurement. */
export const longestMs = ({ temperature, pressure, humidity }: Acquisition): number =>
  1.25 +
  2.3 * (temperature + pressure + humidity) +
  (pressure === 0 ? 0 : 0.575) +
  (humidity === 0 ? 0 : 0.575);

const scaled = (value: number, unitsPerOne: number): bigint =>
  BigInt(Math.round(value * unitsPerOne));

/** The codes that the chip with these trimming words has to give for what is true now. */
export const trueCodes = (
  trimming: TrimmingWords,
  { value }: Environment,
  { pressure, humidity }: Acquisition,
): Codes => {
  const temperature = nearestCode(20n, scaled(value("temperatureCelsius"), 5120), (code) =>
    integerFineTemperature(trimming, code),
  );
  const fine = integerFineTemperature(trimming, temperature);
  const pressureCode = () =>
    nearestCode(20n, scaled(value("pressurePascals"), 256), (code) =>
      integerPressure(trimming, fine, code),
    );
  const humidityCode = () =>
    nearestCode(16n, scaled(value("relativeHumidityRatio"), 100 * 1024), (code) =>
      integerHumidity(trimming, fine, code),
    );
  return {
    temperature,
    pressure: pressure === 0 ? blank.pressure : pressureCode(),
    humidity: humidity === 0 ? blank.humidity : humidityCode(),
  };
};

/** Section 3.4.4: the first measurement fills the filter's memory, each later one moves it. */
export const filtered = (memory: Codes | undefined, codes: Codes, filter: bigint): Codes => {
  const before = memory ?? codes;
  const blend = (old: bigint, code: bigint) => (old * (filter - 1n) + code) / filter;
  return {
    temperature: blend(before.temperature, codes.temperature),
    pressure: blend(before.pressure, codes.pressure),
    humidity: codes.humidity,
  };
};

/** Sections 3.4.2 and 3.4.3: 16 bits, and one more per doubling of the samples; all 20 if the filter is on. */
const rounded = (code: bigint, samples: number, filter: bigint): bigint => {
  const step = filter > 1n ? 1n : 16n / BigInt(samples);
  return ((code + step / 2n) / step) * step;
};

/** What becomes of the codes in the data registers. */
export const reported = (codes: Codes, acquisition: Acquisition): Codes => {
  const { temperature, pressure, filter } = acquisition;
  return {
    temperature:
      temperature === 0 ? blank.temperature : rounded(codes.temperature, temperature, filter),
    pressure: pressure === 0 ? blank.pressure : rounded(codes.pressure, pressure, filter),
    humidity: codes.humidity,
  };
};
