import { describe, expect, it } from "vitest";
import { meaningOfName, meaningOfUnit, wordsOfKey } from "../../src/bridge/vocabulary.ts";

describe("the words of a key", () => {
  it.each([
    ["TempC_SHT", ["temp", "c", "sht"]],
    ["PM2.5", ["pm2", "5"]],
    ["battery-level", ["battery", "level"]],
    ["Außentemperatur", ["außentemperatur"]],
    ["__proto__", ["proto"]],
    ["", []],
  ])("of %j are %j", (key, words) => {
    expect(wordsOfKey(key)).toEqual(words);
  });
});

describe("a key that says what it is", () => {
  it.each([
    ["temperature", "temperatureCelsius", "°C", undefined],
    ["outdoor_temperature", "temperatureCelsius", "°C", "outdoor"],
    ["tempf", "temperatureCelsius", "°F", undefined],
    ["tempc5", "temperatureCelsius", "°C", "5"],
    ["wind_avg_km_h", "windSpeedMetersPerSecond", "km/h", undefined],
    ["pressure_kPa", "pressurePascals", "kPa", undefined],
    ["Bat_mV", "batteryVoltageVolts", "mV", undefined],
    ["current_power_kw", "powerWatts", "kW", "current"],
    ["PM2.5", "pm25MicrogramsPerCubicMeter", "µg/m³", undefined],
    ["PM10.0", "pm10MicrogramsPerCubicMeter", "µg/m³", undefined],
    ["color_temp", "colorTemperatureKelvin", "mired", undefined],
    ["eco2", "carbonDioxideEquivalentPpm", "ppm", undefined],
  ])("%s is %s in %s, channel %s", (key, quantity, unit, channel) => {
    expect(meaningOfName(key)).toEqual({
      quantity,
      unit,
      labels: channel === undefined ? undefined : { channel },
    });
  });

  // Settings, states, codes, identifiers, and words that are used with several units.
  it.each([
    "temperature_units",
    "comfort_temperature_max",
    "power_outage_count",
    "id",
    "timestamp",
    "b_c",
    "hcho",
    "constructor",
    "toString",
  ])("%s says nothing", (key) => {
    expect(meaningOfName(key)).toBeUndefined();
  });
});

describe("a unit that a device announces", () => {
  it.each([
    ["Temperature", "°F", undefined, "temperatureCelsius", "°F"],
    ["Engine speed", "rpm", undefined, "rotationRpm", "rpm"],
    ["e_today", "kWh", false, "energyBalanceJoules", "kWh"],
    ["e_total", "kWh", true, "energyJoulesTotal", "kWh"],
    ["Index", "UV", undefined, "uvIndex", "UV"],
    ["Any", "µV", undefined, "voltageVolts", "µV"],
    ["Any", "fav unit", undefined, "value", undefined],
  ] as const)("of %s, %s, total %s: %s", (name, unit, isTotal, quantity, kept) => {
    expect(meaningOfUnit(name, unit, isTotal)).toMatchObject({ quantity });
    expect(meaningOfUnit(name, unit, isTotal).unit).toBe(kept);
  });
});
