import { health } from "../../health.ts";
import { quantities } from "../../quantities.ts";
import { say } from "../messages.ts";
import { at, entriesIn, type Finding, textAt } from "./finding.ts";
import { metricName, unitName } from "./value-schema.ts";

const total = "_total";

// OpenMetrics: a counter is called by its name without _total, so these two may not exist side by side.
const familyOf = (name: string): string =>
  name.endsWith(total) ? name.slice(0, -total.length) : name;

const names: ReadonlyMap<string, string> = new Map(
  Object.values(quantities).map(({ metric, name }) => [familyOf(metric), name]),
);

const healthNames: ReadonlySet<string> = new Set(
  Object.values(health).map(({ name }) => familyOf(name)),
);

const ownPrefix = "sensor_exporter_";

// https://prometheus.io/docs/specs/om/open_metrics_spec: suffixes of the samples of other types.
const reserved = /_(?:bucket|count|sum|info|created|gsum|gcount)$/u;

const checkName = (name: string): ReturnType<typeof say> | undefined => {
  const family = familyOf(name);
  const quantity = names.get(family);
  if (quantity !== undefined) return say("metric-taken", quantity);
  const isOwn = healthNames.has(family) || name.startsWith(ownPrefix);
  if (isOwn) return say("metric-taken", undefined);
  const [suffix] = reserved.exec(family) ?? [];
  return suffix === undefined ? undefined : say("metric-reserved", suffix);
};

const checkMetric = ([name, metric]: readonly [string, unknown]): readonly Finding[] => {
  if (!metricName.test(name)) return [];
  const path = ["metrics", name];
  const statements: ReturnType<typeof say>[] = [];
  const wrongName = checkName(name);
  if (wrongName !== undefined) statements.push(wrongName);
  const type = textAt(metric, "type") ?? "gauge";
  if (name.endsWith(total) !== (type === "counter")) statements.push(say("metric-total", type));
  const unit = textAt(metric, "unit");
  if (unit !== undefined && unitName.test(unit) && !familyOf(name).endsWith(`_${unit}`)) {
    statements.push(say("metric-unit", unit));
  }
  return statements.map((statement) => ({ path, statement, isKey: true }));
};

/** What is wrong with the metrics of a rule as metrics. */
export const checkMetrics = (rule: unknown): readonly Finding[] =>
  entriesIn(at(rule, "metrics")).flatMap(checkMetric);

/** Says of each metric whether it was given before with another type, help or unit. */
export const createMetricComparison = (): ((rule: unknown) => readonly Finding[]) => {
  const known = new Map<string, string>();
  return (rule) =>
    entriesIn(at(rule, "metrics")).flatMap(([name, metric]) => {
      const { type = "gauge", help, unit } = Object.fromEntries(entriesIn(metric));
      const words = JSON.stringify([type, help, unit]);
      const family = familyOf(name);
      const before = known.get(family);
      known.set(family, before ?? words);
      return before === undefined || before === words
        ? []
        : [{ path: ["metrics", name], statement: say("metric-differs"), isKey: true }];
    });
};
