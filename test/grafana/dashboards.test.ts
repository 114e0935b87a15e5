import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { variable } from "../../scripts/generate/grafana/model.ts";
import { panelUnit } from "../../scripts/generate/grafana/units.ts";
import { health } from "../../src/health.ts";
import { definitionOf, quantityByName, quantityNames } from "../../src/quantities.ts";
import { type Dashboard, dashboards, type Panel } from "./dashboards.ts";

const metricOf = (name: string): string => {
  const quantity = quantityByName(name);
  return quantity === undefined ? "" : definitionOf(quantity).metric;
};

const known = new Set([
  ...quantityNames.map(metricOf),
  ...Object.values(health).map(({ name }) => name),
  "sensor_exporter_http_request_duration_seconds_bucket",
  "sensor_exporter_poll_duration_seconds_bucket",
]);

/** Whatever Grafana would replace, in all of the dashboard: `$job`, `${__url_time_range}`, `${job:queryparam}`. */
const variablesIn = (text: string): ReadonlySet<string> =>
  new Set(
    [...text.matchAll(/\$(?:\{([\w.]+)(?::\w+)?\}|([A-Za-z_]\w*))/gu)].map(
      (found) => found[1] ?? found[2] ?? "",
    ),
  );

// Grafana's own: its documentation, "Global variables", "Data link variables", and the value that stands for all.
const builtIn =
  /^__(?:all|range|rate_interval|interval|url_time_range|value\.text|field\.labels\.instance)$/u;

/** The cells of the grid that a panel covers: `x y`. */
const cellsOf = ({ gridPos: { x, y, w, h } }: Pick<Panel, "gridPos">): readonly string[] =>
  Array.from({ length: w * h }, (_, index) => `${x + (index % w)} ${y + Math.floor(index / w)}`);

const expressionsOf = ({ allPanels }: Dashboard): readonly string[] =>
  allPanels.flatMap(({ targets }) => targets.map(({ expr }) => expr));

describe.each(dashboards)("dashboard $file", (dashboard) => {
  const everything = [...dashboard.rows, ...dashboard.allPanels];

  it("numbers its panels and rows without a repetition", () => {
    expect(new Set(everything.map(({ id }) => id)).size).toBe(everything.length);
  });

  // A closed row shows its panels below itself once it is opened, so each closed row is a page of its own.
  it.each([
    { row: "what is open", panels: dashboard.panels },
    ...dashboard.rows.map(({ title, panels }) => ({ row: title, panels })),
  ])("lays no panel over another, nor beyond the 24 columns: $row", ({ panels }) => {
    const cells = panels.flatMap(cellsOf);
    expect(new Set(cells).size).toBe(cells.length);
    expect(cells.filter((cell) => /^(?:2[4-9]|[3-9]\d) /u.test(cell))).toEqual([]);
  });

  it.each(dashboard.allPanels)("says of $title what it is, and in which unit", (panel) => {
    expect(panel.title).toMatch(/^\p{Lu}/u);
    expect(panel.description).toMatch(/^\S.+\.$/su);
    expect(panel.fieldConfig.defaults.unit).not.toBe("");
  });

  it("uses only variables that exist, and all of those", () => {
    const own = dashboard.templating.list.map(({ name }) => name);
    const used = [...variablesIn(dashboard.text)].filter((name) => !builtIn.test(name));
    expect(used.filter((name) => name !== "1").toSorted()).toEqual(own.toSorted());
  });

  it("asks the data source that was chosen, and no other", () => {
    const uids = dashboard.allPanels.flatMap((panel) => [
      panel.datasource.uid,
      ...panel.targets.map(({ datasource }) => datasource.uid),
    ]);
    expect(new Set(uids)).toEqual(new Set([variable("datasource")]));
  });

  it("names only metrics that the exporter has", () => {
    const names = dashboard.text.matchAll(/\bsensor_[a-z0-9][a-z0-9_]*/gu);
    expect([...names].map(([name]) => name).filter((name) => !known.has(name))).toEqual([]);
  });

  it("asks a table and a number for the moment, and a graph for the time range", () => {
    for (const { type, title, targets } of dashboard.allPanels) {
      const isInstant = ["table", "stat", "bargauge"].includes(type);
      for (const target of targets) {
        expect([target.instant, target.range, target.format], title).toEqual([
          isInstant,
          !isInstant,
          type === "table" ? "table" : "time_series",
        ]);
      }
    }
  });

  it("refreshes twice a minute and offers all and several of what can be chosen", () => {
    expect(dashboard.refresh).toBe("30s");
    const choices = dashboard.templating.list.filter(({ name }) =>
      ["room", "sensor"].includes(name),
    );
    expect(choices.map(({ multi, includeAll, allValue }) => [multi, includeAll, allValue])).toEqual(
      [
        [true, true, ".*"],
        [true, true, ".*"],
      ],
    );
  });
});

describe("the dashboards", () => {
  it("have identifiers of their own, and link to each other by them", () => {
    const uids = dashboards.map(({ uid }) => uid);
    expect(new Set(uids).size).toBe(dashboards.length);
    const linked = dashboards.flatMap(({ text }) =>
      [...text.matchAll(/"\/d\/([\w-]+)\//gu)].map(([, uid = ""]) => uid),
    );
    expect(linked).not.toEqual([]);
    expect(linked.filter((uid) => !uids.includes(uid))).toEqual([]);
  });

  it("have a graph or a timeline for every quantity of the catalogue", () => {
    const board = dashboards.find(({ file }) => file === "board.json");
    const shown = (board?.allPanels ?? [])
      .filter(({ type }) => type === "timeseries" || type === "state-timeline")
      .flatMap(({ targets }) => targets.map(({ expr }) => expr))
      .join(" ");
    const names = new Set([...shown.matchAll(/\bsensor_[a-z0-9_]+/gu)].map(([name]) => name));
    expect(quantityNames.map(metricOf).filter((metric) => !names.has(metric))).toEqual([]);
  });

  it("never count on a recording rule, which not every Prometheus has", () => {
    const named = dashboards.flatMap(expressionsOf).join(" ");
    expect(named.match(/\b[a-z_]+:[a-z_]+/gu)).toBeNull();
  });
});

// By hand: 1 hPa = 100 Pa, 1 kWh = 3 600 000 J, 60 L/min = 1 L/s; the identifiers as in Grafana's list of units.
it.each([
  ["temperature", "celsius", ""],
  ["relative_humidity", "percentunit", ""],
  ["pressure", "pressurehpa", " / 100"],
  ["illuminance", "lux", ""],
  ["voltage", "volt", ""],
  ["current", "amp", ""],
  ["power", "watt", ""],
  ["energy", "kwatth", " / 3600000"],
  ["volume", "litre", ""],
  ["gas_volume", "m3", " / 1000"],
  ["flow", "flowlpm", " * 60"],
  ["pm2_5", "suffix:µg/m³", ""],
  ["carbon_dioxide", "ppm", ""],
  ["timestamp", "dateTimeAsIso", " * 1000"],
])("shows %s in the unit %s", (name, id, scale) => {
  const quantity = quantityByName(name);
  expect(quantity && panelUnit(definitionOf(quantity))).toEqual({ id, scale });
});

describe("the provisioning of Grafana", () => {
  const read = async (file: string): Promise<unknown> =>
    parse(await readFile(`config/grafana/provisioning/${file}`, "utf8"));

  it("declares one data source, a Prometheus", async () => {
    expect(await read("datasources/prometheus.yaml")).toMatchObject({
      apiVersion: 1,
      datasources: [{ type: "prometheus", access: "proxy", isDefault: true }],
    });
  });

  it("reads the dashboards from where they are mounted", async () => {
    expect(await read("dashboards/sensor-exporter.yaml")).toMatchObject({
      apiVersion: 1,
      providers: [{ type: "file", options: { path: "/var/lib/grafana/dashboards" } }],
    });
  });
});
