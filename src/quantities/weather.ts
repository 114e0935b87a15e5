import { degrees, type QuantityDefinitions, ratio } from "./definition.ts";

const millimeters =
  "Millimeters of rain, which are liters per square meter: no weather service speaks of meters.";

const windSpeed = {
  type: "gauge",
  unit: "meters_per_second",
  dimension: "speed",
  minimum: 0,
  display: { unit: "m/s", decimals: 1 },
} as const;

/** Wind, rain, snow, lightning, and what the ground holds of it. */
export const weather = {
  windSpeedMetersPerSecond: {
    name: "wind_speed",
    metric: "sensor_wind_speed_meters_per_second",
    help: "Wind speed, averaged as the device does, 0 and up.",
    ...windSpeed,
  },
  windGustMetersPerSecond: {
    name: "wind_gust",
    metric: "sensor_wind_gust_meters_per_second",
    help: "Highest wind speed of the device's latest interval, 0 and up.",
    ...windSpeed,
  },
  windDirectionDegrees: {
    name: "wind_direction",
    metric: "sensor_wind_direction_degrees",
    help: "Direction the wind comes from, 0 (north) over 90 (east) to 360.",
    ...degrees,
    minimum: 0,
    maximum: 360,
    display: { unit: "°", decimals: 0 },
  },
  rainMillimetersTotal: {
    name: "rain",
    metric: "sensor_rain_millimeters_total",
    help: "Rain that has fallen, counted by a gauge or from its pulses.",
    type: "counter",
    unit: "millimeters",
    dimension: "rain",
    minimum: 0,
    display: { unit: "mm", decimals: 1 },
    exception: millimeters,
  },
  rainAmountMillimeters: {
    name: "rain_amount",
    metric: "sensor_rain_amount_millimeters",
    help: "Rain within a period that the channel names, such as the last hour, 0 and up.",
    type: "gauge",
    unit: "millimeters",
    dimension: "rain",
    minimum: 0,
    display: { unit: "mm", decimals: 1 },
    exception: millimeters,
  },
  rainRateMillimetersPerHour: {
    name: "rain_rate",
    metric: "sensor_rain_rate_millimeters_per_hour",
    help: "Intensity of rain, computed by the device, 0 and up.",
    type: "gauge",
    unit: "millimeters_per_hour",
    dimension: "rain_rate",
    minimum: 0,
    display: { unit: "mm/h", decimals: 1 },
    exception:
      "Millimeters per hour: the scale of drizzle and downpour; per second the numbers would be tiny.",
  },
  snowDepthMeters: {
    name: "snow_depth",
    metric: "sensor_snow_depth_meters",
    help: "Depth of the snow on the ground, 0 and up.",
    type: "gauge",
    unit: "meters",
    dimension: "length",
    minimum: 0,
    display: { unit: "cm", decimals: 1 },
  },
  lightningStrikesTotal: {
    name: "lightning_strikes",
    metric: "sensor_lightning_strikes_total",
    help: "Lightning strikes detected.",
    type: "counter",
    dimension: "count",
    minimum: 0,
    display: { unit: "", decimals: 0 },
  },
  cloudCoverRatio: {
    name: "cloud_cover",
    metric: "sensor_cloud_cover_ratio",
    help: "Share of the sky covered by clouds, 0 to 1.",
    ...ratio,
  },
  soilMoistureRatio: {
    name: "soil_moisture",
    metric: "sensor_soil_moisture_ratio",
    help: "Moisture of soil on the scale of the probe, 0 (dry) to 1.",
    ...ratio,
  },
  materialMoistureRatio: {
    name: "material_moisture",
    metric: "sensor_material_moisture_ratio",
    help: "Moisture of wood or another material, 0 to 1.",
    ...ratio,
  },
  leafWetnessRatio: {
    name: "leaf_wetness",
    metric: "sensor_leaf_wetness_ratio",
    help: "Wetness of leaves on the scale of the device, 0 (dry) to 1.",
    ...ratio,
  },
} as const satisfies QuantityDefinitions;
