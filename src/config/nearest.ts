/**
 * Edits between two words, at most `limit` (else undefined): insertions, deletions, substitutions and swaps of
 * neighbours, no part edited twice (optimal string alignment, the restricted Damerau-Levenshtein distance).
 */
export const editDistance = (left: string, right: string, limit: number): number | undefined => {
  if (Math.abs(left.length - right.length) > limit) return undefined;
  let beforePrevious: readonly number[] = [];
  let previous: readonly number[] = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row += 1) {
    const current = nextRow({ left, right, row, previous, beforePrevious });
    if (Math.min(...current) > limit) return undefined;
    beforePrevious = previous;
    previous = current;
  }
  const distance = cell(previous, right.length);
  return distance > limit ? undefined : distance;
};

interface Row {
  readonly left: string;
  readonly right: string;
  readonly row: number;
  readonly previous: readonly number[];
  readonly beforePrevious: readonly number[];
}

const nextRow = ({ left, right, row, previous, beforePrevious }: Row): readonly number[] => {
  const current = [row];
  for (let column = 1; column <= right.length; column += 1) {
    const isSame = left[row - 1] === right[column - 1];
    const swap = isSwap(left, row, right, column) ? cell(beforePrevious, column - 2) : Infinity;
    current.push(
      Math.min(
        cell(previous, column) + 1,
        cell(current, column - 1) + 1,
        cell(previous, column - 1) + (isSame ? 0 : 1),
        swap + 1,
      ),
    );
  }
  return current;
};

const cell = (row: readonly number[], column: number): number => row[column] ?? Infinity;

const isSwap = (left: string, row: number, right: string, column: number): boolean =>
  row > 1 &&
  column > 1 &&
  left[row - 1] === right[column - 2] &&
  left[row - 2] === right[column - 1];

// Words beyond this are no typing errors of ours, and comparing them would cost time for nothing.
const longestWord = 64;

const spelling = (word: string): string => word.toLowerCase().replaceAll("-", "_");

// At least one letter must be the same, or every single letter would be near every other.
const limitFor = (left: string, right: string): number =>
  Math.min(
    Math.max(1, Math.floor(Math.max(left.length, right.length) / 3)),
    Math.max(0, Math.min(left.length, right.length) - 1),
  );

/** The known word that a mistyped one most likely meant, or undefined if none is near: one edit for every three letters. */
export const nearestWord = (word: string, known: readonly string[]): string | undefined => {
  if (word.length > longestWord) return undefined;
  const distances = known.map((candidate) => ({
    candidate,
    distance: editDistance(spelling(word), spelling(candidate), limitFor(word, candidate)),
  }));
  return distances.reduce<{ candidate?: string; distance: number }>(
    (best, { candidate, distance }) =>
      distance !== undefined && distance < best.distance ? { candidate, distance } : best,
    { distance: Infinity },
  ).candidate;
};
