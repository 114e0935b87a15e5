import type { Quantity } from "./quantities.ts";
import type { Labels } from "./reading.ts";

/** Name, type and help of one metric family. */
export interface Family {
  /** Full sample name, with `_total` on counters. */
  readonly name: string;
  readonly type: "gauge" | "counter";
  readonly help: string;
  /** OpenMetrics unit: a suffix of the name (before `_total`), or left out. */
  readonly unit?: string | undefined;
}

/** A slot for the newest value of one series. Its labels are rendered once, when it is opened. */
export interface Series {
  /** Stores a value in the base unit, unless it is not finite (then it is refused and false is returned). */
  readonly set: (value: number, atMs: number, expiresMs: number) => boolean;
  /** Adds to a counter that never expires (health metrics). */
  readonly add: (increment: number) => void;
  /** Ends the series: it is in no later scrape. */
  readonly clear: () => void;
  /** Gives the slot back. */
  readonly close: () => void;
}

/** Readings as they stand in memory, for pages and commands. */
export interface StoredReading {
  readonly quantity: Quantity | undefined;
  readonly family: Family;
  readonly labels: Labels;
  readonly value: number;
  readonly atMs: number;
}
