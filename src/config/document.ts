import { type Document, isScalar, LineCounter, parseDocument } from "yaml";
import { type Statement, say } from "./messages.ts";
import type { Position } from "./problems.ts";
import { describeSyntaxError } from "./syntax.ts";

// The nodes of a document, for the reader of its tree.
export {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  type Scalar,
  type YAMLMap,
} from "yaml";

/** The content of a YAML document (undefined if there is none), or what makes it no YAML. */
export type YamlOrFault =
  | { readonly contents: unknown; readonly positionAt: (offset: number) => Position }
  | { readonly fault: Statement; readonly position: Position };

/** Parses YAML 1.2 with the core schema: `yes` is text, `010` is ten, `0x10` is sixteen. */
export const parseYaml = (text: string): YamlOrFault => {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {
    lineCounter,
    prettyErrors: false,
    schema: "core",
    uniqueKeys: false,
    version: "1.2",
  });
  const positionAt = (offset: number): Position => {
    const { line, col } = lineCounter.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const fault = findFault(document, positionAt);
  if (fault !== undefined) return fault;
  const { contents } = document;
  const isEmpty = contents === null || (isScalar(contents) && contents.value === null);
  return { contents: isEmpty ? undefined : contents, positionAt };
};

const findFault = (
  document: Document,
  positionAt: (offset: number) => Position,
): YamlOrFault | undefined => {
  // Under %YAML 1.1 the parser takes yes for true and 010 for 8.
  const { explicit, version } = document.directives?.yaml ?? {};
  if (explicit === true && version !== "1.2") {
    return { fault: say("yaml-version"), position: { line: 1, column: 1 } };
  }
  // Whatever follows a first syntax error is its echo.
  const error = document.errors[0] ?? document.warnings[0];
  if (error?.code === "RESOURCE_EXHAUSTION") {
    // It is met where the stack ends, which is nowhere in particular.
    return { fault: describeSyntaxError(error), position: { line: 1, column: 1 } };
  }
  return error && { fault: describeSyntaxError(error), position: positionAt(error.pos[0]) };
};
