import type { Quantity } from "../quantities.ts";

/**
 * Quantities that devices write in one and the same unit. Energy, distance, speed, volume and the like are not among
 * them: some write Wh, others kWh, and without a word about it nobody knows.
 */
const oneUnit: ReadonlySet<Quantity> = new Set<Quantity>([
  "temperatureCelsius",
  "apparentTemperatureCelsius",
  "dewPointCelsius",
  "relativeHumidityRatio",
  "absoluteHumidityGramsPerCubicMeter",
  "pressurePascals",
  "seaLevelPressurePascals",
  "illuminanceLux",
  "uvIndex",
  "carbonDioxidePpm",
  "carbonMonoxidePpm",
  "vocIndex",
  "noxIndex",
  "airQualityIndex",
  "pm1MicrogramsPerCubicMeter",
  "pm25MicrogramsPerCubicMeter",
  "pm4MicrogramsPerCubicMeter",
  "pm10MicrogramsPerCubicMeter",
  "voltageVolts",
  "batteryVoltageVolts",
  "currentAmperes",
  "powerWatts",
  "apparentPowerVoltAmperes",
  "reactivePowerVoltAmperesReactive",
  "powerFactorRatio",
  "frequencyHertz",
  "batteryRatio",
  "signalStrengthDbm",
  "soilMoistureRatio",
  "ph",
  "uptimeSeconds",
]);

/** True if the unit of a quantity goes without saying. */
export const hasUsualUnit = (quantity: Quantity): boolean => oneUnit.has(quantity);
