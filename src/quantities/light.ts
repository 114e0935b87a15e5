import { index, type QuantityDefinitions } from "./definition.ts";

/** Light and ultraviolet radiation. */
export const light = {
  illuminanceLux: {
    name: "illuminance",
    metric: "sensor_illuminance_lux",
    help: "Illuminance as the human eye weighs it, 0 (dark) to about 120 000 (sunlight).",
    type: "gauge",
    unit: "lux",
    dimension: "illuminance",
    minimum: 0,
    display: { unit: "lx", decimals: 1 },
  },
  irradianceWattsPerSquareMeter: {
    name: "irradiance",
    metric: "sensor_irradiance_watts_per_square_meter",
    help: "Radiant power on a surface, such as solar radiation, 0 and up.",
    type: "gauge",
    unit: "watts_per_square_meter",
    dimension: "irradiance",
    minimum: 0,
    display: { unit: "W/m²", decimals: 1 },
  },
  uvIndex: {
    name: "uv_index",
    metric: "sensor_uv_index",
    help: "Ultraviolet index of the World Health Organization, 0 to 11 and above.",
    ...index,
    display: { unit: "", decimals: 1 },
  },
  colorTemperatureKelvin: {
    name: "color_temperature",
    metric: "sensor_color_temperature_kelvin",
    help: "Correlated color temperature of light, about 1000 (candle) to 10 000 (blue sky).",
    type: "gauge",
    unit: "kelvin",
    dimension: "color_temperature",
    minimum: 0,
    display: { unit: "K", decimals: 0 },
  },
  lightRaw: {
    name: "light_raw",
    metric: "sensor_light_raw",
    help: "Reading of a photodiode in steps of its converter; the channel names the color.",
    ...index,
  },
} as const satisfies QuantityDefinitions;
