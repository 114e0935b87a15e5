import type { SeparatorConfig } from "../../config/bridge-config.ts";
import { jsonOf, type Payload, scalarOf, textOf } from "../payload.ts";

/** Fields that a text may have. */
const maximumFields = 1000;

const split = (text: string, { between, equals }: SeparatorConfig): unknown => {
  const parts = text.trim().split(between, maximumFields);
  if (equals === undefined) return parts;
  // Without a prototype, so that a field may be called anything. A part that is no pair is nobody's field.
  const record: Record<string, string> = Object.create(null);
  for (const part of parts) {
    const at = part.indexOf(equals);
    if (at > 0) record[part.slice(0, at).trim()] = part.slice(at + equals.length);
  }
  return record;
};

/** Splits a payload once, however many values are taken from it. */
export const createRecords = (
  separator: SeparatorConfig | undefined,
): ((payload: Payload) => unknown) => {
  if (separator === undefined) return jsonOf;
  const records = new WeakMap<Payload, unknown>();
  return (payload) => {
    if (records.has(payload)) return records.get(payload);
    const text = textOf(payload);
    const record = text === undefined ? undefined : split(text, separator);
    records.set(payload, record);
    return record;
  };
};

/** The payload as one value: a JSON scalar or its text; undefined for an object or a list. */
export const wholeOf = (payload: Payload): unknown => {
  const scalar = scalarOf(payload);
  return typeof scalar === "object" && scalar !== null ? undefined : scalar;
};
