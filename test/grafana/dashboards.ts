import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const directory = "config/grafana/dashboards";

const gridPos = z.object({ h: z.number(), w: z.number(), x: z.number(), y: z.number() });

const target = z.object({
  refId: z.string(),
  expr: z.string(),
  instant: z.boolean(),
  range: z.boolean(),
  format: z.enum(["table", "time_series"]),
  datasource: z.object({ type: z.literal("prometheus"), uid: z.string() }),
});

const panel = z.object({
  id: z.number(),
  type: z.enum(["stat", "table", "timeseries", "state-timeline", "bargauge"]),
  title: z.string(),
  description: z.string(),
  gridPos,
  datasource: z.object({ type: z.literal("prometheus"), uid: z.string() }),
  fieldConfig: z.object({ defaults: z.object({ unit: z.string() }) }),
  targets: z.array(target).min(1),
});

const row = z.object({
  id: z.number(),
  type: z.literal("row"),
  title: z.string(),
  gridPos,
  collapsed: z.boolean(),
  panels: z.array(panel),
});

const variable = z.object({
  name: z.string(),
  type: z.enum(["datasource", "query", "custom"]),
  label: z.string(),
  description: z.string(),
  definition: z.string().optional(),
  multi: z.boolean(),
  includeAll: z.boolean(),
  allValue: z.string().optional(),
});

const dashboard = z.object({
  uid: z.string(),
  title: z.string(),
  description: z.string(),
  schemaVersion: z.number(),
  refresh: z.string(),
  time: z.object({ from: z.string(), to: z.string() }),
  templating: z.object({ list: z.array(variable) }),
  annotations: z.object({
    list: z.array(z.object({ name: z.string(), expr: z.string().optional() })),
  }),
  panels: z.array(z.union([row, panel])),
});

/** A panel of a dashboard's JSON, as far as the tests look at it. */
export type Panel = z.infer<typeof panel>;

/** A query of a panel. */
export type Target = z.infer<typeof target>;

/** A variable of a dashboard. */
export type Variable = z.infer<typeof variable>;

/** A dashboard as it is shipped. */
export interface Dashboard extends z.infer<typeof dashboard> {
  readonly file: string;
  readonly text: string;
  /** All panels, those of closed rows included. */
  readonly allPanels: readonly Panel[];
  readonly rows: readonly z.infer<typeof row>[];
}

const load = (file: string): Dashboard => {
  const text = readFileSync(join(directory, file), "utf8");
  const parsed = dashboard.parse(JSON.parse(text));
  const rows = parsed.panels.flatMap((item) => (item.type === "row" ? [item] : []));
  const open = parsed.panels.flatMap((item) => (item.type === "row" ? [] : [item]));
  return {
    ...parsed,
    file,
    text,
    rows,
    allPanels: [...open, ...rows.flatMap(({ panels }) => panels)],
  };
};

/** Every dashboard of config/grafana. */
export const dashboards: readonly Dashboard[] = readdirSync(directory).map(load);
