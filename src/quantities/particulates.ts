import { airMass, type QuantityDefinitions } from "./definition.ts";

/** Particles in air, by mass and by number. */
export const particulates = {
  pm1MicrogramsPerCubicMeter: {
    name: "pm1",
    metric: "sensor_pm1_micrograms_per_cubic_meter",
    help: "Mass of particles up to 1 micrometer in a volume of air.",
    ...airMass,
  },
  pm25MicrogramsPerCubicMeter: {
    name: "pm2_5",
    metric: "sensor_pm2_5_micrograms_per_cubic_meter",
    help: "Mass of particles up to 2.5 micrometers in a volume of air.",
    ...airMass,
  },
  pm4MicrogramsPerCubicMeter: {
    name: "pm4",
    metric: "sensor_pm4_micrograms_per_cubic_meter",
    help: "Mass of particles up to 4 micrometers in a volume of air.",
    ...airMass,
  },
  pm10MicrogramsPerCubicMeter: {
    name: "pm10",
    metric: "sensor_pm10_micrograms_per_cubic_meter",
    help: "Mass of particles up to 10 micrometers in a volume of air.",
    ...airMass,
  },
  particleConcentrationPerCubicMeter: {
    name: "particle_concentration",
    metric: "sensor_particle_concentration_per_cubic_meter",
    help: "Number of particles in a volume of air; the channel says of which sizes.",
    type: "gauge",
    unit: "per_cubic_meter",
    dimension: "number_concentration",
    minimum: 0,
    display: { unit: "1/cm³", decimals: 2 },
  },
  typicalParticleSizeMeters: {
    name: "typical_particle_size",
    metric: "sensor_typical_particle_size_meters",
    help: "Typical diameter of the particles in the air, computed by the sensor.",
    type: "gauge",
    unit: "meters",
    dimension: "length",
    minimum: 0,
    display: { unit: "µm", decimals: 2 },
  },
} as const satisfies QuantityDefinitions;
