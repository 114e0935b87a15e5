import type { Conversion } from "./definition.ts";

type Units = Readonly<Record<string, Conversion>>;

/** Units by every form of their spellings; undefined marks a folded form that two units share. */
interface Index {
  readonly exact: ReadonlyMap<string, Conversion>;
  readonly folded: ReadonlyMap<string, Conversion | undefined>;
}

/**
 * One form for all the ways to type the same symbols.
 *
 * NFKC turns ℃ into °C, ² into 2, µ (U+00B5) into μ (U+03BC) and the ohm sign into omega. It would tear ˚ apart and
 * turn º into o, so those two become the degree sign first. Blanks, dots and the ^ before a power mean nothing.
 */
const normalize = (text: string): string =>
  text
    .replace(/[º˚]/gu, "°")
    .normalize("NFKC")
    .replace(/[∕⁄]/gu, "/")
    .replace(/−/gu, "-")
    .replace(/[⋅∙•·*^\s]+/gu, "");

/** Forgives the case of all letters but a leading m or M, which tells milli from mega. */
const fold = (normalized: string): string =>
  /^m/iu.test(normalized)
    ? normalized.slice(0, 1) + normalized.slice(1).toLowerCase()
    : normalized.toLowerCase();

const indexOf = (units: Units): Index => {
  const exact = new Map<string, Conversion>();
  const folded = new Map<string, Conversion | undefined>();
  for (const [symbol, unit] of Object.entries(units)) {
    for (const spelling of [symbol, ...(unit.spellings ?? [])].map(normalize)) {
      exact.set(spelling, unit);
      const form = fold(spelling);
      folded.set(form, folded.has(form) && folded.get(form) !== unit ? undefined : unit);
    }
  }
  return { exact, folded };
};

/** Indexing takes longer than finding, and most runs need few dimensions. */
const indexes = new WeakMap<Units, Index>();

/**
 * The unit that a text stands for: an exact spelling, else one that differs in case only.
 *
 * Undefined if there is none, or if the case is all that tells two units apart.
 */
export const findUnit = (units: Units, text: string): Conversion | undefined => {
  const index = indexes.get(units) ?? indexOf(units);
  indexes.set(units, index);
  const wanted = normalize(text);
  return index.exact.get(wanted) ?? index.folded.get(fold(wanted));
};
