import type { Labels } from "../reading.ts";
import type { Levels } from "./topic.ts";

/** A topic with named parts, as a rule has it: `plant/{room}/{sensor}/climate`. */
export interface TopicPattern {
  /** What to subscribe. */
  readonly filter: string;
  /** Names of the parts. */
  readonly names: readonly string[];
  /** The parts of a topic by name; undefined if it does not match. */
  readonly match: (topic: string) => Labels | undefined;
}

interface LevelPattern {
  readonly before: string;
  readonly name: string | undefined;
  readonly after: string;
  readonly isAny: boolean;
  /** One level or more, their slashes kept. */
  readonly isMany: boolean;
}

const capture = /^([^{}+#]*)\{([A-Za-z_]\w{0,62})(\.\.\.)?\}([^{}+#]*)$/u;

const levelPattern = (level: string): LevelPattern | undefined => {
  if (level === "+") return { before: "", name: undefined, after: "", isAny: true, isMany: false };
  if (level === "#") return { before: "", name: undefined, after: "", isAny: true, isMany: true };
  const found = capture.exec(level);
  if (found !== null) {
    const [, before = "", name, many, after = ""] = found;
    if (many !== undefined && (before !== "" || after !== "")) return undefined;
    return { before, name, after, isAny: true, isMany: many !== undefined };
  }
  return /[{}+#]/u.test(level)
    ? undefined
    : { before: level, name: undefined, after: "", isAny: false, isMany: false };
};

const partOf = (pattern: LevelPattern, level: string): string | undefined => {
  if (!pattern.isAny) return level === pattern.before ? "" : undefined;
  const { before, after } = pattern;
  const isFramed = level.length > before.length + after.length || before + after === "";
  if (!isFramed || !level.startsWith(before) || !level.endsWith(after)) return undefined;
  return level.slice(before.length, level.length - after.length);
};

const matchPatterns = (
  patterns: readonly LevelPattern[],
  levels: Levels,
  parts: Record<string, string>,
): boolean => {
  if (patterns.length !== levels.length) return false;
  return patterns.every((pattern, index) => {
    const part = partOf(pattern, levels[index] ?? "");
    if (part === undefined) return false;
    if (pattern.name !== undefined) parts[pattern.name] = part;
    return true;
  });
};

const problemOf = (
  text: string,
  patterns: readonly (LevelPattern | undefined)[],
): string | undefined => {
  const broken = text.split("/").find((_level, index) => patterns[index] === undefined);
  if (broken !== undefined)
    return `the level "${broken}" is neither text, +, #, {name} nor {name...}`;
  const known = patterns.filter((pattern) => pattern !== undefined);
  if (known.filter(({ isMany }) => isMany).length > 1)
    return "only one part can span several levels";
  const hash = text.indexOf("#");
  if (hash >= 0 && hash !== text.length - 1) return "# can only be the last level";
  const names = known.flatMap(({ name }) => name ?? []);
  if (new Set(names).size !== names.length) return "a name stands twice";
  return text === "" || text.includes("\0") ? "a topic is not empty" : undefined;
};

/** Compiles a topic with named parts, or says what is wrong with it. */
export const compilePattern = (text: string): TopicPattern | { readonly problem: string } => {
  const compiled = text.split("/").map(levelPattern);
  const problem = problemOf(text, compiled);
  if (problem !== undefined) return { problem };
  const patterns = compiled.filter((pattern) => pattern !== undefined);
  const manyAt = patterns.findIndex(({ isMany }) => isMany);
  const filterOf = ({ isAny, before }: LevelPattern) => (isAny ? "+" : before);
  const filterLevels = (manyAt < 0 ? patterns : patterns.slice(0, manyAt)).map(filterOf);
  const filter = [...filterLevels, ...(manyAt < 0 ? [] : ["#"])].join("/");
  const after = patterns.length - manyAt - 1;

  const name = patterns[manyAt]?.name;
  // `#` also stands for no level at all, a named part does not.
  const least = name === undefined ? 0 : 1;

  const matchMany = (levels: Levels, parts: Record<string, string>): boolean => {
    const end = levels.length - after;
    if (end < manyAt + least) return false;
    if (name !== undefined) parts[name] = levels.slice(manyAt, end).join("/");
    return (
      matchPatterns(patterns.slice(0, manyAt), levels.slice(0, manyAt), parts) &&
      matchPatterns(patterns.slice(manyAt + 1), levels.slice(end), parts)
    );
  };
  const match = (topic: string): Labels | undefined => {
    if (topic.startsWith("$") && patterns[0]?.isAny === true) return undefined;
    const levels = topic.split("/");
    const parts: Record<string, string> = {};
    const isMatch = manyAt < 0 ? matchPatterns(patterns, levels, parts) : matchMany(levels, parts);
    return isMatch ? parts : undefined;
  };
  return { filter, names: patterns.flatMap(({ name }) => name ?? []), match };
};
