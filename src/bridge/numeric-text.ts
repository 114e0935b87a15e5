import { saysNoValue, strictNumber } from "./number.ts";
import { type Payload, scalarOf } from "./payload.ts";
import type { NotFound } from "./plan.ts";

/**
 * The number that a payload is, or that there is none now. Other text changes nothing and is no defect either: of some
 * topics nobody says beforehand whether they carry numbers or words.
 */
export const numberOf = (payload: Payload): string | number | NotFound => {
  const value = scalarOf(payload);
  if (typeof value === "number") return value;
  const isTold =
    typeof value === "string" && (strictNumber(value) !== undefined || saysNoValue(value));
  return isTold ? value : { notFound: "unchanged" };
};
