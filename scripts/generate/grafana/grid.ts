import type { Column, Panel, Query } from "./model.ts";
import { type About, plain, textMappings, thresholds } from "./panels.ts";

const property = (id: string, value: unknown) => (value === undefined ? [] : [{ id, value }]);

const columnOverride = ({ name, unit, decimals, steps, texts, link }: Column) => ({
  matcher: { id: "byName", options: name },
  properties: [
    ...property("unit", unit),
    ...property("decimals", decimals),
    ...property("thresholds", steps && thresholds(steps)),
    ...property("custom.cellOptions", steps && { type: "color-background", mode: "basic" }),
    ...property("mappings", texts && textMappings(texts, steps)),
    ...property("links", link && [link]),
  ],
});

/** Rows of labels and of the values of one or more queries, joined where their labels agree. */
export const grid = (
  about: About & {
    readonly queries: readonly Query[];
    /** Names of the fields of Grafana (labels, `Value #A`) and of the columns, in their order. */
    readonly columns: readonly (readonly [field: string, Column])[];
    /** Fields that say no more than that the row is there. */
    readonly hidden?: readonly string[];
    readonly sortBy?: string;
  },
): Panel => ({
  ...about,
  type: "table",
  height: about.height ?? 8,
  isInstant: true,
  defaults: {
    color: { mode: "thresholds" },
    thresholds: thresholds(plain),
    custom: { align: "auto", cellOptions: { type: "auto" }, filterable: true },
  },
  overrides: about.columns.map(([, column]) => columnOverride(column)),
  options: {
    cellHeight: "sm",
    showHeader: true,
    footer: { show: false, reducer: ["sum"], countRows: false, fields: "" },
    sortBy: about.sortBy === undefined ? [] : [{ displayName: about.sortBy, desc: true }],
  },
  transformations: [
    { id: "merge", options: {} },
    {
      id: "organize",
      options: {
        excludeByName: Object.fromEntries(
          ["Time", ...(about.hidden ?? [])].map((field) => [field, true]),
        ),
        includeByName: {},
        indexByName: Object.fromEntries(about.columns.map(([field], index) => [field, index])),
        renameByName: Object.fromEntries(about.columns.map(([field, { name }]) => [field, name])),
      },
    },
  ],
});
