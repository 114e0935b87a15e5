import { type QuantityDefinitions, ratio } from "./definition.ts";

const celsius = {
  type: "gauge",
  unit: "celsius",
  dimension: "temperature",
  minimum: -273.15,
  display: { unit: "°C", decimals: 2 },
} as const;

const pascals = {
  type: "gauge",
  unit: "pascals",
  dimension: "pressure",
  display: { unit: "hPa", decimals: 2 },
} as const;

/** Temperature, moisture and pressure of the air, measured or computed. */
export const climate = {
  temperatureCelsius: {
    name: "temperature",
    metric: "sensor_temperature_celsius",
    help: "Temperature at the sensor, -273.15 and up.",
    ...celsius,
  },
  temperatureDifferenceCelsius: {
    name: "temperature_difference",
    metric: "sensor_temperature_difference_celsius",
    help: "Difference between two temperatures, in kelvins or degrees Celsius alike.",
    type: "gauge",
    unit: "celsius",
    dimension: "temperature_difference",
    display: { unit: "°C", decimals: 2 },
  },
  temperatureSetpointCelsius: {
    name: "temperature_setpoint",
    metric: "sensor_temperature_setpoint_celsius",
    help: "Temperature that a thermostat is set to, as the device reports it.",
    ...celsius,
  },
  apparentTemperatureCelsius: {
    name: "apparent_temperature",
    metric: "sensor_apparent_temperature_celsius",
    help: "Temperature as people feel it (heat index, wind chill), computed by the device.",
    ...celsius,
  },
  dewPointCelsius: {
    name: "dew_point",
    metric: "sensor_dew_point_celsius",
    help: "Temperature at which the air would be saturated, computed from temperature and humidity.",
    ...celsius,
  },
  relativeHumidityRatio: {
    name: "relative_humidity",
    metric: "sensor_relative_humidity_ratio",
    help: "Relative humidity of the air, 0 to 1.",
    ...ratio,
  },
  absoluteHumidityGramsPerCubicMeter: {
    name: "absolute_humidity",
    metric: "sensor_absolute_humidity_grams_per_cubic_meter",
    help: "Mass of water vapor in a volume of air, measured or computed from temperature and humidity.",
    type: "gauge",
    unit: "grams_per_cubic_meter",
    dimension: "density",
    minimum: 0,
    display: { unit: "g/m³", decimals: 2 },
  },
  vaporPressureDeficitPascals: {
    name: "vapor_pressure_deficit",
    metric: "sensor_vapor_pressure_deficit_pascals",
    help: "Water vapor pressure missing to saturation, computed by the device, 0 and up.",
    ...pascals,
    minimum: 0,
    display: { unit: "kPa", decimals: 3 },
  },
  pressurePascals: {
    name: "pressure",
    metric: "sensor_pressure_pascals",
    help: "Absolute pressure at the sensor, 0 and up.",
    ...pascals,
    minimum: 0,
  },
  seaLevelPressurePascals: {
    name: "sea_level_pressure",
    metric: "sensor_sea_level_pressure_pascals",
    help: "Air pressure reduced to sea level, from the device or from pressure and altitude.",
    ...pascals,
    minimum: 0,
  },
  differentialPressurePascals: {
    name: "differential_pressure",
    metric: "sensor_differential_pressure_pascals",
    help: "Pressure against a second port or the surrounding air, negative where it is lower.",
    ...pascals,
    display: { unit: "Pa", decimals: 1 },
  },
} as const satisfies QuantityDefinitions;
