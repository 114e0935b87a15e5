import type { Labels } from "../reading.ts";

/** A topic split at its slashes; a leading slash gives an empty first level. */
export type Levels = readonly string[];

const isWild = (level: string | undefined): boolean => level === "+" || level === "#";

/** True if a filter can be subscribed: MQTT 5.0, section 4.7.1. */
export const isFilter = (filter: string): boolean => {
  const levels = filter.split("/");
  return (
    filter !== "" &&
    !filter.includes("\0") &&
    levels.every(
      (level, index) =>
        (!/[+#]/u.test(level) || isWild(level)) && (level !== "#" || index === levels.length - 1),
    )
  );
};

/** True if something can be published on that topic. */
export const isTopic = (topic: string): boolean => isFilter(topic) && !/[+#]/u.test(topic);

const matchesLevels = (filter: Levels, topic: Levels): boolean => {
  for (let index = 0; index < filter.length; index += 1) {
    const level = filter[index];
    // `a/#` also matches `a`: section 4.7.1.2.
    if (level === "#") return true;
    if (index >= topic.length || (level !== "+" && level !== topic[index])) return false;
  }
  return filter.length === topic.length;
};

/** Tells whether a message on a topic is delivered for that filter; wildcards do not match a leading `$`. */
export const createMatcher = (filter: string): ((topic: string) => boolean) => {
  const levels = filter.split("/");
  const last = levels.at(-1) ?? "";
  // Of many topics most do not even end alike, which costs less to see.
  const end = isWild(last) ? "" : last;
  const beginsWild = isWild(levels[0]);
  return (topic) =>
    topic.endsWith(end) &&
    // Section 4.7.2.
    !(beginsWild && topic.startsWith("$")) &&
    matchesLevels(levels, topic.split("/"));
};

/** True if a message on that topic is delivered for that filter. */
export const matchesFilter = (filter: string, topic: string): boolean =>
  createMatcher(filter)(topic);

/** True if every topic that matches the narrow filter matches the wide one too. */
export const coversFilter = (wide: string, narrow: string): boolean => {
  if (narrow.startsWith("$") && !wide.startsWith("$")) return false;
  const wideLevels = wide.split("/");
  const narrowLevels = narrow.split("/");
  for (let index = 0; index < wideLevels.length; index += 1) {
    const level = wideLevels[index];
    if (level === "#") return true;
    const other = narrowLevels[index];
    if (other === undefined || other === "#") return false;
    if (level !== "+" && level !== other) return false;
  }
  return wideLevels.length === narrowLevels.length;
};

/** One filter that is wanted. */
export interface Subscription {
  readonly filter: string;
  readonly qos: 0 | 1 | 2;
}

/** The subscriptions without those that another one covers, which takes over the better quality of service. */
export const withoutCovered = (wanted: readonly Subscription[]): readonly Subscription[] => {
  const qualities = new Map<string, 0 | 1 | 2>();
  const raise = (filter: string, qos: 0 | 1 | 2) => {
    if (qos >= (qualities.get(filter) ?? 0)) qualities.set(filter, qos);
  };
  for (const { filter, qos } of wanted) raise(filter, qos);
  // Only a filter with wildcards covers others, and of those there are few.
  const wild = [...qualities.keys()].filter((filter) => /[+#]/u.test(filter));
  for (const [filter, qos] of [...qualities]) {
    const wider = wild.find((other) => other !== filter && coversFilter(other, filter));
    if (wider === undefined) continue;
    raise(wider, qos);
    qualities.delete(filter);
  }
  return [...qualities].map(([filter, qos]) => ({ filter, qos }));
};

/** The levels of a topic below a prefix, whose levels may be `+`; undefined if it is not below it. */
export const levelsBelow = (prefix: string, levels: Levels): Levels | undefined => {
  const prefixLevels = prefix.split("/");
  const isBelow =
    levels.length > prefixLevels.length &&
    prefixLevels.every((level, index) => level === "+" || level === levels[index]);
  return isBelow ? levels.slice(prefixLevels.length) : undefined;
};

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
