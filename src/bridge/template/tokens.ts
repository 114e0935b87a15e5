import { UnsupportedTemplate } from "./bounds.ts";

/** A piece of an expression; `at` is its place in the template. */
export interface Token {
  readonly kind: "name" | "integer" | "float" | "text" | "sign";
  readonly text: string;
  readonly at: number;
}

/** A part of a template: text as it stands, or what is between `{{ }}` or `{% %}`. */
export type Part =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "print" | "statement"; readonly tokens: readonly Token[] };

// Sticky, so that each is tried at one place only.
const blankPattern = /\s+/y;
const namePattern = /[A-Za-z_]\w*/y;
const floatPattern = /\d+(?:_\d+)*(?:\.\d+(?:_\d+)*)?(?:e[+-]?\d+)?/iy;
const integerPattern = /0x[\da-f]+|\d+(?:_\d+)*/iy;
const stringPattern = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/sy;
const signPattern = /\*\*|\/\/|[=!<>]=|[-+*/%~<>()[\]{}.,:|=]/y;

const escapePattern = /\\(?:x(?<short>[\da-f]{2})|u(?<long>[\da-f]{4})|(?<single>.))/gis;
const escapes: ReadonlyMap<string, string> = new Map([
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["b", "\b"],
  ["f", "\f"],
  ["\n", ""],
  ["\\", "\\"],
  ["'", "'"],
  ['"', '"'],
]);

// Python keeps the backslash of an escape that it does not know: '\d' stays '\d'.
const unescaped = (quoted: string): string =>
  quoted.slice(1, -1).replace(escapePattern, (whole, short, long, single) => {
    const code = short ?? long;
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
    return escapes.get(single) ?? whole;
  });

const matchAt = (pattern: RegExp, source: string, at: number): string | undefined => {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0];
};

const numberAt = (source: string, at: number, isIndex: boolean): Token | undefined => {
  // `a.0.1` is two subscripts, not the float 0.1.
  const integer = matchAt(integerPattern, source, at);
  if (integer === undefined) return undefined;
  const float = matchAt(floatPattern, source, at) ?? "";
  const isFloat = !isIndex && float.length > integer.length;
  return { kind: isFloat ? "float" : "integer", text: isFloat ? float : integer, at };
};

const tokenAt = (source: string, at: number, isIndex: boolean): Token => {
  const name = matchAt(namePattern, source, at);
  if (name !== undefined) return { kind: "name", text: name, at };
  const number = numberAt(source, at, isIndex);
  if (number !== undefined) return number;
  const text = matchAt(stringPattern, source, at);
  if (text !== undefined) return { kind: "text", text, at };
  const sign = matchAt(signPattern, source, at);
  if (sign !== undefined) return { kind: "sign", text: sign, at };
  throw new UnsupportedTemplate(`syntax at character ${at + 1}`);
};

const nestingOf = ({ kind, text }: Token): number => {
  if (kind !== "sign") return 0;
  if (/^[([{]$/.test(text)) return 1;
  return /^[)\]}]$/.test(text) ? -1 : 0;
};

interface Inside {
  readonly tokens: readonly Token[];
  readonly end: number;
  readonly isTrimmed: boolean;
}

const isIndexNext = (tokens: readonly Token[]): boolean => {
  const last = tokens.at(-1);
  return last?.kind === "sign" && last.text === ".";
};

// Closing braces end the part only outside brackets: {{ {'a': {'b': 1}} }}.
const inside = (source: string, start: number, close: RegExp): Inside => {
  const tokens: Token[] = [];
  let depth = 0;
  let at = start;
  while (at < source.length) {
    at += matchAt(blankPattern, source, at)?.length ?? 0;
    const end = depth === 0 ? matchAt(close, source, at) : undefined;
    if (end !== undefined) {
      return { tokens, end: at + end.length, isTrimmed: end.startsWith("-") };
    }
    const token = tokenAt(source, at, isIndexNext(tokens));
    tokens.push(token.kind === "text" ? { ...token, text: unescaped(token.text) } : token);
    at += token.text.length;
    depth += nestingOf(token);
  }
  throw new UnsupportedTemplate("syntax: unclosed braces");
};

const openPattern = /\{(?<sort>[{%#])(?<trim>[-+]?)/g;

const comment = (source: string, start: number): Inside => {
  const at = source.indexOf("#}", start);
  if (at === -1) throw new UnsupportedTemplate("syntax: unclosed comment");
  return { tokens: [], end: at + 2, isTrimmed: at > start && source[at - 1] === "-" };
};

const insideOf = (sort: string | undefined, source: string, start: number): Inside => {
  if (sort === "#") return comment(source, start);
  return inside(source, start, sort === "{" ? /-?\}\}/y : /[-+]?%\}/y);
};

/** Splits a template into its text and what is between braces, with white space trimmed where `-` asks for it. */
export const partsOf = (source: string): readonly Part[] => {
  const parts: Part[] = [];
  let at = 0;
  let isTrimmed = false;
  const addText = (end: number, isEndTrimmed: boolean): void => {
    const raw = source.slice(at, end);
    const text = isTrimmed ? raw.trimStart() : raw;
    const trimmed = isEndTrimmed ? text.trimEnd() : text;
    if (trimmed !== "") parts.push({ kind: "text", text: trimmed });
  };
  for (;;) {
    openPattern.lastIndex = at;
    const open = openPattern.exec(source);
    if (open === null) {
      addText(source.length, false);
      return parts;
    }
    const sort = open.groups?.["sort"];
    addText(open.index, open.groups?.["trim"] === "-");
    const part = insideOf(sort, source, open.index + open[0].length);
    if (sort !== "#")
      parts.push({ kind: sort === "{" ? "print" : "statement", tokens: part.tokens });
    at = part.end;
    isTrimmed = part.isTrimmed;
  }
};
