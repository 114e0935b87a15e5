import { index, type QuantityDefinitions, ratio } from "./definition.ts";

const liters =
  "Liters: the unit of water meters, flow sensors and tanks; a glass of water would be 0.0002 cubic meters.";

const litersTotal = {
  type: "counter",
  unit: "liters",
  dimension: "volume",
  minimum: 0,
  exception: liters,
} as const;

const gramsPerCubicMeter = {
  type: "gauge",
  unit: "grams_per_cubic_meter",
  minimum: 0,
  display: { unit: "mg/L", decimals: 1 },
} as const;

/** Volume, flow and fill of liquids and gases, and what is dissolved in water. */
export const liquids = {
  volumeLitersTotal: {
    name: "volume",
    metric: "sensor_volume_liters_total",
    help: "Volume of water or another liquid that has passed, counted by a meter or from its pulses.",
    ...litersTotal,
    display: { unit: "L", decimals: 1 },
  },
  gasVolumeLitersTotal: {
    name: "gas_volume",
    metric: "sensor_gas_volume_liters_total",
    help: "Volume of gas that has passed, counted by a meter or from its pulses.",
    ...litersTotal,
    display: { unit: "m³", decimals: 3 },
  },
  storedVolumeLiters: {
    name: "stored_volume",
    metric: "sensor_stored_volume_liters",
    help: "Volume held by a tank or another container, 0 and up.",
    type: "gauge",
    unit: "liters",
    dimension: "volume",
    minimum: 0,
    display: { unit: "L", decimals: 1 },
    exception: liters,
  },
  flowLitersPerSecond: {
    name: "flow",
    metric: "sensor_flow_liters_per_second",
    help: "Flow of a liquid or a gas, negative where it runs backwards.",
    type: "gauge",
    unit: "liters_per_second",
    dimension: "flow",
    display: { unit: "L/min", decimals: 2 },
    exception: liters,
  },
  levelMeters: {
    name: "level",
    metric: "sensor_level_meters",
    help: "Height of a surface above the point that the device calls zero.",
    type: "gauge",
    unit: "meters",
    dimension: "length",
    display: { unit: "m", decimals: 3 },
  },
  fillLevelRatio: {
    name: "fill_level",
    metric: "sensor_fill_level_ratio",
    help: "How full a tank or another container is, 0 to 1.",
    ...ratio,
  },
  conductivitySiemensPerMeter: {
    name: "conductivity",
    metric: "sensor_conductivity_siemens_per_meter",
    help: "Electrical conductivity of water or soil, 0 and up.",
    type: "gauge",
    unit: "siemens_per_meter",
    dimension: "conductivity",
    minimum: 0,
    display: { unit: "µS/cm", decimals: 0 },
  },
  totalDissolvedSolidsGramsPerCubicMeter: {
    name: "total_dissolved_solids",
    metric: "sensor_total_dissolved_solids_grams_per_cubic_meter",
    help: "Mass of dissolved solids in water, computed by the device from conductivity.",
    ...gramsPerCubicMeter,
    dimension: "dissolved_solids",
  },
  dissolvedOxygenGramsPerCubicMeter: {
    name: "dissolved_oxygen",
    metric: "sensor_dissolved_oxygen_grams_per_cubic_meter",
    help: "Mass of oxygen dissolved in water.",
    ...gramsPerCubicMeter,
    dimension: "density",
  },
  ph: {
    name: "ph",
    metric: "sensor_ph",
    help: "Acidity of water or soil on the pH scale, 7 is neutral.",
    ...index,
    minimum: -2,
    maximum: 16,
    display: { unit: "", decimals: 2 },
  },
  redoxPotentialVolts: {
    name: "redox_potential",
    metric: "sensor_redox_potential_volts",
    help: "Oxidation-reduction potential of water.",
    type: "gauge",
    unit: "volts",
    dimension: "voltage",
    display: { unit: "mV", decimals: 0 },
  },
  turbidityNtu: {
    name: "turbidity",
    metric: "sensor_turbidity_ntu",
    help: "Turbidity of water in nephelometric units, 0 (clear) and up.",
    type: "gauge",
    unit: "ntu",
    dimension: "turbidity",
    minimum: 0,
    display: { unit: "NTU", decimals: 1 },
    exception: "Nephelometric turbidity units: defined by the method, no base unit expresses them.",
  },
} as const satisfies QuantityDefinitions;
