import type { Dimension } from "./units.ts";

/** One kind of value that the exporter knows: the only source of metric names for readings. */
export interface QuantityDefinition {
  /** Name in the configuration: `temperature`, `relative_humidity`. */
  readonly name: string;
  /** Full metric name in its base unit: `sensor_temperature_celsius`. */
  readonly metric: string;
  readonly type: "gauge" | "counter";
  /** OpenMetrics unit, a suffix of the name before `_total`; left out where there is none. */
  readonly unit?: string;
  readonly dimension: Dimension;
  /** Where it comes from and its range, one sentence for HELP. */
  readonly help: string;
  /** No reading of any device can lie outside (absolute zero, 0 to 1); base unit. */
  readonly minimum?: number;
  readonly maximum?: number;
  /** Unit and decimals in tables and pages for people; must be one of the dimension's units. */
  readonly display: { readonly unit: string; readonly decimals: number };
}

export const quantities = {
  temperatureCelsius: {
    name: "temperature",
    metric: "sensor_temperature_celsius",
    type: "gauge",
    unit: "celsius",
    dimension: "temperature",
    help: "Temperature at the sensor, -273.15 and up.",
    minimum: -273.15,
    display: { unit: "°C", decimals: 2 },
  },
  relativeHumidityRatio: {
    name: "relative_humidity",
    metric: "sensor_relative_humidity_ratio",
    type: "gauge",
    unit: "ratio",
    dimension: "ratio",
    help: "Relative humidity of the air, 0 to 1.",
    minimum: 0,
    maximum: 1,
    display: { unit: "%", decimals: 1 },
  },
  pressurePascals: {
    name: "pressure",
    metric: "sensor_pressure_pascals",
    type: "gauge",
    unit: "pascals",
    dimension: "pressure",
    help: "Absolute pressure at the sensor.",
    minimum: 0,
    display: { unit: "hPa", decimals: 1 },
  },
  voltageVolts: {
    name: "voltage",
    metric: "sensor_voltage_volts",
    type: "gauge",
    unit: "volts",
    dimension: "voltage",
    help: "Voltage between two terminals.",
    display: { unit: "V", decimals: 3 },
  },
  pulsesTotal: {
    name: "pulses",
    metric: "sensor_pulses_total",
    type: "counter",
    dimension: "count",
    help: "Pulses counted on a line since it was first configured.",
    minimum: 0,
    display: { unit: "", decimals: 0 },
  },
} as const satisfies Readonly<Record<string, QuantityDefinition>>;

/** Key into the catalogue, such as `temperatureCelsius`. */
export type Quantity = keyof typeof quantities;
