import type { Position } from "../problems.ts";

/** A problem without its remedy, and the remedy. */
export interface Text {
  readonly problem: string;
  readonly remedy?: string | undefined;
}

/** Messages by their key. */
export type Templates = Readonly<Record<string, (...values: never[]) => Text>>;

const longestList = 14;

/** `a, b, c`. */
export const list = (words: readonly unknown[]): string => words.map(String).join(", ");

/** The question after a near miss. */
export const meant = (nearest: string | undefined): string | undefined =>
  nearest === undefined ? undefined : `did you mean ${nearest}?`;

/** What may stand here, where that is short enough to be read. */
export const allowed = (words: readonly string[]): string | undefined =>
  words.length === 0 || words.length > longestList ? undefined : `allowed here: ${list(words)}`;

/** The parts that there are, or undefined if there are none. */
export const joined = (...parts: readonly (string | undefined)[]): string | undefined => {
  const present = parts.filter((part) => part !== undefined);
  return present.length === 0 ? undefined : present.join(" ");
};

/** A second place, named inside a message. */
export const at = ({ line, column }: Position): string => `line ${line} column ${column}`;
