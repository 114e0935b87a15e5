import { isObject, valueAt } from "../../bridge/payload.ts";
import { parsePath } from "../../bridge/rules/path.ts";
import { pathText, shown } from "../../bridge/trace.ts";
import { nearestWord } from "../../config/nearest.ts";

const maximumKeys = 12;
const maximumLooked = 1000;

const listed = (keys: readonly string[]): string => {
  const more = keys.length > maximumKeys ? `, and ${keys.length - maximumKeys} more` : "";
  return `${keys.slice(0, maximumKeys).join(", ")}${more}`;
};

const entriesOf = (value: unknown): readonly (readonly [string, unknown])[] => {
  if (isObject(value)) return Object.entries(value);
  return Array.isArray(value) ? value.map((below, index) => [String(index), below] as const) : [];
};

/** Where else that key is, the nearest to the root first. */
const elsewhere = (record: unknown, key: string): readonly string[] | undefined => {
  const waiting: (readonly [readonly string[], unknown])[] = [[[], record]];
  for (let index = 0; index < waiting.length && index < maximumLooked; index += 1) {
    const [path, value] = waiting[index] ?? [[], undefined];
    for (const [each, below] of entriesOf(value)) {
      if (each === key) return [...path, each];
      waiting.push([[...path, each], below]);
    }
  }
  return undefined;
};

const whatIs = (value: unknown, name: string): string => {
  if (Array.isArray(value)) return `${name} is a list of ${value.length}`;
  if (!isObject(value)) return `${name} is ${shown(value)}, and nothing is below it`;
  const keys = Object.keys(value);
  return keys.length === 0 ? `${name} is empty` : `${name} has ${listed(keys)}`;
};

const suggestionFor = (
  record: unknown,
  { before, key, after }: { before: readonly string[]; key: string; after: readonly string[] },
): string => {
  const container = valueAt(record, before);
  const near = isObject(container) ? nearestWord(key, Object.keys(container)) : undefined;
  const path =
    near === undefined ? elsewhere(record, after.at(-1) ?? key) : [...before, near, ...after];
  return path === undefined ? "" : `; did you mean ${pathText(path)}?`;
};

const missingAt = (path: readonly string[], record: unknown): string => {
  const depth = path.findIndex(
    (key, index) => key !== "*" && valueAt(record, path.slice(0, index + 1)) === undefined,
  );
  const key = path[depth];
  if (key === undefined) return "it is not there";
  const before = path.slice(0, depth);
  const name = before.length === 0 ? "the payload" : pathText(before);
  const suggestion = suggestionFor(record, { before, key, after: path.slice(depth + 1) });
  return `there is no ${JSON.stringify(key)}: ${whatIs(valueAt(record, before), name)}${suggestion}`;
};

/** Why nothing was found at a place of a message, and what is there instead. */
export const missingText = (from: string, record: unknown): string => {
  if (record === undefined) return "the payload is no JSON";
  if (from === "payload" || from === "JSON") {
    return `the payload is not one value; ${whatIs(record, "it")}`;
  }
  const parsed = parsePath(from);
  return "path" in parsed ? missingAt(parsed.path, record) : "it gives no value";
};
