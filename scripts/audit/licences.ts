/**
 * Licences that ask for no more than to be named, and so fit everywhere the program goes. By their SPDX identifiers,
 * https://spdx.org/licenses/
 */
const allowedLicences: ReadonlySet<string> = new Set([
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "CC0-1.0",
  "ISC",
  "MIT",
  "MIT-0",
  "Python-2.0",
  "Unlicense",
  "Zlib",
]);

const token = /\(|\)|[^\s()]+/gu;

/** What is read of an expression so far: whether it is allowed, and what follows. */
type Read = readonly [isAllowed: boolean, rest: readonly string[]];

const readOperand = ([first, ...rest]: readonly string[]): Read => {
  if (first === undefined) return [false, []];
  if (first !== "(") return [allowedLicences.has(first), rest];
  const [isAllowed, [closing, ...after]] = readAny(rest);
  return [isAllowed && closing === ")", after];
};

/** Operands that all hold; AND binds closer than OR (SPDX 2.3, annex D.4.5). */
const readAll = (tokens: readonly string[]): Read => {
  const [isAllowed, rest] = readOperand(tokens);
  if (rest[0] !== "AND") return [isAllowed, rest];
  const [areAllowed, after] = readAll(rest.slice(1));
  return [isAllowed && areAllowed, after];
};

const readAny = (tokens: readonly string[]): Read => {
  const [isAllowed, rest] = readAll(tokens);
  if (rest[0] !== "OR") return [isAllowed, rest];
  const [isOtherAllowed, after] = readAny(rest.slice(1));
  return [isAllowed || isOtherAllowed, after];
};

/** True if an SPDX expression can be met by allowed licences alone; what is no expression cannot. */
export const isAllowed = (expression: string | undefined): boolean => {
  const [isMet, rest] = readAny(expression?.match(token) ?? []);
  return isMet && rest.length === 0;
};
