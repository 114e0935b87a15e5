/** How a unit relates to the base unit of its dimension: base = (value + add) × multiply ÷ divide. */
export interface Conversion {
  readonly add?: number;
  readonly multiply?: number;
  /** Division is kept apart because 44.72 / 100 is exact where 44.72 * 0.01 is not. */
  readonly divide?: number;
  /** Of a unit that runs against the base unit, such as mired and kelvin: base = reciprocal ÷ value. */
  readonly reciprocal?: number;
  /** What else people write for it; case, blanks and the code points of µ, °, ² and ³ do not matter. */
  readonly spellings?: readonly string[];
}

/** The units of some dimensions, each under its usual symbol. */
export type Dimensions = Readonly<Record<string, Readonly<Record<string, Conversion>>>>;
