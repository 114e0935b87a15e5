import { systemClock } from "../../src/clock.ts";
import { createExposition } from "../../src/exposition.ts";
import { health } from "../../src/health.ts";
import type { QuantityDefinition } from "../../src/quantities/definition.ts";
import { quantities, quantityGroups } from "../../src/quantities.ts";
import { createStore } from "../../src/store.ts";
import { dimensions, unitsOf } from "../../src/units.ts";
import { groupBy } from "./group.ts";
import { anchor, cell, code, page, table } from "./markdown.ts";

const catalogue: readonly QuantityDefinition[] = Object.values(quantities);

const codes = (items: readonly QuantityDefinition[]): string =>
  items.map(({ name }) => code(name)).join(", ");

const quantitySections = (): readonly string[] =>
  quantityGroups.flatMap(({ title, quantities: group }) => [
    `### ${title}`,
    table(
      ["Quantity", "Metric", "Meaning"],
      Object.values(group).map(({ name, metric, help }) => [code(name), code(metric), cell(help)]),
    ),
  ]);

const exceptionTable = (): string =>
  table(
    ["Reason", "Quantities"],
    groupBy(
      catalogue.filter(({ exception }) => exception !== undefined),
      ({ exception }) => exception,
    ).map(([reason, items]) => [cell(reason ?? ""), codes(items)]),
  );

const isDimension = (name: string): name is keyof typeof dimensions =>
  Object.hasOwn(dimensions, name);

const unitTable = (): string =>
  table(
    ["Units", "Quantities"],
    Object.keys(dimensions)
      .filter(isDimension)
      .flatMap((dimension) => {
        const [base = "", ...others] = unitsOf(dimension);
        const users = catalogue.filter((definition) => definition.dimension === dimension);
        if (base === "" || users.length === 0) return [];
        return [[cell([`**${base}**`, ...others].join(", ")), codes(users)]];
      }),
  );

const healthTable = (): string =>
  table(
    ["Metric", "Type", "Labels", "Meaning"],
    Object.values(health).map(({ name, type, labelNames, help }) => [
      code(name),
      type,
      labelNames.map(code).join(", "),
      cell(help),
    ]),
  );

/** Only the exposition knows its histograms, so it is asked for them. */
const histogramTable = async (): Promise<string> => {
  const exposition = createExposition({
    store: createStore({ clock: systemClock, maximumSeries: 0 }),
    build: { version: "", node: "" },
    includesProcess: false,
  });
  exposition.observePoll("any", 0);
  exposition.observeRequest("any", 0);
  const text = await exposition.render("text");
  const histograms = text.matchAll(/^# HELP (\S+) (.+)\n# TYPE \1 histogram\n\1_bucket\{(.+)\}/gmu);
  return table(
    ["Metric", "Labels", "Meaning"],
    [...histograms].map(([, name = "", help = "", labels = ""]) => [
      code(name),
      [...labels.matchAll(/(\w+)="/gu)].map(([, label = ""]) => code(label)).join(", "),
      cell(help),
    ]),
  );
};

/** docs/metrics.md: every metric that can be in a scrape. */
export const renderMetrics = async (): Promise<string> =>
  page("Metrics", "src/quantities, src/units, src/health.ts and src/exposition.ts", [
    "A reading's name is `sensor_`, the quantity, and its base unit. Names that end in `_total` are counters; all other" +
      " readings are gauges. Every reading carries the label `sensor`, the labels that the configuration gives the sensor," +
      " and `channel` where a sensor has several values of one quantity. Everything else that is known of a sensor is on `sensor_info`.",
    "A value that was not measured, or is older than its expiry, is left out: there is no NaN, no 0, no last value.",
    "- [Readings](#readings)\n- [Exceptions to base units](#exceptions-to-base-units)\n- [Units](#units)\n" +
      "- [Health of sensors and exporter](#health-of-sensors-and-exporter)",
    "## Readings",
    "The first column is the name in the configuration.",
    quantityGroups.map(({ title }) => `[${title}](#${anchor(title)})`).join(" · "),
    ...quantitySections(),
    "## Exceptions to base units",
    "Prometheus asks for base units, and these names depart from them on purpose." +
      " `promtool check metrics` remarks on those in micrograms and millimeters.",
    exceptionTable(),
    "## Units",
    "Metrics are in the base unit, in bold. In the configuration a value can have any unit of its row, such as" +
      " `68 °F` or `0.2794mm`; a number without a unit is in the base unit. Case does not matter, but for milli (m) and" +
      " mega (M), bit (b) and byte (B). `u` stands for `µ`, `m3` for `m³`, `ohm` for `Ω`.",
    unitTable(),
    "## Health of sensors and exporter",
    healthTable(),
    "Histograms:",
    await histogramTable(),
    "Further metrics begin with `process_` and `nodejs_`: processor time, memory, file descriptors, garbage collection." +
      " `--web.disable-exporter-metrics` leaves them out.",
  ]);
