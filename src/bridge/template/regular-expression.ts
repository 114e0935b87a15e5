import { type Budget, RenderFailure, spend, spendText } from "./bounds.ts";

const patternCharactersMax = 100;
const subjectCharactersMax = 1024;
const optionalsMax = 2;
// The square of the subject's length is milliseconds, so that few such calls must use up the steps.
const stepsPerCharacter = 2;

const tokens =
  /\\(?<escaped>.)|\[(?:\\.|[^\]\\])*\]|\(\?(?<special>.)|(?<repeat>[*+?]|\{[^}]*\})|./gsu;
// Python takes the bracket for a member, JavaScript for the end.
const ambiguousClass = /\[\^?\]/;

type Groups = Readonly<Record<string, string | undefined>>;

// Look-around, named groups, flags and back-references.
const isSpecial = ({ special, escaped }: Groups): boolean =>
  (special !== undefined && special !== ":") || /^[1-9k]$/.test(escaped ?? "");

const isOpen = (repeat: string): boolean => repeat === "*" || repeat === "+";

// JavaScript's matcher backtracks, and the pattern comes from anybody. What is let through takes at
// most the square of the subject's length: one open repetition, or two behind a leading ^, few
// optional ones, and none of a group.
const isBounded = (pattern: string): boolean => {
  const parts = [...pattern.matchAll(tokens)].map(({ 0: text, groups = {} }) => ({ text, groups }));
  if (ambiguousClass.test(pattern) || parts.some(({ groups }) => isSpecial(groups))) return false;
  if (parts.some(({ groups }, at) => groups["repeat"] && parts[at - 1]?.text === ")")) return false;
  const repeats = parts.flatMap(({ groups }) => groups["repeat"] ?? []);
  const optionals = repeats.filter((repeat) => repeat === "?").length;
  const isCounted = (repeat: string): boolean => /^(?:[*+?]|\{\d{1,2}\})$/.test(repeat);
  const isAnchored = pattern.startsWith("^") && !pattern.includes("|");
  return (
    repeats.every(isCounted) &&
    optionals <= optionalsMax &&
    repeats.filter(isOpen).length <= (isAnchored ? 2 : 1)
  );
};

const compiled = (pattern: string, isCaseIgnored: boolean): RegExp => {
  if (pattern.length > patternCharactersMax || !isBounded(pattern)) {
    throw new RenderFailure("regular expression too complex");
  }
  try {
    return new RegExp(pattern, isCaseIgnored ? "gi" : "g");
  } catch {
    throw new RenderFailure("invalid regular expression");
  }
};

const filledIn = (replacement: string, match: readonly (string | undefined)[]): string =>
  replacement.replace(/\\(?:g<(?<long>\d{1,2})>|(?<short>\d))/g, (_, long, short) => {
    const group = Number(long ?? short);
    if (group >= match.length) throw new RenderFailure("no such group");
    return match[group] ?? "";
  });

/** How `re.sub` is asked. */
export interface Substitution {
  readonly pattern: string;
  readonly replacement: string;
  readonly isCaseIgnored: boolean;
}

/** The subject with every match replaced, `\1` standing for the first group, as Python's re.sub does. */
export const substituted = (
  subject: string,
  { pattern, replacement, isCaseIgnored }: Substitution,
  budget: Budget,
): string => {
  if (subject.length > subjectCharactersMax || replacement.length > patternCharactersMax) {
    throw new RenderFailure("text too long for a regular expression");
  }
  spend(budget, 1 + subject.length * stepsPerCharacter);
  let text = "";
  let end = 0;
  for (const match of subject.matchAll(compiled(pattern, isCaseIgnored))) {
    text += subject.slice(end, match.index) + filledIn(replacement, [...match]);
    end = match.index + match[0].length;
    spendText(budget, text.length);
  }
  return text + subject.slice(end);
};
