/** The parts of Grafana's dashboard JSON that the dashboards use; unknown to Grafana are none of them. */

/** What Grafana replaces by the value of a variable, in the format given: `\${job:queryparam}`. */
export const variable = (name: string): string => `\${${name}}`;

/** The data source that the reader chose. */
export const datasource = { type: "prometheus", uid: variable("datasource") } as const;

/** A query of a panel. */
export interface Query {
  readonly expression: string;
  /** Name of the series, with labels in double braces. */
  readonly legend?: string;
}

/** A step of a threshold: from this value on the color; without a value the color of all below. */
export interface Step {
  readonly from?: number;
  readonly color: "green" | "yellow" | "orange" | "red" | "blue" | "text";
}

/** How a column of a table looks. */
export interface Column {
  readonly name: string;
  readonly unit?: string;
  readonly decimals?: number;
  readonly steps?: readonly Step[];
  readonly texts?: Readonly<Record<string, string>>;
  readonly link?: Link;
}

/** Where a click leads. */
export interface Link {
  readonly title: string;
  readonly url: string;
}

/** What a panel shows; its place and its number come from the layout. */
export interface Panel {
  readonly title: string;
  readonly description: string;
  readonly type: "stat" | "table" | "timeseries" | "state-timeline" | "bargauge";
  /** Of the 24 columns of a dashboard. */
  readonly width: number;
  readonly height: number;
  readonly queries: readonly Query[];
  readonly unit: string;
  readonly isInstant: boolean;
  readonly interval?: string;
  readonly defaults: Readonly<Record<string, unknown>>;
  readonly options: Readonly<Record<string, unknown>>;
  readonly overrides?: readonly unknown[];
  readonly transformations?: readonly unknown[];
}

/** A row of panels with a heading; a closed one asks for nothing until it is opened. */
export interface Section {
  readonly title: string;
  readonly isClosed?: boolean;
  readonly panels: readonly Panel[];
}

const refIds = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

const target = (panel: Panel, { expression, legend }: Query, index: number) => ({
  refId: refIds[index],
  datasource,
  editorMode: "code",
  expr: expression,
  ...(panel.type === "table"
    ? { format: "table" }
    : { format: "time_series", legendFormat: legend ?? "__auto" }),
  instant: panel.isInstant,
  range: !panel.isInstant,
});

const render = (panel: Panel, id: number, x: number, y: number) => ({
  id,
  type: panel.type,
  title: panel.title,
  description: panel.description,
  datasource,
  pluginVersion: "11.0.0",
  gridPos: { h: panel.height, w: panel.width, x, y },
  ...(panel.interval === undefined ? {} : { interval: panel.interval }),
  fieldConfig: {
    defaults: { unit: panel.unit, ...panel.defaults },
    overrides: panel.overrides ?? [],
  },
  options: panel.options,
  targets: panel.queries.map((query, index) => target(panel, query, index)),
  transformations: panel.transformations ?? [],
});

type Rendered = ReturnType<typeof render>;

/** Puts panels side by side from the left, and below where the line is full. */
const flow = (panels: readonly Panel[], firstId: number, top: number) => {
  const rendered: Rendered[] = [];
  let x = 0;
  let y = top;
  let lineHeight = 0;
  for (const panel of panels) {
    if (x + panel.width > 24) {
      x = 0;
      y += lineHeight;
      lineHeight = 0;
    }
    rendered.push(render(panel, firstId + rendered.length, x, y));
    x += panel.width;
    lineHeight = Math.max(lineHeight, panel.height);
  }
  return { rendered, bottom: y + lineHeight };
};

/** The panels of all sections, numbered and in their places, as Grafana stores them. */
export const layOut = (sections: readonly Section[]): readonly unknown[] => {
  const all: unknown[] = [];
  let id = 1;
  let y = 0;
  for (const { title, isClosed = false, panels } of sections) {
    const { rendered, bottom } = flow(panels, id + 1, y + 1);
    const gridPos = { h: 1, w: 24, x: 0, y };
    const row = { id, type: "row", title, gridPos, collapsed: isClosed };
    all.push({ ...row, panels: isClosed ? rendered : [] }, ...(isClosed ? [] : rendered));
    id += panels.length + 1;
    y = isClosed ? y + 1 : bottom;
  }
  return all;
};
