import { saysNoValue, strictNumber } from "../number.ts";
import { isObject, type Payload, scalarOf, textOf } from "../payload.ts";

import { isSerialNumber } from "./identifier.ts";

/** What a payload is, as far as its form tells. */
export type PayloadKind = "object" | "list" | "number" | "switch" | `in ${string}`;

const switchWord = /^(?:on|off|true|false|open|closed)$/iu;
/** "12.5 °C", "41%": a blank before a unit of letters, or it could be a part of a name. */
const withUnit =
  /^\s*([-+]?(?:\d{1,15}\.?\d{0,15}|\.\d{1,15}))(?:\s+(\p{L}[^\d\s]{0,9})|\s*([°%℃℉][^\d\s]{0,3}))\s*$/u;

const unitOf = (text: string): string | undefined => {
  if (text.length > 48) return undefined;
  const found = withUnit.exec(text);
  return found?.[2] ?? found?.[3];
};

/** The number before a unit. */
export const numberBeforeUnit = (payload: Payload): unknown => {
  const text = textOf(payload) ?? "";
  return withUnit.exec(text.slice(0, 48))?.[1] ?? text;
};

/** True for a payload that ends what was known. */
export const saysNothing = (payload: Payload): boolean => {
  const value = scalarOf(payload);
  return value === null || (typeof value === "string" && saysNoValue(value));
};

/** The kind of a payload; undefined for one that is no reading: text, binary data. */
export const kindOf = (payload: Payload): PayloadKind | undefined => {
  const value = scalarOf(payload);
  if (isObject(value)) return "object";
  if (Array.isArray(value)) return "list";
  if (typeof value === "boolean") return "switch";
  if (typeof value === "number") return "number";
  if (typeof value !== "string") return undefined;
  if (strictNumber(value) !== undefined) return isSerialNumber(value) ? undefined : "number";
  if (switchWord.test(value.trim())) return "switch";
  const unit = unitOf(value);
  return unit === undefined ? undefined : `in ${unit}`;
};
