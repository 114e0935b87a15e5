/** How a unit relates to the base unit of its dimension: base = (value + add) × multiply ÷ divide. */
export interface Conversion {
  readonly add?: number;
  readonly multiply?: number;
  /** Division is kept apart because 44.72 / 100 is exact where 44.72 * 0.01 is not. */
  readonly divide?: number;
}

/** Units by dimension, each under every spelling that people publish. */
export const dimensions = {
  temperature: { "°C": {}, "°F": { add: -32, multiply: 5, divide: 9 }, K: { add: -273.15 } },
  ratio: { ratio: {}, "%": { divide: 100 } },
  pressure: { Pa: {}, hPa: { multiply: 100 }, kPa: { multiply: 1000 } },
  voltage: { V: {}, mV: { divide: 1000 } },
  count: { "": {} },
  state: { "": {} },
  rain: { mm: {}, in: { multiply: 25.4 } },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Conversion>>>>;

export type Dimension = keyof typeof dimensions;
