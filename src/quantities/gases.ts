import type { QuantityDefinitions } from "./definition.ts";

const ppm = {
  type: "gauge",
  unit: "ppm",
  dimension: "gas_fraction",
  minimum: 0,
  maximum: 1_000_000,
  display: { unit: "ppm", decimals: 1 },
  exception:
    "Parts per million by volume: limits, data sheets and alerts speak it, and a ratio of 0.0004 says nothing to anybody.",
} as const;

const ppb = { ...ppm, display: { unit: "ppb", decimals: 0 } } as const;

/** Gases as a share of the volume of air; their masses are quantities of their own in air-quality.ts. */
export const gases = {
  carbonDioxidePpm: {
    name: "carbon_dioxide",
    metric: "sensor_carbon_dioxide_ppm",
    help: "Carbon dioxide in air, measured; outdoors about 420.",
    ...ppm,
    display: { unit: "ppm", decimals: 0 },
  },
  carbonDioxideEquivalentPpm: {
    name: "carbon_dioxide_equivalent",
    metric: "sensor_carbon_dioxide_equivalent_ppm",
    help: "Carbon dioxide estimated from other gases by the sensor, not measured.",
    ...ppm,
    display: { unit: "ppm", decimals: 0 },
  },
  carbonMonoxidePpm: {
    name: "carbon_monoxide",
    metric: "sensor_carbon_monoxide_ppm",
    help: "Carbon monoxide in air.",
    ...ppm,
  },
  ozonePpm: {
    name: "ozone",
    metric: "sensor_ozone_ppm",
    help: "Ozone in air, as a share of its volume.",
    ...ppb,
  },
  nitrogenDioxidePpm: {
    name: "nitrogen_dioxide",
    metric: "sensor_nitrogen_dioxide_ppm",
    help: "Nitrogen dioxide in air, as a share of its volume.",
    ...ppb,
  },
  nitrogenMonoxidePpm: {
    name: "nitrogen_monoxide",
    metric: "sensor_nitrogen_monoxide_ppm",
    help: "Nitrogen monoxide in air, as a share of its volume.",
    ...ppb,
  },
  nitrousOxidePpm: {
    name: "nitrous_oxide",
    metric: "sensor_nitrous_oxide_ppm",
    help: "Nitrous oxide in air, as a share of its volume.",
    ...ppb,
  },
  sulfurDioxidePpm: {
    name: "sulfur_dioxide",
    metric: "sensor_sulfur_dioxide_ppm",
    help: "Sulfur dioxide in air, as a share of its volume.",
    ...ppb,
  },
  hydrogenSulfidePpm: {
    name: "hydrogen_sulfide",
    metric: "sensor_hydrogen_sulfide_ppm",
    help: "Hydrogen sulfide in air.",
    ...ppm,
  },
  ammoniaPpm: {
    name: "ammonia",
    metric: "sensor_ammonia_ppm",
    help: "Ammonia in air.",
    ...ppm,
  },
  methanePpm: {
    name: "methane",
    metric: "sensor_methane_ppm",
    help: "Methane in air.",
    ...ppm,
  },
  hydrogenPpm: {
    name: "hydrogen",
    metric: "sensor_hydrogen_ppm",
    help: "Hydrogen in air.",
    ...ppm,
  },
  formaldehydePpm: {
    name: "formaldehyde",
    metric: "sensor_formaldehyde_ppm",
    help: "Formaldehyde in air, as a share of its volume.",
    ...ppb,
  },
  vocPpm: {
    name: "voc",
    metric: "sensor_voc_ppm",
    help: "Volatile organic compounds in air, in total, as a share of its volume.",
    ...ppb,
  },
  oxygenRatio: {
    name: "oxygen",
    metric: "sensor_oxygen_ratio",
    help: "Oxygen in air as a share of its volume, 0 to 1; fresh air has 0.209.",
    type: "gauge",
    unit: "ratio",
    dimension: "ratio",
    minimum: 0,
    maximum: 1,
    display: { unit: "%", decimals: 2 },
  },
} as const satisfies QuantityDefinitions;
