import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

const texts = z.record(z.string(), z.string());

const ruleSchema = z.union([
  z.strictObject({ record: z.string(), expr: z.string() }),
  z.strictObject({
    alert: z.string(),
    expr: z.string(),
    for: z.string().optional(),
    labels: texts,
    annotations: texts,
  }),
]);

const fileSchema = z.strictObject({
  groups: z.array(
    z.strictObject({
      name: z.string(),
      interval: z.string().optional(),
      rules: z.array(ruleSchema),
    }),
  ),
});

/** A rule as Prometheus reads it. */
export type Rule = z.output<typeof ruleSchema>;

/** The rules of a file, in their order. */
export const parseRules = (text: string): readonly Rule[] =>
  fileSchema.parse(parse(text)).groups.flatMap(({ rules }) => rules);

const folder = "config/prometheus";

const filesOf = (below: string, pattern: RegExp): readonly string[] =>
  readdirSync(join(folder, below))
    .filter((name) => pattern.test(name))
    .map((name) => join(folder, below, name));

/** The configurations, with their paths from the root of the project. */
export const configurationFiles = filesOf(".", /^prometheus.*\.yml$/u);

/** The files of rules. */
export const ruleFiles = filesOf("rules", /\.yml$/u);

/** The unit tests of the rules. */
export const unitTestFiles = filesOf("rules/tests", /_test\.yml$/u);

/** The rules of all shipped files. */
export const shippedRules = (): readonly Rule[] =>
  ruleFiles.flatMap((file) => parseRules(readFileSync(file, "utf8")));

// What is no name of a metric: text, matchers, durations and lists of labels; then functions and words.
const details =
  /"[^"]*"|\{[^}]*\}|\[[^\]]*\]|\boffset \w+|\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/gu;
const words = /\b\w+(?=\s*\()|\b(?:and|or|unless|bool|group_left|group_right)\b/gu;

/** Names of the metrics in an expression. */
export const metricsIn = (expression: string): readonly string[] => [
  ...new Set(
    expression
      .replace(details, " ")
      .replace(words, " ")
      .match(/[a-zA-Z_:][\w:]*/gu),
  ),
];
