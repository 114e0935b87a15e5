import { compilePattern } from "../../bridge/topic-pattern.ts";
import type { RuleConfig } from "../../config/bridge-config.ts";
import { nearestWord } from "../../config/nearest.ts";

/** How far a rule's pattern fits a topic. */
interface Fit {
  readonly score: number;
  readonly difference: string;
}

const isMany = (level: string): boolean => level === "#" || /^\{\w+\.\.\.\}$/u.test(level);
const isPlain = (level: string): boolean => !/[{+#]/u.test(level);

const fits = (pattern: string, level: string | undefined): boolean => {
  if (level === undefined) return false;
  if (isPlain(pattern)) return pattern === level;
  const compiled = compilePattern(pattern);
  return "match" in compiled && compiled.match(level) !== undefined;
};

/** Plain text that is the same says more than a part that may be anything. */
const scoreOf = (pattern: string, level: string | undefined): number => {
  if (level === undefined) return 0;
  if (fits(pattern, level)) return isPlain(pattern) ? 3 : 1;
  return isPlain(pattern) && nearestWord(level, [pattern]) !== undefined ? 2 : 0;
};

/** The levels of a pattern, its part of several levels drawn out to the length of the topic. */
const drawnOut = (patterns: readonly string[], length: number): readonly string[] => {
  const many = patterns.findIndex(isMany);
  if (many < 0) return patterns;
  const least = patterns[many] === "#" ? 0 : 1;
  const count = Math.max(least, length - (patterns.length - 1));
  return [
    ...patterns.slice(0, many),
    ...Array.from({ length: count }, () => "+"),
    ...patterns.slice(many + 1),
  ];
};

const differenceOf = (patterns: readonly string[], levels: readonly string[]): string => {
  const at = patterns.findIndex((pattern, index) => !fits(pattern, levels[index]));
  const pattern = patterns[at];
  const level = levels[at];
  if (pattern !== undefined && level === undefined) {
    return `goes on at level ${at + 1} with "${pattern}", where the topic ends`;
  }
  if (pattern !== undefined) {
    const verb = isPlain(pattern) ? "is not" : "does not fit";
    return `differs at level ${at + 1}: "${level}" ${verb} "${pattern}"`;
  }
  if (levels.length === patterns.length) return "fits, but finds no name for its sensor";
  return `ends after level ${patterns.length}, where the topic goes on with "${levels[patterns.length]}"`;
};

const fitOf = (patternText: string, topic: string): Fit | undefined => {
  const levels = topic.split("/");
  const patterns = drawnOut(patternText.split("/"), levels.length);
  const scores = patterns.map((pattern, index) => scoreOf(pattern, levels[index]));
  // A rule of nothing but parts that may be anything is near to every topic, and says nothing.
  if (!scores.some((score) => score > 1) && patterns.some(isPlain)) return undefined;
  const surplus = Math.abs(levels.length - patterns.length);
  const score = scores.reduce((sum, each) => sum + each, 0) - surplus;
  return { score, difference: differenceOf(patterns, levels) };
};

/** The rule whose pattern fits a topic best, and where it differs; undefined if none is near. */
export const nearestRule = (rules: readonly RuleConfig[], topic: string): string | undefined => {
  const [best] = rules
    .flatMap(({ topic: pattern }) => {
      const fit = fitOf(pattern, topic);
      return fit === undefined ? [] : [{ pattern, ...fit }];
    })
    .sort((left, right) => right.score - left.score);
  return best === undefined ? undefined : `${best.pattern} ${best.difference}`;
};
