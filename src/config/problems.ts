import type { Statement } from "./messages.ts";

/** A place in the configuration file; both count from one. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Keys and list indexes that lead from the top of the file to a value. */
export type Path = readonly (string | number)[];

/** Something wrong at a place in the file. */
export interface Located {
  readonly statement: Statement;
  readonly position: Position;
  readonly path: Path;
}

/** One thing that is wrong with a configuration file. */
export interface Problem extends Statement {
  readonly file: string;
  /** Left out if the file itself is the problem. */
  readonly position?: Position | undefined;
  readonly path: Path;
}

const plainKey = /^[A-Za-z_][\w-]*$/;

/** A path as it is printed: `sensors.attic.derive[1]`, with odd names quoted in brackets. */
export const formatPath = (path: Path): string =>
  path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    if (!plainKey.test(part)) return `${text}[${JSON.stringify(part)}]`;
    return text === "" ? part : `${text}.${part}`;
  }, "");

/** One line: `file:line:column: path: problem; remedy`. */
export const formatProblem = ({ file, position, path, problem, remedy }: Problem): string => {
  const place = position === undefined ? file : `${file}:${position.line}:${position.column}`;
  const subject = path.length === 0 ? "" : `${formatPath(path)}: `;
  return `${place}: ${subject}${problem}${remedy === undefined ? "" : `; ${remedy}`}`;
};

const rank = ({ position }: Problem): readonly [number, number] => [
  position?.line ?? 0,
  position?.column ?? 0,
];

/** The same problems from the top of the file to its end. */
export const inFileOrder = (problems: readonly Problem[]): readonly Problem[] =>
  problems.toSorted((left, right) => {
    const [leftLine, leftColumn] = rank(left);
    const [rightLine, rightColumn] = rank(right);
    return leftLine - rightLine || leftColumn - rightColumn;
  });
