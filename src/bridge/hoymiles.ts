import type { Meaning } from "./meaning.ts";
import { strictNumber } from "./number.ts";
import { type Payload, scalarOf } from "./payload.ts";

/** What a field of a Hoymiles inverter means; the input, or 0 for the grid side, tells it from its siblings. */
export interface InverterField {
  readonly meaning: Meaning;
  /** True if the inverter as a whole has it, so that no channel is needed. */
  readonly isWhole?: boolean;
  /** True if it is of the direct current side of all inputs together. */
  readonly isDirectCurrentSum?: boolean;
}

/** Energy of a day, which begins anew, in watt hours. */
export const yieldOfDay: Meaning = { quantity: "energyBalanceJoules", unit: "Wh" };

/** Energy since the inverter was made, in kilowatt hours. */
export const yieldInAll: Meaning = { quantity: "energyJoulesTotal", unit: "kWh" };

/** Labels of a field of an input. */
export const labelsOfField = (
  { meaning, isWhole = false, isDirectCurrentSum = false }: InverterField,
  channel: string,
): Meaning["labels"] => {
  const period = meaning === yieldOfDay ? { period: "today" } : {};
  const side = isDirectCurrentSum ? { side: "dc" } : {};
  return isWhole ? meaning.labels : { channel, ...period, ...side };
};

/**
 * A power factor, which one firmware publishes as a ratio and another one in percent; one of less than two percent does
 * not occur.
 */
export const powerFactorOf = (payload: Payload): unknown => {
  const published = scalarOf(payload);
  const value = typeof published === "string" ? strictNumber(published) : published;
  if (typeof value !== "number") return published;
  return Math.abs(value) > 1 ? value / 100 : value;
};
