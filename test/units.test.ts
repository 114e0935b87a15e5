import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Conversion } from "../src/units/definition.ts";
import {
  convertFromBase,
  convertToBase,
  type Dimension,
  dimensions,
  parseMeasure,
  parseMeasureDifference,
  unitsOf,
} from "../src/units.ts";

const isDimension = (name: string): name is Dimension => Object.hasOwn(dimensions, name);
const everyDimension = Object.keys(dimensions).filter(isDimension);
const everyUnit = everyDimension.flatMap((dimension) =>
  unitsOf(dimension).map((unit) => ({ dimension, unit })),
);
const conversionsOf = (dimension: Dimension): Readonly<Record<string, Conversion>> =>
  dimensions[dimension];

/** Values of one unit of each in the base unit, from outside this program. */
const references: readonly {
  readonly source: string;
  readonly dimension: Dimension;
  readonly values: readonly (readonly [value: number, unit: string, base: number])[];
}[] = [
  {
    source: "the SI Brochure, 9th edition, table 4 and section 2.3.1",
    dimension: "temperature",
    values: [
      [0, "K", -273.15],
      [273.15, "K", 0],
      [100, "°C", 100],
    ],
  },
  {
    source:
      "the definition of the Fahrenheit scale: 32 °F freezes, 212 °F boils, both scales meet at -40",
    dimension: "temperature",
    values: [
      [32, "°F", 0],
      [212, "°F", 100],
      [-40, "°F", -40],
    ],
  },
  {
    source: "the definition of mired: one million divided by kelvins",
    dimension: "color_temperature",
    values: [
      [250, "mired", 4000],
      [153, "mired", 6535.947712418],
    ],
  },
  {
    source: "NIST SP 811, appendix B.8, pressure",
    dimension: "pressure",
    values: [
      [1, "hPa", 100],
      [1, "mbar", 100],
      [1, "bar", 100_000],
      [1, "atm", 101_325],
      [1, "Torr", 133.322368],
      [1, "mmHg", 133.322387415],
      [1, "inHg", 3386.389],
      [1, "psi", 6894.757293168],
      [1, "mmH2O", 9.80665],
      [1, "inH2O", 249.0889],
    ],
  },
  {
    source: "NIST SP 811, appendix B.8, energy (thermochemical calorie)",
    dimension: "energy",
    values: [
      [1, "kWh", 3_600_000],
      [1, "Wh", 3600],
      [1, "MWh", 3.6e9],
      [1, "kcal", 4184],
      [1, "BTU", 1055.05585262],
      [1, "W·min", 60],
    ],
  },
  {
    source: "NIST SP 811, appendix B.8, power (Btu per hour)",
    dimension: "power",
    values: [
      [1, "BTU/h", 0.29307107],
      [1, "kW", 1000],
      [1, "mW", 0.001],
    ],
  },
  {
    source: "NIST SP 811, appendix B.8, length (international foot)",
    dimension: "length",
    values: [
      [1, "mi", 1609.344],
      [1, "in", 0.0254],
      [1, "ft", 0.3048],
      [1, "yd", 0.9144],
      [1, "NM", 1852],
      [1, "nm", 1e-9],
    ],
  },
  {
    source: "NIST SP 811, appendix B.8, area",
    dimension: "area",
    values: [
      [1, "ft²", 0.09290304],
      [1, "ha", 10_000],
    ],
  },
  {
    source: "NIST SP 811, appendix B.8, volume",
    dimension: "volume",
    values: [
      [1, "gal", 3.785411784],
      [1, "ft³", 28.316846592],
      [1, "CCF", 2831.6846592],
      [1, "MCF", 28_316.846592],
      [1, "m³", 1000],
      [1, "fl. oz.", 0.0295735295625],
    ],
  },
  {
    source: "NIST SP 811, appendix B.8, flow",
    dimension: "flow",
    values: [
      [1, "gal/min", 0.0630901964],
      [1440, "gal/d", 0.0630901964],
      [1, "CFM", 0.4719474432],
      [3.6, "m³/h", 1],
      [60, "L/min", 1],
    ],
  },
  {
    source: "NIST SP 811, appendix B.8, mass",
    dimension: "mass",
    values: [
      [1, "lb", 453.59237],
      [1, "oz", 28.349523125],
      [1, "st", 6350.29318],
      [1, "kg", 1000],
    ],
  },
  {
    source: "NIST SP 811, appendix B.8, force",
    dimension: "force",
    values: [
      [1, "kgf", 9.80665],
      [1, "lbf", 4.4482216152605],
    ],
  },
  {
    source: "NIST SP 811, appendix B.8, velocity",
    dimension: "speed",
    values: [
      [1, "mph", 0.44704],
      [3.6, "km/h", 1],
      [1, "kn", 0.514444444444],
      [1, "ft/s", 0.3048],
      [60, "ft/min", 0.3048],
    ],
  },
  {
    source: "NIST SP 811, appendix B.8, acceleration (standard gravity)",
    dimension: "acceleration",
    values: [
      [1, "g", 9.80665],
      [1, "mg", 0.00980665],
    ],
  },
  {
    source: "the definition of the radian: half a circle is pi",
    dimension: "angle",
    values: [
      [Math.PI, "rad", 180],
      [1000 * Math.PI, "mrad", 180],
    ],
  },
  {
    source: "NIST SP 811, appendix B.8, light and heat",
    dimension: "illuminance",
    values: [
      [1, "fc", 10.76391],
      [1, "klx", 1000],
    ],
  },
  {
    source: "NIST SP 811, appendix B.8, heat flux",
    dimension: "irradiance",
    values: [
      [1, "BTU/(h·ft²)", 3.154591],
      [1, "mW/cm²", 10],
    ],
  },
  {
    source: "NIST SP 811, appendix B.8, radiology",
    dimension: "radon",
    values: [[4, "pCi/L", 148]],
  },
  {
    source: "NIST SP 811, appendix B.8, radiology (rem)",
    dimension: "dose_rate",
    values: [[1, "mrem/h", 1e-5]],
  },
  {
    source: "NIST SP 811, appendix B.8, magnetism",
    dimension: "magnetic_flux_density",
    values: [[1, "gauss", 1e-4]],
  },
  {
    source: "the 1.413 mS/cm standard solution, which is 141.3 mS/m",
    dimension: "conductivity",
    values: [
      [1.413, "mS/cm", 0.1413],
      [1413, "µS/cm", 0.1413],
      [141.3, "mS/m", 0.1413],
      [1.413, "dS/m", 0.1413],
    ],
  },
  {
    source: "IEC 80000-13, binary and decimal prefixes",
    dimension: "data_size",
    values: [
      [1, "KiB", 1024],
      [1, "GiB", 1_073_741_824],
      [1, "kB", 1000],
      [1, "Mbit", 125_000],
    ],
  },
  {
    source: "ISO 14644-1: class limits count per cubic meter, data sheets per cubic centimeter",
    dimension: "number_concentration",
    values: [
      [1, "#/cm³", 1_000_000],
      [1, "#/0.1L", 10_000],
      [1, "#/ft³", 35.314666721],
    ],
  },
  {
    source: "the hour and the day of the SI Brochure, table 8",
    dimension: "rain_rate",
    values: [
      [1, "in/h", 25.4],
      [24, "mm/d", 1],
      [1, "mm/s", 3600],
    ],
  },
];

describe.each(references)("$dimension by $source", ({ dimension, values }) => {
  it.each(values)("has %d %s as %d", (value, unit, base) => {
    // The sources give seven digits or more.
    expect(
      Math.abs((convertToBase(dimension, unit, value) ?? Number.NaN) - base),
    ).toBeLessThanOrEqual(Math.abs(base) * 1e-8);
    expect(convertFromBase(dimension, unit, base)).toBeCloseTo(value, 5);
  });
});

describe("conversions", () => {
  it("are exact where decimal fractions allow it", () => {
    expect(convertToBase("ratio", "%", 44.72)).toBe(0.4472);
    expect(convertToBase("rain", "in", 0.01)).toBe(0.254);
    expect(convertToBase("voltage", "mV", 3301)).toBe(3.301);
    expect(convertToBase("pressure", "hPa", 1013.25)).toBe(101_325);
    expect(convertToBase("length", "mi", 1)).toBe(1609.344);
  });

  it("know no unit of another dimension", () => {
    expect(convertToBase("pressure", "°C", 20)).toBeUndefined();
    expect(convertFromBase("pressure", "°C", 20)).toBeUndefined();
  });

  it("give no value that is not finite", () => {
    expect(convertToBase("energy", "TWh", 1e300)).toBeUndefined();
    expect(convertToBase("color_temperature", "mired", 0)).toBeUndefined();
    expect(convertFromBase("color_temperature", "mired", 0)).toBeUndefined();
    expect(convertToBase("temperature", "°C", Number.NaN)).toBeUndefined();
  });

  it.each(everyUnit)("round-trip through $unit of $dimension", ({ dimension, unit }) => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 1e6, noNaN: true }), (value) => {
        const base = convertToBase(dimension, unit, value) ?? Number.NaN;
        const back = convertFromBase(dimension, unit, base) ?? Number.NaN;
        // Subtracting a zero point of hundreds costs absolute digits, everything else relative ones.
        return Math.abs(back - value) <= 1e-12 * (Math.abs(value) + 1000);
      }),
      { numRuns: 50 },
    );
  });

  it.each(everyUnit)("keep the order of values in $unit of $dimension", ({ dimension, unit }) => {
    const falls = conversionsOf(dimension)[unit]?.reciprocal !== undefined;
    fc.assert(
      fc.property(
        fc.double({ min: 0.001, max: 1e6, noNaN: true }),
        fc.double({ min: 1.001, max: 10, noNaN: true }),
        (low, factor) => {
          const lower = convertToBase(dimension, unit, low) ?? Number.NaN;
          const higher = convertToBase(dimension, unit, low * factor) ?? Number.NaN;
          return falls ? lower > higher : lower < higher;
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe("dimensions", () => {
  it.each(everyDimension)("begin with the base unit: %s", (dimension) => {
    expect(convertToBase(dimension, unitsOf(dimension)[0] ?? "none", 1.5)).toBe(1.5);
  });

  it.each(everyDimension)("find every unit by every spelling of their own: %s", (dimension) => {
    for (const [symbol, { spellings = [] }] of Object.entries(conversionsOf(dimension))) {
      for (const spelling of spellings) {
        expect([spelling, convertToBase(dimension, spelling, 2)]).toEqual([
          spelling,
          convertToBase(dimension, symbol, 2),
        ]);
      }
    }
  });

  it.each(everyDimension)("have no spelling twice: %s", (dimension) => {
    const compared = Object.entries(conversionsOf(dimension)).flatMap(
      ([symbol, { spellings = [] }]) =>
        [symbol, ...spellings].map((spelling) =>
          spelling.normalize("NFKC").replaceAll(/[ ·^]/gu, ""),
        ),
    );
    expect(compared).toEqual([...new Set(compared)]);
  });
});

describe("spellings", () => {
  it.each([
    ["temperature", "°C", ["℃", "ºC", "˚C", " ° C", "C", "deg C", "degC", "Celsius"]],
    ["temperature", "°F", ["℉", "F", "ºF", "deg F"]],
    ["mass_concentration", "µg/m³", ["\u00b5g/m³", "\u03bcg/m3", "ug/m^3", "µg/m3"]],
    ["energy", "kWh", ["KWh", "kwh", "KWH"]],
    ["pressure", "hPa", ["HPA", "hpa"]],
    ["resistance", "kΩ", ["k\u2126", "k\u03a9", "kOhm", "KOHM"]],
    ["irradiance", "W/m²", ["W/m2", "w/m^2", "W∕m²"]],
    ["volume", "m³", ["m3", "㎥"]],
    ["ratio", "%", ["％", "% RH", "percent"]],
    ["illuminance", "lx", ["lux", "Lux", "LX"]],
    ["irradiance", "BTU/(h·ft²)", ["BTU/(h⋅ft²)", "Btu/(h*ft2)"]],
    ["data_rate", "Mbit/s", ["Mbps", "Mb/s"]],
    ["data_rate", "MB/s", ["MBps"]],
  ] as const)("of %s %s are found however they are typed", (dimension, unit, spellings) => {
    const expected = convertToBase(dimension, unit, 3);
    expect(expected).toBeDefined();
    for (const spelling of spellings) {
      expect([spelling, convertToBase(dimension, spelling, 3)]).toEqual([spelling, expected]);
    }
  });

  it("do not take milli for mega or the reverse", () => {
    expect(convertToBase("power", "mW", 1)).toBe(0.001);
    expect(convertToBase("power", "MW", 1)).toBe(1_000_000);
    expect(convertToBase("pressure", "mPa", 1)).toBeUndefined();
    expect(convertToBase("voltage", "MV", 1)).toBeUndefined();
  });

  it("do not take bits for bytes, and are refused where only a wrong case could decide", () => {
    expect(convertToBase("data_rate", "Kbps", 1)).toBeUndefined();
    expect(convertToBase("data_rate", "mbps", 1)).toBeUndefined();
    expect(convertToBase("length", "Nm", 1)).toBeUndefined();
  });

  it("include no unit that nobody defined", () => {
    expect(convertToBase("temperature", "", 1)).toBeUndefined();
    expect(convertToBase("pressure", "constructor", 1)).toBeUndefined();
    expect(convertToBase("pressure", "__proto__", 1)).toBeUndefined();
  });
});

describe("parseMeasure", () => {
  it.each([
    ["0.2794mm", "rain", 0.2794],
    ["0.011 in", "rain", 0.2794],
    ["-0.8 °C", "temperature", -0.8],
    ["68°F", "temperature", 20],
    ["412m", "length", 412],
    ["100 hPa", "pressure", 10_000],
    [" +3.3 V ", "voltage", 3.3],
    [".5", "ratio", 0.5],
    ["43%", "ratio", 0.43],
    ["1e3", "energy", 1000],
    ["1.2e-3 kWh", "energy", 4320],
    ["101325", "pressure", 101_325],
    ["7", "count", 7],
  ] as const)("reads %j as %s", (text, dimension, value) => {
    const parsed = parseMeasure(text, dimension);
    expect("value" in parsed ? parsed.value : parsed.problem).toBeCloseTo(value, 9);
  });

  it.each([
    ["", "count", '"" is not a number'],
    ["warm", "temperature", '"warm" is not a number with one of the units °C, °F, K'],
    ["1,5 V", "voltage", '"1,5 V" is not a number with one of the units V, kV, mV, µV'],
    ["1.2.3", "temperature", '"1.2.3" is not a number with one of the units °C, °F, K'],
    ["12 hPa", "temperature", '"hPa" is not a unit of temperature: use °C, °F, K'],
    ["0x10", "temperature", '"x10" is not a unit of temperature: use °C, °F, K'],
    ["1 000", "temperature", '"000" is not a unit of temperature: use °C, °F, K'],
    ["5 V", "count", '"V" is not a unit of count: it has none'],
    ["1e999", "count", '"1e999" is beyond what can be expressed'],
    [
      "3 %",
      "rain_rate",
      '"%" is not a unit of rain rate: use mm/h, mm/min, mm/s, mm/d, in/h, in/d',
    ],
  ] as const)("says what is wrong with %j", (text, dimension, problem) => {
    expect(parseMeasure(text, dimension)).toEqual({ problem });
  });

  it("agrees with the conversion for any number and unit", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...everyUnit.filter(({ unit }) => unit !== "")),
        fc.double({ min: -1e9, max: 1e9, noNaN: true }),
        ({ dimension, unit }, value) => {
          const parsed = parseMeasure(`${value} ${unit}`, dimension);
          expect("value" in parsed ? parsed.value : undefined).toBe(
            convertToBase(dimension, unit, value),
          );
        },
      ),
    );
  });

  it("answers any text with a value or a problem", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary" }),
        fc.constantFrom(...everyDimension),
        (text, dimension) => {
          const parsed = parseMeasure(text, dimension);
          return "problem" in parsed || Number.isFinite(parsed.value);
        },
      ),
    );
  });
});

describe("parseMeasureDifference", () => {
  it("does not shift the zero of a scale", () => {
    expect(parseMeasureDifference("1.8 °F", "temperature")).toEqual({ value: 1 });
    expect(parseMeasureDifference("2 K", "temperature")).toEqual({ value: 2 });
    expect(parseMeasureDifference("-0.8 °C", "temperature")).toEqual({ value: -0.8 });
  });

  it("reads everything else as parseMeasure does", () => {
    expect(parseMeasureDifference("1 hPa", "pressure")).toEqual({ value: 100 });
    expect(parseMeasureDifference("1 V", "pressure")).toEqual(parseMeasure("1 V", "pressure"));
  });
});
