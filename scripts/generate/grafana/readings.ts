import type { QuantityDefinition } from "../../../src/quantities/definition.ts";
import { definitionOf, type Quantity, quantityGroups } from "../../../src/quantities.ts";
import { groupBy } from "../group.ts";
import { grid } from "./grid.ts";
import type { Panel, Section } from "./model.ts";
import { graph, timeline } from "./panels.ts";
import { selectSensors } from "./selectors.ts";
import { displayScale, panelUnit } from "./units.ts";

/** States whose 1 calls for somebody; the others are merely told. */
const alarms = [
  "leakDetected",
  "smokeDetected",
  "gasDetected",
  "carbonMonoxideDetected",
  "heatDetected",
  "coldDetected",
  "tamperDetected",
  "undervoltageDetected",
  "problemDetected",
  "alarmActive",
  "batteryLow",
] as const satisfies readonly Quantity[];

const catalogue = quantityGroups.flatMap(({ quantities }) => Object.values(quantities));
const alarmMetrics: readonly string[] = alarms.map((quantity) => definitionOf(quantity).metric);

/** The selector of several metrics, whose names end up in the label `quantity`, without `sensor_` and the unit. */
const selectMetrics = (metrics: readonly string[], selector: string, suffix = ""): string => {
  const vector = `{__name__=~"${metrics.join("|")}", ${selector}}`;
  // The ending is optional for the sake of sensor_ratio, which is nothing else.
  const name = suffix === "" ? "sensor_(.+)" : `sensor_(.+?)(?:${suffix})?`;
  return `label_replace(${vector}, "quantity", "$1", "__name__", "${name}")`;
};

/** Series of all states that are alarms, with the label `quantity`. */
export const alarmStates = (selector: string): string => selectMetrics(alarmMetrics, selector);

/** The end of a metric's name that says its unit, so that what is before it names the quantity. */
const suffixOf = ({ unit, type }: QuantityDefinition): string =>
  `${unit === undefined ? "" : `_${unit}`}${type === "counter" ? "_total" : ""}`;

const words = (text: string): string => text.replaceAll("_", " ");
const capitalized = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** Quantities that one panel can show: of one kind, in one unit, with one ending of their names. */
const groupByUnit = (
  definitions: readonly QuantityDefinition[],
): readonly (readonly QuantityDefinition[])[] =>
  groupBy(definitions, (definition) =>
    [definition.type, definition.dimension, definition.display.unit, suffixOf(definition)].join(),
  ).map(([, group]) => group);

const titleOf = (definitions: readonly QuantityDefinition[]): string => {
  const names = definitions.map(({ name }) => words(name));
  const listed = names.length > 3 ? `${names[0]} and more` : names.join(", ");
  return capitalized(listed);
};

const expressionOf = (definitions: readonly QuantityDefinition[]): string => {
  const [first] = definitions;
  if (first === undefined) throw new Error("a panel needs a quantity");
  const { scale } = panelUnit(first);
  const metrics = definitions.map(({ metric }) => metric);
  const isCounter = first.type === "counter";
  // A rate forgets the name of its metric, so each counter asks for itself.
  if (isCounter) {
    return metrics
      .map((metric) => {
        const hourly = `increase(${metric}{${selectSensors}}[1h])${scale}`;
        const name = metric.slice("sensor_".length, -suffixOf(first).length);
        return `label_replace(${hourly}, "quantity", "${name}", "", "")`;
      })
      .join(" or ");
  }
  return metrics.length === 1
    ? `${metrics[0]}{${selectSensors}}${scale}`
    : `${selectMetrics(metrics, selectSensors, suffixOf(first))}${scale}`;
};

const panelOf = (definitions: readonly QuantityDefinition[]): Panel => {
  const [first] = definitions;
  if (first === undefined) throw new Error("a panel needs a quantity");
  const isCounter = first.type === "counter";
  const isShare = first.dimension === "ratio" && first.minimum === 0;
  const named = definitions.length > 1 ? " {{quantity}}" : "";
  return graph({
    title: `${titleOf(definitions)}${isCounter ? " per hour" : ""}`,
    description: definitions
      .map(({ name, help }) => (definitions.length > 1 ? `${words(name)}: ${help}` : help))
      .join("\n\n"),
    unit: panelUnit(first).id,
    width: 12,
    queries: [{ expression: expressionOf(definitions), legend: `{{sensor}}${named} {{channel}}` }],
    ...(isCounter ? { style: "bars", interval: "1h" } : {}),
    ...(isShare ? { minimum: 0 } : {}),
  });
};

/** A section for each part of the catalogue, with a panel for each unit; only the first is open. */
export const readingSections = (): readonly Section[] =>
  quantityGroups
    .map(({ title, quantities }, index) => ({
      title,
      isClosed: index > 0,
      panels: groupByUnit(
        Object.values(quantities).filter(({ dimension }) => dimension !== "state"),
      ).map(panelOf),
    }))
    .filter(({ panels }) => panels.length > 0);

/** Bands of the states of a board, those that are alarms apart. */
export const stateSection = (): Section => {
  const states = catalogue.filter(({ dimension }) => dimension === "state");
  const others = states.map(({ metric }) => metric).filter((name) => !alarmMetrics.includes(name));
  const band = { unit: "none", width: 24, texts: { 0: "no", 1: "yes" } } as const;
  const legend = "{{sensor}} {{quantity}} {{channel}}";
  return {
    title: "States",
    panels: [
      timeline({
        ...band,
        title: "Alarms",
        description: "Leak, smoke, gas, under-voltage and what else calls for somebody.",
        height: 7,
        query: { expression: alarmStates(selectSensors), legend },
        steps: [{ color: "green" }, { from: 1, color: "red" }],
      }),
      timeline({
        ...band,
        title: "States",
        description: "Contacts, motion, switches and all other states that are no alarm.",
        query: { expression: selectMetrics(others, selectSensors), legend },
        steps: [{ color: "text" }, { from: 1, color: "blue" }],
      }),
    ],
  };
};

/** All quantities of one unit and one ending, in the unit of the tables, which becomes the label `unit`. */
const readingsOf = (definitions: readonly QuantityDefinition[]): string => {
  const [first] = definitions;
  if (first === undefined) throw new Error("a table needs a quantity");
  const metrics = definitions.map(({ metric }) => metric);
  const values = `${selectMetrics(metrics, selectSensors, suffixOf(first))}${displayScale(first)}`;
  return `label_replace(${values}, "unit", "${first.display.unit}", "", "")`;
};

/** The table of whatever the sensors of a board measure now. */
export const latestReadings = (): Panel => {
  const labels = "sensor, room, channel, quantity, unit";
  const readings = groupByUnit(catalogue).map(readingsOf).join(" or ");
  return grid({
    title: "Latest readings",
    description:
      "Every reading of the board as it is now, in the unit that the exporter's page shows.",
    unit: "none",
    width: 24,
    height: 12,
    queries: [{ expression: `max by (${labels}) (${readings})` }],
    columns: [
      ["sensor", { name: "Sensor" }],
      ["room", { name: "Room" }],
      ["quantity", { name: "Quantity" }],
      ["channel", { name: "Channel" }],
      ["Value", { name: "Value", decimals: 2 }],
      ["unit", { name: "Unit" }],
    ],
  });
};
