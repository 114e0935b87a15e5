import { isObject, valueAt } from "../payload.ts";
import type { UnitKey, Units } from "./names.ts";

const keys: readonly UnitKey[] = ["TempUnit", "PressureUnit", "SpeedUnit"];

/** What a device that names no unit writes in; of speed it always names it. */
export const defaultUnits: Units = { TempUnit: "C", PressureUnit: "hPa", SpeedUnit: undefined };

/** True for a key that only says a unit. */
export const isUnitKey = (key: string): boolean => key.endsWith("Unit");

const textOrElse = (value: unknown, otherwise: string | undefined): string | undefined =>
  typeof value === "string" && value !== "" ? value : otherwise;

/** The units that a message names, else those that were named before. */
export const unitsIn = (part: unknown, before: Units): Units => {
  if (!isObject(part)) return before;
  const of = (key: UnitKey) => textOrElse(valueAt(part, [key]), before[key]);
  return {
    TempUnit: of("TempUnit"),
    PressureUnit: of("PressureUnit"),
    SpeedUnit: of("SpeedUnit"),
  };
};

/** Equal for equal units. */
export const unitsSignature = (units: Units): string =>
  keys.map((key) => units[key] ?? "").join("|");
