import { RenderFailure, textCharactersMax, UnsupportedTemplate } from "./bounds.ts";
import {
  type Compilation,
  type Cursor,
  expectName,
  expectSign,
  nested,
  peek,
  refuse,
} from "./cursor.ts";
import { expression } from "./expression.ts";
import { isReserved } from "./primary.ts";
import type { Evaluate, Scope } from "./scope.ts";
import { textOf } from "./text.ts";
import type { Part } from "./tokens.ts";
import { isTruthy } from "./values.ts";

/** A compiled template or branch: what it prints. */
export type Program = (scope: Scope) => string;

interface Reader {
  readonly parts: readonly Part[];
  readonly compilation: Compilation;
  at: number;
}

const wholeExpression = (cursor: Cursor): Evaluate => {
  const evaluate = expression(cursor);
  return peek(cursor) === undefined ? evaluate : refuse(cursor);
};

const printed =
  (evaluate: Evaluate): Program =>
  (scope) =>
    textOf(evaluate(scope), scope.budget);

const assignment = (cursor: Cursor): Program => {
  const name = expectName(cursor);
  if (peek(cursor) === undefined) throw new UnsupportedTemplate("set block");
  if (isReserved(name)) return refuse(cursor);
  expectSign(cursor, "=");
  const evaluate = wholeExpression(cursor);
  cursor.compilation.names.add(name);
  return (scope) => {
    scope.variables.set(name, evaluate(scope));
    return "";
  };
};

const sequence =
  (programs: readonly Program[]): Program =>
  (scope) => {
    let text = "";
    for (const program of programs) {
      text += program(scope);
      if (text.length > textCharactersMax) throw new RenderFailure("text too long");
    }
    return text;
  };

const always: Evaluate = () => true;

// The cursor of the statement that ended the branch, behind its name.
interface Ending {
  readonly name: string;
  readonly cursor: Cursor;
}

interface Block {
  readonly program: Program;
  readonly ending: Ending | undefined;
}

const branches = (reader: Reader, cursor: Cursor): Program => {
  const choices: (readonly [Evaluate, Program])[] = [];
  let condition = wholeExpression(cursor);
  for (;;) {
    const { program, ending } = nested(reader.compilation, () => block(reader));
    choices.push([condition, program]);
    if (ending === undefined) throw new UnsupportedTemplate("syntax: if without endif");
    if (ending.name === "elif" && condition !== always) {
      condition = wholeExpression(ending.cursor);
      continue;
    }
    if (peek(ending.cursor) !== undefined) return refuse(ending.cursor);
    if (ending.name === "endif") break;
    if (condition === always) throw new UnsupportedTemplate("syntax: two else");
    condition = always;
  }
  return (scope) =>
    choices.find(([evaluate]) => isTruthy(evaluate(scope), scope.budget))?.[1](scope) ?? "";
};

const endings = new Set(["elif", "else", "endif"]);

// Reads up to the statement that ends the branch, or to the end of the template.
const block = (reader: Reader): Block => {
  const programs: Program[] = [];
  for (;;) {
    const part = reader.parts[reader.at];
    if (part === undefined) return { program: sequence(programs), ending: undefined };
    reader.at += 1;
    if (part.kind === "text") {
      programs.push(() => part.text);
      continue;
    }
    const cursor: Cursor = { compilation: reader.compilation, tokens: part.tokens, at: 0 };
    if (part.kind === "print") {
      programs.push(printed(wholeExpression(cursor)));
      continue;
    }
    const name = expectName(cursor);
    if (endings.has(name)) return { program: sequence(programs), ending: { name, cursor } };
    programs.push(statement(reader, cursor, name));
  }
};

const statement = (reader: Reader, cursor: Cursor, name: string): Program => {
  if (name === "if") return branches(reader, cursor);
  if (name === "set") return assignment(cursor);
  throw new UnsupportedTemplate(name);
};

/** Compiles the parts of a template. */
export const programOf = (parts: readonly Part[]): Program => {
  const compilation: Compilation = { depth: 0, operators: 0, names: new Set() };
  const { program, ending } = block({ parts, compilation, at: 0 });
  if (ending !== undefined) throw new UnsupportedTemplate(`syntax: ${ending.name} without if`);
  return program;
};
