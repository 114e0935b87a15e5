import type { QuantityDefinition } from "../../../src/quantities/definition.ts";
import { convertFromBase, convertToBase } from "../../../src/units.ts";

/** How a panel shows values: Grafana's identifier of the unit, and what turns the base unit into it. */
export interface PanelUnit {
  readonly id: string;
  /** The end of an expression, such as ` / 100`; empty if the values fit as they are. */
  readonly scale: string;
}

/**
 * Grafana's identifiers of the units that the catalogue shows, from its list of value formats
 * (packages/grafana-data/src/valueFormats/categories.ts). All others are plain text behind the number.
 */
const identifiers: Readonly<Record<string, string>> = {
  "": "none",
  ratio: "none",
  "°C": "celsius",
  K: "kelvin",
  Pa: "pressurepa",
  hPa: "pressurehpa",
  kPa: "pressurekpa",
  "g/m³": "congm3",
  lx: "lux",
  "W/m²": "Wm2",
  ppm: "ppm",
  ppb: "conppb",
  V: "volt",
  mV: "mvolt",
  A: "amp",
  W: "watt",
  VA: "voltamp",
  var: "voltampreact",
  kWh: "kwatth",
  Hz: "hertz",
  Ω: "ohm",
  kΩ: "kohm",
  pF: "pfarad",
  Ah: "amph",
  L: "litre",
  "m³": "m3",
  "L/min": "flowlpm",
  m: "lengthm",
  "m²": "areaM2",
  kg: "masskg",
  N: "forceN",
  "m/s": "velocityms",
  "m/s²": "accMS2",
  "°": "degree",
  "°/s": "rotdegs",
  rpm: "rotrpm",
  dB: "dB",
  dBm: "dBm",
  s: "s",
  h: "h",
  MiB: "mbytes",
  "kB/s": "KBs",
};

/** What multiplies or divides a value in the base unit, so that it is in the other one: ` / 3600000`. */
const scaleTo = ({ dimension, metric }: QuantityDefinition, unit: string): string => {
  const inBase = convertToBase(dimension, unit, 1);
  const ofBase = convertFromBase(dimension, unit, 1);
  if (inBase === undefined || ofBase === undefined || convertFromBase(dimension, unit, 0) !== 0) {
    throw new Error(`${metric} has no factor between its base unit and ${unit}`);
  }
  if (inBase === 1) return "";
  return inBase > 1 ? ` / ${inBase}` : ` * ${Math.round(ofBase)}`;
};

/** The unit of a quantity in a panel, which lets Grafana choose the prefix where it knows the unit. */
export const panelUnit = (definition: QuantityDefinition): PanelUnit => {
  const { dimension, display } = definition;
  // Grafana wants shares as 0 to 1, and moments in milliseconds.
  if (display.unit === "%") return { id: "percentunit", scale: "" };
  if (dimension === "timestamp") return { id: "dateTimeAsIso", scale: " * 1000" };
  const id = identifiers[display.unit] ?? `suffix:${display.unit}`;
  return { id, scale: scaleTo(definition, display.unit) };
};

/** What turns a quantity into the unit that the tables of the exporter show. */
export const displayScale = (definition: QuantityDefinition): string =>
  scaleTo(definition, definition.display.unit);
