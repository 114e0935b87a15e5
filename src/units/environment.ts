import type { Dimensions } from "./definition.ts";

const celsius = ["C", "degC", "degree Celsius", "degrees Celsius", "celsius"];
const fahrenheit = ["F", "degF", "degree Fahrenheit", "degrees Fahrenheit", "fahrenheit"];
const kelvin = ["kelvin", "kelvins", "°K"];

const perCubicMeter = (symbol: string): readonly string[] => [
  `${symbol}/cubic meter`,
  `${symbol} per cubic meter`,
];

/**
 * Units of air, light and radiation.
 *
 * Factors: NIST Special Publication 811 (2008), appendix B.8, where conventional values differ from source to source.
 */
export const environment = {
  temperature: {
    "°C": { spellings: celsius },
    "°F": { add: -32, multiply: 5, divide: 9, spellings: fahrenheit },
    K: { add: -273.15, spellings: kelvin },
  },
  temperature_difference: {
    "°C": { spellings: celsius },
    "°F": { multiply: 5, divide: 9, spellings: fahrenheit },
    K: { spellings: kelvin },
  },
  color_temperature: {
    K: { spellings: kelvin },
    mired: { reciprocal: 1_000_000, spellings: ["mireds", "mirek"] },
  },
  pressure: {
    Pa: { spellings: ["pascal", "pascals"] },
    hPa: { multiply: 100 },
    kPa: { multiply: 1000 },
    MPa: { multiply: 1_000_000 },
    mbar: { multiply: 100, spellings: ["mb", "millibar", "millibars"] },
    cbar: { multiply: 1000 },
    bar: { multiply: 100_000 },
    atm: { multiply: 101_325 },
    Torr: { multiply: 101_325, divide: 760 },
    mmHg: { multiply: 133.322_387_415 },
    inHg: { multiply: 3386.389, spellings: ['"Hg'] },
    psi: { multiply: 6894.757_293_168, spellings: ["psia", "lbf/in²"] },
    mmH2O: { multiply: 9.806_65 },
    inH2O: { multiply: 249.088_9 },
  },
  density: {
    "g/m³": { spellings: perCubicMeter("g") },
    "mg/m³": { divide: 1000, spellings: perCubicMeter("mg") },
    "kg/m³": { multiply: 1000, spellings: perCubicMeter("kg") },
    "mg/L": {},
    "g/L": { multiply: 1000 },
    "g/cm³": { multiply: 1_000_000, spellings: ["g/mL"] },
  },
  dissolved_solids: {
    "mg/L": {},
    "g/m³": { spellings: perCubicMeter("g") },
    // Dilute water weighs one kilogram per liter, so meters print milligrams per liter as ppm.
    ppm: {},
    "g/L": { multiply: 1000 },
  },
  mass_concentration: {
    "µg/m³": { spellings: ["ug/m³", "mcg/m³", ...perCubicMeter("µg")] },
    "ng/m³": { divide: 1000, spellings: perCubicMeter("ng") },
    "mg/m³": { multiply: 1000, spellings: perCubicMeter("mg") },
    "g/m³": { multiply: 1_000_000, spellings: perCubicMeter("g") },
  },
  gas_fraction: {
    ppm: { spellings: ["ppmv", "parts per million", "µmol/mol"] },
    ppb: { divide: 1000, spellings: ["ppbv", "parts per billion", "nmol/mol"] },
    "%": { multiply: 10_000, spellings: ["percent", "vol%", "%vol", "vol-%"] },
  },
  number_concentration: {
    "1/m³": { spellings: ["#/m³", "p/m³", "particles/m³", "m⁻³", "/m³"] },
    "1/L": { multiply: 1000, spellings: ["#/L", "p/L", "particles/L"] },
    "1/dL": { multiply: 10_000, spellings: ["#/0.1L", "1/0.1L", "p/0.1L", "counts/0.1L", "/dL"] },
    "1/cm³": {
      multiply: 1_000_000,
      spellings: ["#/cm3", "p/cm3", "particles/cm3", "cm⁻³", "#/cc"],
    },
    "1/ft³": { divide: 0.028_316_846_592, spellings: ["#/ft3", "p/ft3", "particles/ft3", "1/cf"] },
  },
  radon: {
    "Bq/m³": { spellings: perCubicMeter("Bq") },
    "kBq/m³": { multiply: 1000 },
    // One curie is exactly 3.7e10 becquerels.
    "pCi/L": { multiply: 37 },
  },
  dose_rate: {
    "Sv/h": { spellings: ["Sv/hr"] },
    "mSv/h": { divide: 1000, spellings: ["mSv/hr"] },
    "µSv/h": { divide: 1_000_000, spellings: ["uSv/h", "µSv/hr", "uSv/hr"] },
    "nSv/h": { divide: 1_000_000_000, spellings: ["nSv/hr"] },
    "mrem/h": { divide: 100_000, spellings: ["mrem/hr"] },
  },
  turbidity: { NTU: { spellings: ["FNU", "FTU"] } },
  illuminance: {
    lx: { spellings: ["lux", "lm/m²"] },
    klx: { multiply: 1000, spellings: ["klux"] },
    fc: { multiply: 10.763_91, spellings: ["ftc", "foot-candle", "lm/ft²"] },
  },
  irradiance: {
    "W/m²": { spellings: ["W/sqm", "watts per square meter"] },
    "kW/m²": { multiply: 1000 },
    "mW/cm²": { multiply: 10 },
    "µW/cm²": { divide: 100, spellings: ["uW/cm²"] },
    "BTU/(h·ft²)": { multiply: 3.154_591, spellings: ["BTU/h·ft²", "BTU/(hr·ft²)"] },
  },
} as const satisfies Dimensions;
