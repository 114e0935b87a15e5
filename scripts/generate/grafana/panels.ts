import type { Link, Panel, Query, Step } from "./model.ts";

/** Thresholds as Grafana has them. */
export const thresholds = (steps: readonly Step[]) => ({
  mode: "absolute",
  steps: steps.map(({ from, color }) => ({ color, value: from ?? null })),
});

/** No color at all. */
export const plain: readonly Step[] = [{ color: "text" }];

/** Green at 0, and the color from 1 on: for counts of what should not be. */
export const noneIsGood = (color: "orange" | "red"): readonly Step[] => [
  { color: "green" },
  { from: 1, color },
];

/** Words for values, in the colors of the thresholds. */
export const textMappings = (
  texts: Readonly<Record<string, string>>,
  steps: readonly Step[] = [],
) => [
  {
    type: "value",
    options: Object.fromEntries(
      Object.entries(texts).map(([value, text], index) => {
        const color = steps.findLast(({ from }) => from === undefined || from <= Number(value));
        return [value, { text, index, ...(color === undefined ? {} : { color: color.color }) }];
      }),
    ),
  },
];

/** What every panel says of itself, whatever its kind. */
export interface About {
  readonly title: string;
  readonly description: string;
  readonly unit: string;
  readonly width: number;
  readonly height?: number;
}

const reduceOptions = { calcs: ["lastNotNull"], fields: "", values: false };

/** One number in large. */
export const stat = (
  about: About & {
    readonly query: Query;
    readonly steps?: readonly Step[];
    readonly texts?: Readonly<Record<string, string>>;
    readonly decimals?: number;
    /** Shows the names of the series instead of their values. */
    readonly showsNames?: boolean;
    readonly link?: Link;
  },
): Panel => ({
  ...about,
  type: "stat",
  height: about.height ?? 4,
  queries: [about.query],
  isInstant: true,
  defaults: {
    color: { mode: "thresholds" },
    thresholds: thresholds(about.steps ?? plain),
    mappings: about.texts === undefined ? [] : textMappings(about.texts, about.steps),
    ...(about.decimals === undefined ? {} : { decimals: about.decimals }),
    links: about.link === undefined ? [] : [about.link],
  },
  options: {
    reduceOptions,
    colorMode: about.steps === undefined ? "none" : "background",
    graphMode: "none",
    justifyMode: "auto",
    orientation: "auto",
    textMode: about.showsNames === true ? "name" : "auto",
    wideLayout: true,
  },
});

/** Lines over time; a gap stays a gap. */
export const graph = (
  about: About & {
    readonly queries: readonly Query[];
    readonly style?: "line" | "bars";
    readonly interval?: string;
    readonly steps?: readonly Step[];
    readonly minimum?: number;
    readonly maximum?: number;
    readonly link?: Link;
  },
): Panel => {
  const isBars = about.style === "bars";
  return {
    ...about,
    type: "timeseries",
    height: about.height ?? 8,
    isInstant: false,
    defaults: {
      color: { mode: "palette-classic" },
      custom: {
        drawStyle: isBars ? "bars" : "line",
        lineInterpolation: "linear",
        lineWidth: 1,
        fillOpacity: isBars ? 60 : 0,
        showPoints: isBars ? "never" : "auto",
        pointSize: 4,
        spanNulls: false,
        stacking: { mode: isBars ? "normal" : "none", group: "A" },
        thresholdsStyle: { mode: about.steps === undefined ? "off" : "dashed" },
      },
      ...(about.steps === undefined ? {} : { thresholds: thresholds(about.steps) }),
      ...(about.minimum === undefined ? {} : { min: about.minimum }),
      ...(about.maximum === undefined ? {} : { max: about.maximum }),
      links: about.link === undefined ? [] : [about.link],
    },
    options: {
      legend: { displayMode: "list", placement: "bottom", showLegend: true, calcs: [] },
      tooltip: { mode: "multi", sort: "desc" },
    },
  };
};

/** Colored bands over time, with words for the values. */
export const timeline = (
  about: About & {
    readonly query: Query;
    readonly texts: Readonly<Record<string, string>>;
    readonly steps: readonly Step[];
    readonly link?: Link;
  },
): Panel => ({
  ...about,
  type: "state-timeline",
  height: about.height ?? 8,
  queries: [about.query],
  isInstant: false,
  defaults: {
    color: { mode: "thresholds" },
    thresholds: thresholds(about.steps),
    mappings: textMappings(about.texts, about.steps),
    custom: { fillOpacity: 70, lineWidth: 0, spanNulls: false },
    links: about.link === undefined ? [] : [about.link],
  },
  options: {
    alignValue: "left",
    mergeValues: true,
    rowHeight: 0.9,
    showValue: "auto",
    legend: { displayMode: "list", placement: "bottom", showLegend: false },
    tooltip: { mode: "single", sort: "none" },
  },
});

/** Bars beside each other, one a series, with the latest value. */
export const bars = (
  about: About & { readonly query: Query; readonly steps?: readonly Step[]; readonly link?: Link },
): Panel => ({
  ...about,
  type: "bargauge",
  height: about.height ?? 8,
  queries: [about.query],
  isInstant: true,
  defaults: {
    color: { mode: "thresholds" },
    thresholds: thresholds(about.steps ?? [{ color: "blue" }]),
    min: 0,
    links: about.link === undefined ? [] : [about.link],
  },
  options: {
    reduceOptions,
    orientation: "horizontal",
    displayMode: "basic",
    valueMode: "color",
    showUnfilled: true,
  },
});
