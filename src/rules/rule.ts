import { formatDuration } from "../config/durations.ts";

/** An alert of Prometheus. */
export interface AlertRule {
  readonly alert: string;
  readonly expression: string;
  readonly forMs: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly description: string;
}

/** Alerts that Prometheus evaluates one after the other. */
export interface RuleGroup {
  readonly name: string;
  readonly rules: readonly AlertRule[];
}

/** What a series must have to be meant: labels and their values. */
export type Matchers = Readonly<Record<string, string>>;

const loneSurrogate = /\p{Cs}/gu;
// YAML takes some of them for the end of a line, and nobody sees the rest.
const invisible = /(?! )[\p{C}\p{Z}]/gu;
const replacement = "\u{fffd}";
const shortEscape = 0xffff;

const escapeCharacter = (character: string): string => {
  const code = character.codePointAt(0) ?? 0;
  const digits = code.toString(16);
  return code > shortEscape ? `\\U${digits.padStart(8, "0")}` : `\\u${digits.padStart(4, "0")}`;
};

/** Text as PromQL writes it, which escapes as Go does. */
const quote = (text: string): string => {
  const escaped = text
    .replaceAll(loneSurrogate, replacement)
    .replaceAll(/["\\]/gu, "\\$&")
    .replaceAll(invisible, escapeCharacter);
  return `"${escaped}"`;
};

/** A metric with its matchers: `sensor_up{sensor="attic"}`. */
export const select = (metric: string, matchers: Matchers): string => {
  const texts = Object.entries(matchers).map(([label, value]) => `${label}=${quote(value)}`);
  return texts.length === 0 ? metric : `${metric}{${texts.join(",")}}`;
};

/** Text for a label of an alert, which Prometheus takes for a template. */
export const literal = (text: string): string => {
  const quoted = quote(text);
  const isPlain = quoted === `"${text}"` && !text.includes("{{");
  return isPlain ? text : `{{ ${quoted} }}`;
};

/** A value as a plain scalar of YAML cannot be misread. */
const scalar = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const mapping = (key: string, entries: Readonly<Record<string, string>>): readonly string[] => [
  `        ${key}:`,
  ...Object.entries(entries).map(([name, value]) => `          ${name}: ${scalar(value)}`),
];

const renderRule = (rule: AlertRule): readonly string[] => {
  const { alert, expression, forMs, labels, summary, description } = rule;
  const runbook = `docs/alerts.md#${alert.toLowerCase()}`;
  return [
    `      - alert: ${alert}`,
    `        expr: ${scalar(expression)}`,
    ...(forMs === 0 ? [] : [`        for: ${formatDuration(forMs)}`]),
    ...mapping("labels", labels),
    ...mapping("annotations", { summary, description, runbook }),
  ];
};

const renderGroup = ({ name, rules }: RuleGroup): readonly string[] => [
  "",
  `  - name: ${scalar(quote(name).slice(1, -1))}`,
  "    rules:",
  ...rules.flatMap(renderRule),
];

/** A file of rules; the lines of the introduction become its first comment. */
export const renderRules = (
  introduction: readonly string[],
  groups: readonly RuleGroup[],
): string =>
  [
    ...introduction.map((line) => `# ${line}`.trimEnd()),
    "",
    groups.length === 0 ? "groups: []" : "groups:",
    ...groups.flatMap(renderGroup),
    "",
  ].join("\n");
