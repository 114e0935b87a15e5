import { type Budget, RenderFailure, spend, spendText } from "./bounds.ts";
import { listOf, typeName, type Value } from "./values.ts";

const failOn = (name: string, value: Value): never => {
  throw new RenderFailure(`${name} is ${typeName(value)}`, { isUndefined: value === undefined });
};

const countOf = (value: Value): number => {
  if (value === null) return Number.POSITIVE_INFINITY;
  if (typeof value !== "bigint") return failOn("count", value);
  return value < 0n ? Number.POSITIVE_INFINITY : Number(value);
};

/** What is replaced by what. */
export interface Replacement {
  readonly text: string;
  readonly old: string;
  readonly replacement: string;
}

// Python puts the replacement of "" between all characters; nobody means that.
const occurrences = (
  text: string,
  old: string,
  limit: number,
  budget: Budget,
): readonly number[] => {
  if (old === "") throw new RenderFailure("search for an empty text");
  const places: number[] = [];
  let at = text.indexOf(old);
  while (at !== -1 && places.length < limit) {
    spend(budget, 1);
    places.push(at);
    at = text.indexOf(old, at + old.length);
  }
  return places;
};

const cut = (text: string, places: readonly number[], width: number): readonly string[] =>
  [...places, text.length].map((end, index) =>
    text.slice(index === 0 ? 0 : (places[index - 1] ?? 0) + width, end),
  );

/** The text with at most so many occurrences replaced from the left, all if the count is None or negative. */
export const replaced = (
  { text, old, replacement }: Replacement,
  count: Value,
  budget: Budget,
): string => {
  const places = occurrences(text, old, countOf(count), budget);
  spendText(budget, text.length + places.length * replacement.length);
  return cut(text, places, old.length).join(replacement);
};

const splitAtBlanks = (text: string, limit: number, budget: Budget): readonly string[] => {
  const words: string[] = [];
  let rest = text.trimStart();
  while (rest !== "" && words.length < limit) {
    spendText(budget, rest.length);
    const end = rest.search(/\s/);
    if (end === -1) break;
    words.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return rest === "" ? words : [...words, rest];
};

/** The pieces of the text between the separators, at white space if that is None, cut at most so many times. */
export const split = (text: string, separator: Value, most: Value, budget: Budget): Value => {
  const limit = countOf(most);
  if (separator === null) return listOf(splitAtBlanks(text, limit, budget));
  if (typeof separator !== "string") return failOn("separator", separator);
  const places = occurrences(text, separator, limit, budget);
  return listOf(cut(text, places, separator.length));
};

/** Which ends of a text are stripped. */
export type Ends = "both" | "left" | "right";

/** The text without these characters at its ends, without white space if they are None. */
export const stripped = (
  text: string,
  characters: Value,
  budget: Budget,
  ends: Ends = "both",
): string => {
  spendText(budget, text.length);
  if (characters !== null && typeof characters !== "string") return failOn("chars", characters);
  spendText(budget, characters?.length ?? 0);
  const members = new Set(characters ?? "");
  const isStripped = (character: string | undefined): boolean =>
    character !== undefined &&
    (characters === null ? character.trim() === "" : members.has(character));
  let start = 0;
  let end = text.length;
  if (ends !== "right") while (start < end && isStripped(text[start])) start += 1;
  if (ends !== "left") while (end > start && isStripped(text[end - 1])) end -= 1;
  return text.slice(start, end);
};
