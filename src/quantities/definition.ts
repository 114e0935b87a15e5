import type { Dimension } from "../units.ts";

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
  /** Why the name departs from the Prometheus naming rules, as a sentence; printed in docs/metrics.md. */
  readonly exception?: string;
  /** No reading of any device can lie outside (absolute zero, 0 to 1); base unit. */
  readonly minimum?: number;
  readonly maximum?: number;
  /** Unit and decimals in tables and pages for people; must be one of the dimension's units. */
  readonly display: { readonly unit: string; readonly decimals: number };
}

/** A part of the catalogue: definitions by the key that drivers use. */
export type QuantityDefinitions = Readonly<Record<string, QuantityDefinition>>;

/** What every share of a whole has in common: 0 to 1, shown as a percentage. */
export const ratio = {
  type: "gauge",
  unit: "ratio",
  dimension: "ratio",
  minimum: 0,
  maximum: 1,
  display: { unit: "%", decimals: 1 },
} as const;

/** What every binary state has in common: 0 or 1, and the name says what 1 means. */
export const state = {
  type: "gauge",
  dimension: "state",
  minimum: 0,
  maximum: 1,
  display: { unit: "", decimals: 0 },
} as const;

/** What every mass of something in a volume of air has in common. */
export const airMass = {
  type: "gauge",
  unit: "micrograms_per_cubic_meter",
  dimension: "mass_concentration",
  minimum: 0,
  display: { unit: "µg/m³", decimals: 1 },
  exception: "Micrograms per cubic meter: every legal limit and guideline is in them.",
} as const;

/** What every angle has in common. */
export const degrees = {
  type: "gauge",
  unit: "degrees",
  dimension: "angle",
  display: { unit: "°", decimals: 1 },
  exception:
    "Degrees, as people, maps and compasses speak of angles; no other unit of angle is used.",
} as const;

/** What every scale without a unit has in common. */
export const index = {
  type: "gauge",
  dimension: "index",
  minimum: 0,
  display: { unit: "", decimals: 0 },
} as const;

/** What every counter of events has in common. */
export const counter = {
  type: "counter",
  dimension: "count",
  minimum: 0,
  display: { unit: "", decimals: 0 },
} as const;
