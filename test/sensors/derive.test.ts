import { describe, expect, it } from "vitest";
import type { Quantity } from "../../src/quantities.ts";
import {
  absoluteHumidityGramsPerCubicMeter,
  derivedMeasurements,
  deriveValues,
  dewPointCelsius,
  seaLevelPressurePascals,
} from "../../src/sensors/derive.ts";

describe("dew point", () => {
  // ASHRAE psychrometric chart no. 1, sea level.
  it.each([
    { temperatureCelsius: 20, relativeHumidityRatio: 0.5, expected: 9.3 },
    { temperatureCelsius: 25, relativeHumidityRatio: 0.6, expected: 16.7 },
    { temperatureCelsius: 30, relativeHumidityRatio: 0.8, expected: 26.2 },
  ])("is $expected °C at $temperatureCelsius °C and $relativeHumidityRatio", (air) => {
    const dewPoint = dewPointCelsius(air.temperatureCelsius, air.relativeHumidityRatio);
    expect(Math.abs(dewPoint - air.expected)).toBeLessThan(0.1);
  });

  it("is the temperature itself in saturated air", () => {
    expect(dewPointCelsius(12.5, 1)).toBeCloseTo(12.5, 9);
  });
});

describe("absolute humidity", () => {
  // Density of saturated water vapour, CRC Handbook of Chemistry and Physics, "Properties of saturated steam".
  it.each([
    { temperatureCelsius: 0, expected: 4.85 },
    { temperatureCelsius: 20, expected: 17.3 },
    { temperatureCelsius: 30, expected: 30.4 },
  ])("is $expected g/m³ in saturated air of $temperatureCelsius °C", (air) => {
    const humidity = absoluteHumidityGramsPerCubicMeter(air.temperatureCelsius, 1);
    expect(Math.abs(humidity - air.expected) / air.expected).toBeLessThan(0.005);
  });
});

describe("pressure at sea level", () => {
  // ICAO Doc 7488, standard atmosphere: pressure by geopotential altitude; all stand for 101 325 Pa.
  it.each([
    { altitudeMeters: 500, pressurePascals: 95_460.8 },
    { altitudeMeters: 1000, pressurePascals: 89_874.6 },
    { altitudeMeters: 2000, pressurePascals: 79_495.2 },
  ])("is 1013.25 hPa for the standard atmosphere at $altitudeMeters m", (station) => {
    const reduced = seaLevelPressurePascals(station.pressurePascals, station.altitudeMeters);
    expect(Math.abs(reduced - 101_325)).toBeLessThan(1);
  });

  it("is the measured one at sea level", () => {
    expect(seaLevelPressurePascals(100_000, 0)).toBe(100_000);
  });
});

describe("the derivations of a sensor", () => {
  const all = ["dew_point", "absolute_humidity", "sea_level_pressure"] as const;

  it("leave out what lacks an input", () => {
    const values = new Map<Quantity, number>([["pressurePascals", 95_460.8]]);
    const derived = deriveValues({ derive: all, altitudeMeters: 500 }, values);
    expect([...derived.keys()]).toEqual(["sea_level_pressure"]);
  });

  it("leave out the dew point of air without any water, which has none", () => {
    const values = new Map<Quantity, number>([
      ["temperatureCelsius", 20],
      ["relativeHumidityRatio", 0],
    ]);
    const derived = deriveValues({ derive: all }, values);
    expect([...derived]).toEqual([["absolute_humidity", 0]]);
  });

  it("are measurements of the catalogue beside the sensor's own", () => {
    expect(derivedMeasurements(all).map(({ key, quantity }) => [key, quantity])).toEqual([
      ["dew_point", "dewPointCelsius"],
      ["absolute_humidity", "absoluteHumidityGramsPerCubicMeter"],
      ["sea_level_pressure", "seaLevelPressurePascals"],
    ]);
  });
});
