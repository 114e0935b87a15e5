/** Longer text is no number that anybody measured. */
const maximumLength = 64;

const decimal = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/u;

/**
 * The number that the whole text is, blanks around it aside; undefined for anything else. Neither hexadecimal nor
 * infinite nor empty text is a number, nor is one that something follows: "4 minutes", "0.5.61", "45,3".
 */
export const strictNumber = (text: string): number | undefined => {
  if (text.length > maximumLength) return undefined;
  const trimmed = text.trim();
  if (!decimal.test(trimmed)) return undefined;
  const value = Number(trimmed);
  // `+ 0` turns minus zero into zero.
  return Number.isFinite(value) ? value + 0 : undefined;
};

/** What devices write where they have no value. */
const noValues: ReadonlySet<string> = new Set(
  "|none|null|nan|inf|-inf|+inf|infinity|unavailable|unknown|undefined|n/a|na|--".split("|"),
);

/** True for text that says there is no value now: what was known ends. */
export const saysNoValue = (text: string): boolean =>
  text.length < 16 && noValues.has(text.trim().toLowerCase());
