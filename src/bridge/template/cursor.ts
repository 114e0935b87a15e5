import { depthMax, operatorsMax, UnsupportedTemplate } from "./bounds.ts";
import type { Token } from "./tokens.ts";

/** What the parts of one template share while it is compiled. */
export interface Compilation {
  depth: number;
  operators: number;
  /** Names that `{% set %}` assigns further up. */
  readonly names: Set<string>;
}

/** A place in the tokens of one part. */
export interface Cursor {
  readonly compilation: Compilation;
  readonly tokens: readonly Token[];
  at: number;
}

/** The token at the cursor or that many further on. */
export const peek = ({ tokens, at }: Cursor, ahead = 0): Token | undefined => tokens[at + ahead];

/** Whether the token is that sign or name. */
export const isToken = (token: Token | undefined, kind: "sign" | "name", text: string): boolean =>
  token?.kind === kind && token.text === text;

/** Passes over the sign or name if it is next. */
export const take = (cursor: Cursor, kind: "sign" | "name", text: string): boolean => {
  if (!isToken(peek(cursor), kind, text)) return false;
  cursor.at += 1;
  return true;
};

/** Refuses the token at the cursor. */
export const refuse = (cursor: Cursor): never => {
  const token = peek(cursor);
  throw new UnsupportedTemplate(
    token === undefined ? "syntax: unfinished" : `syntax at character ${token.at + 1}`,
  );
};

/** Passes over the sign, which must be next. */
export const expectSign = (cursor: Cursor, text: string): void => {
  if (!take(cursor, "sign", text)) refuse(cursor);
};

/** Passes over a name, which must be next, and returns it. */
export const expectName = (cursor: Cursor): string => {
  const token = peek(cursor);
  if (token?.kind !== "name") return refuse(cursor);
  cursor.at += 1;
  return token.text;
};

/** The next of these signs, passed over, undefined if another token is next. */
export const takeOneOf = (cursor: Cursor, signs: ReadonlySet<string>): string | undefined => {
  const token = peek(cursor);
  if (token?.kind !== "sign" || !signs.has(token.text)) return undefined;
  cursor.at += 1;
  return token.text;
};

/** Counts one more operator, each of which makes the evaluation's stack deeper. */
export const countOperator = ({ compilation }: Cursor): void => {
  compilation.operators += 1;
  if (compilation.operators > operatorsMax) throw new UnsupportedTemplate("too many operators");
};

/** Compiles what is nested one level deeper. */
export const nested = <Result>(compilation: Compilation, compile: () => Result): Result => {
  compilation.depth += 1;
  if (compilation.depth > depthMax) throw new UnsupportedTemplate("nested too deeply");
  const result = compile();
  compilation.depth -= 1;
  return result;
};
