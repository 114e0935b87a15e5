import type { Derivation, SensorConfig } from "../config/config.ts";
import { definitionOf, type Quantity } from "../quantities.ts";
import type { Measurement } from "../reading.ts";

/** Values by quantity, after calibration. */
type Values = ReadonlyMap<Quantity, number>;

interface Formula {
  readonly quantity: Quantity;
  readonly inputs: readonly Quantity[];
  readonly compute: (values: readonly number[], altitudeMeters: number) => number;
}

// Magnus form over water with the constants of Sonntag (1990), as WMO-No. 8, annex 4.B uses the family;
// good to 0.1 K from -45 to 60 °C.
const magnusSlope = 17.62;
const magnusCelsius = 243.12;
const saturationPascalsAtZero = 611.2;

const magnusExponent = (temperatureCelsius: number): number =>
  (magnusSlope * temperatureCelsius) / (magnusCelsius + temperatureCelsius);

/** Dew point in °C over water from temperature in °C and relative humidity above 0 up to 1. */
export const dewPointCelsius = (
  temperatureCelsius: number,
  relativeHumidityRatio: number,
): number => {
  const exponent = Math.log(relativeHumidityRatio) + magnusExponent(temperatureCelsius);
  return (magnusCelsius * exponent) / (magnusSlope - exponent);
};

const kelvinAtZeroCelsius = 273.15;
// Specific gas constant of water vapour, J/(kg K).
const waterVapourGasConstant = 461.5;
const gramsPerKilogram = 1000;

/** Water in the air in g/m³ from temperature in °C and relative humidity 0 to 1: the ideal gas law of the vapour. */
export const absoluteHumidityGramsPerCubicMeter = (
  temperatureCelsius: number,
  relativeHumidityRatio: number,
): number => {
  const vapourPascals =
    relativeHumidityRatio * saturationPascalsAtZero * Math.exp(magnusExponent(temperatureCelsius));
  const kelvin = temperatureCelsius + kelvinAtZeroCelsius;
  return (gramsPerKilogram * vapourPascals) / (waterVapourGasConstant * kelvin);
};

// ICAO standard atmosphere, Doc 7488: 288.15 K at sea level, 6.5 K less per kilometre, exponent g·M/(R·L).
const standardKelvin = 288.15;
const lapseKelvinPerMeter = 0.0065;
const barometricExponent = 5.25588;

/** Pressure reduced to sea level by the standard atmosphere (QNH) in Pa; the sensor's temperature, often indoors, is not used. */
export const seaLevelPressurePascals = (pressurePascals: number, altitudeMeters: number): number =>
  pressurePascals *
  (1 - (lapseKelvinPerMeter * altitudeMeters) / standardKelvin) ** -barometricExponent;

const formulas: Readonly<Record<Derivation, Formula>> = {
  dew_point: {
    quantity: "dewPointCelsius",
    inputs: ["temperatureCelsius", "relativeHumidityRatio"],
    compute: ([temperature = NaN, humidity = NaN]) => dewPointCelsius(temperature, humidity),
  },
  absolute_humidity: {
    quantity: "absoluteHumidityGramsPerCubicMeter",
    inputs: ["temperatureCelsius", "relativeHumidityRatio"],
    compute: ([temperature = NaN, humidity = NaN]) =>
      absoluteHumidityGramsPerCubicMeter(temperature, humidity),
  },
  sea_level_pressure: {
    quantity: "seaLevelPressurePascals",
    inputs: ["pressurePascals"],
    compute: ([pressure = NaN], altitudeMeters) =>
      seaLevelPressurePascals(pressure, altitudeMeters),
  },
};

/** Quantities that a derivation needs from its sensor. */
export const inputsOf = (derivation: Derivation): readonly Quantity[] =>
  formulas[derivation].inputs;

/** Quantities that could be derived from these, and are not among them. */
export const derivableFrom = (measured: readonly Quantity[]): readonly Quantity[] =>
  Object.values(formulas)
    .filter(({ inputs }) => inputs.every((input) => measured.includes(input)))
    .map(({ quantity }) => quantity)
    .filter((quantity) => !measured.includes(quantity));

/** What is derived for a sensor, as measurements beside its own. */
export const derivedMeasurements = (derive: readonly Derivation[]): readonly Measurement[] =>
  derive.map((derivation) => {
    const { quantity } = formulas[derivation];
    const { minimum, maximum } = definitionOf(quantity);
    return {
      key: derivation,
      quantity,
      ...(minimum === undefined ? {} : { minimum }),
      ...(maximum === undefined ? {} : { maximum }),
    };
  });

/** Derived values by measurement key. One whose input is missing, or that has no value there (dew point at 0 %), is left out. */
export const deriveValues = (
  { derive, altitudeMeters }: Pick<SensorConfig, "derive" | "altitudeMeters">,
  values: Values,
): ReadonlyMap<string, number> => {
  const derived = new Map<string, number>();
  for (const derivation of derive) {
    const { inputs, compute } = formulas[derivation];
    const inputValues = inputs.flatMap((input) => values.get(input) ?? []);
    if (inputValues.length < inputs.length) continue;
    const value = compute(inputValues, altitudeMeters ?? 0);
    if (Number.isFinite(value)) derived.set(derivation, value);
  }
  return derived;
};
