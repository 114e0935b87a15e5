import { airMass, index, type QuantityDefinitions } from "./definition.ts";

/**
 * Gases by mass, and scales of air quality.
 *
 * Mass and share of the volume are two quantities, since converting one into the other needs the temperature.
 */
export const airQuality = {
  carbonMonoxideMassMicrogramsPerCubicMeter: {
    name: "carbon_monoxide_mass",
    metric: "sensor_carbon_monoxide_mass_micrograms_per_cubic_meter",
    help: "Mass of carbon monoxide in a volume of air.",
    ...airMass,
  },
  ozoneMassMicrogramsPerCubicMeter: {
    name: "ozone_mass",
    metric: "sensor_ozone_mass_micrograms_per_cubic_meter",
    help: "Mass of ozone in a volume of air.",
    ...airMass,
  },
  nitrogenDioxideMassMicrogramsPerCubicMeter: {
    name: "nitrogen_dioxide_mass",
    metric: "sensor_nitrogen_dioxide_mass_micrograms_per_cubic_meter",
    help: "Mass of nitrogen dioxide in a volume of air.",
    ...airMass,
  },
  nitrogenMonoxideMassMicrogramsPerCubicMeter: {
    name: "nitrogen_monoxide_mass",
    metric: "sensor_nitrogen_monoxide_mass_micrograms_per_cubic_meter",
    help: "Mass of nitrogen monoxide in a volume of air.",
    ...airMass,
  },
  nitrousOxideMassMicrogramsPerCubicMeter: {
    name: "nitrous_oxide_mass",
    metric: "sensor_nitrous_oxide_mass_micrograms_per_cubic_meter",
    help: "Mass of nitrous oxide in a volume of air.",
    ...airMass,
  },
  sulfurDioxideMassMicrogramsPerCubicMeter: {
    name: "sulfur_dioxide_mass",
    metric: "sensor_sulfur_dioxide_mass_micrograms_per_cubic_meter",
    help: "Mass of sulfur dioxide in a volume of air.",
    ...airMass,
  },
  formaldehydeMassMicrogramsPerCubicMeter: {
    name: "formaldehyde_mass",
    metric: "sensor_formaldehyde_mass_micrograms_per_cubic_meter",
    help: "Mass of formaldehyde in a volume of air.",
    ...airMass,
  },
  vocMassMicrogramsPerCubicMeter: {
    name: "voc_mass",
    metric: "sensor_voc_mass_micrograms_per_cubic_meter",
    help: "Mass of volatile organic compounds in a volume of air, in total.",
    ...airMass,
  },
  radonBecquerelsPerCubicMeter: {
    name: "radon",
    metric: "sensor_radon_becquerels_per_cubic_meter",
    help: "Activity of radon in a volume of air, 0 and up.",
    type: "gauge",
    unit: "becquerels_per_cubic_meter",
    dimension: "radon",
    minimum: 0,
    display: { unit: "Bq/m³", decimals: 0 },
  },
  airQualityIndex: {
    name: "air_quality_index",
    metric: "sensor_air_quality_index",
    help: "Air quality on the scale of the device, from 1 (good) to 5 or from 0 (good) to 500.",
    ...index,
  },
  vocIndex: {
    name: "voc_index",
    metric: "sensor_voc_index",
    help: "Volatile organic compounds against the recent average of 100, 1 to 500, computed by the sensor.",
    ...index,
  },
  noxIndex: {
    name: "nox_index",
    metric: "sensor_nox_index",
    help: "Nitrogen oxides against the recent average of 1, 1 to 500, computed by the sensor.",
    ...index,
  },
  vocRaw: {
    name: "voc_raw",
    metric: "sensor_voc_raw",
    help: "Raw signal of a sensor for volatile organic compounds, 0 to 65 535, lower with more gas.",
    ...index,
  },
  noxRaw: {
    name: "nox_raw",
    metric: "sensor_nox_raw",
    help: "Raw signal of a sensor for nitrogen oxides, 0 to 65 535.",
    ...index,
  },
  gasResistanceOhms: {
    name: "gas_resistance",
    metric: "sensor_gas_resistance_ohms",
    help: "Resistance of a heated metal oxide layer, lower with more reducing gas.",
    type: "gauge",
    unit: "ohms",
    dimension: "resistance",
    minimum: 0,
    display: { unit: "kΩ", decimals: 2 },
  },
} as const satisfies QuantityDefinitions;
