import type { Block } from "./abbreviations.ts";

/** A text, or a number or boolean written as Home Assistant would; undefined for anything else. */
export const textIn = (block: Block, key: string): string | undefined => {
  const value = Object.hasOwn(block, key) ? block[key] : undefined;
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  // As Python writes them, whose words templates render.
  if (typeof value === "boolean") return value ? "True" : "False";
  return undefined;
};

/** A text that says something. */
export const wordIn = (block: Block, key: string): string | undefined => {
  const text = textIn(block, key)?.trim();
  return text === undefined || text === "" ? undefined : text;
};

/** A number, which may be written as text. */
export const numberIn = (block: Block, key: string): number | undefined => {
  const text = wordIn(block, key);
  const value = text === undefined ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
};
