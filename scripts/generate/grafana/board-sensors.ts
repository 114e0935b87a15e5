import { age, orNone, processorTemperature, reading, scraped, sensorsDown } from "./expressions.ts";
import { grid } from "./grid.ts";
import type { Section } from "./model.ts";
import { graph, noneIsGood, stat, timeline } from "./panels.ts";
import { latestReadings } from "./readings.ts";
import { rejectionGraphs } from "./rejections.ts";
import { ofSensors, own, selectBoards } from "./selectors.ts";
import { ageSteps, processorSteps, upDown } from "./steps.ts";

const tile = { width: 3 } as const;
const legend = "{{sensor}}";

/** The state of the board at a glance. */
export const summarySection: Section = {
  title: "Board",
  panels: [
    stat({
      ...tile,
      title: "Board",
      description: "Whether Prometheus reaches the board.",
      unit: "none",
      query: { expression: `min(${scraped})` },
      ...upDown,
    }),
    stat({
      ...tile,
      title: "Sensors up",
      description: "Sensors whose latest poll succeeded, or that their source says are alive.",
      unit: "none",
      query: { expression: `sum(${ofSensors("up")})` },
    }),
    stat({
      ...tile,
      title: "Sensors down",
      description: "Sensors whose latest poll failed, or that their source says are gone.",
      unit: "none",
      query: { expression: orNone(`count(${sensorsDown})`) },
      steps: noneIsGood("red"),
    }),
    stat({
      ...tile,
      title: "Newest reading",
      description: "Time since the newest reading of any sensor.",
      unit: "s",
      decimals: 0,
      query: { expression: `min(${age})` },
      steps: ageSteps,
    }),
    stat({
      ...tile,
      title: "Processor",
      description: "Temperature of the processor, if a sensor reads it (driver thermal).",
      unit: "celsius",
      decimals: 1,
      query: { expression: `max(${processorTemperature})` },
      steps: processorSteps,
    }),
    stat({
      ...tile,
      title: "Under-voltage",
      description: "Whether the supply is too weak, if a sensor watches it (driver hwmon).",
      unit: "none",
      query: { expression: `max(${reading("undervoltageDetected")})` },
      texts: { 0: "no", 1: "yes" },
      steps: noneIsGood("red"),
    }),
    stat({
      ...tile,
      title: "Running for",
      description: "Time since the exporter has started.",
      unit: "s",
      query: { expression: `time() - min(process_start_time_seconds{${selectBoards}})` },
    }),
    stat({
      ...tile,
      title: "Version",
      description: "Version of the exporter.",
      unit: "none",
      query: { expression: `max by (version) (${own("build")})`, legend: "{{version}}" },
      showsNames: true,
    }),
  ],
};

const labels = "sensor, room, driver, bus, address, serial, model";

const table = grid({
  title: "Sensors",
  description:
    "Every sensor of the board: what it is, whether it is up, the age of its newest reading, and its failures.",
  unit: "none",
  width: 24,
  height: 10,
  queries: [
    `max by (sensor) (${ofSensors("up")})`,
    `min by (sensor) (${age})`,
    `max by (sensor) (${ofSensors("pollDuration")})`,
    `sum by (sensor) (round(increase(${ofSensors("pollFailures")}[$__range])))`,
    `sum by (sensor) (round(increase(${ofSensors("rejectedReadings")}[$__range])))`,
    `max by (${labels}) (${ofSensors("sensor")})`,
  ].map((expression) => ({ expression })),
  columns: [
    ["sensor", { name: "Sensor" }],
    ["room", { name: "Room" }],
    ["Value #A", { name: "Up", ...upDown }],
    ["Value #B", { name: "Newest reading", unit: "s", decimals: 0, steps: ageSteps }],
    ["driver", { name: "Driver" }],
    ["model", { name: "Model" }],
    ["bus", { name: "Bus" }],
    ["address", { name: "Address" }],
    ["serial", { name: "Serial" }],
    ["Value #C", { name: "Latest poll", unit: "s" }],
    ["Value #D", { name: "Failed polls", decimals: 0, steps: noneIsGood("orange") }],
    ["Value #E", { name: "Rejected", decimals: 0, steps: noneIsGood("orange") }],
  ],
  hidden: ["Value #F"],
});

const trouble = rejectionGraphs(["sensor"]);

/** Which sensors there are, and how well they do. */
export const sensorsSection: Section = {
  title: "Sensors",
  panels: [
    table,
    timeline({
      title: "Sensors up",
      description: "Whether each sensor's latest poll succeeded, or its source said it was alive.",
      unit: "none",
      width: 24,
      height: 9,
      query: { expression: ofSensors("up"), legend },
      ...upDown,
    }),
    graph({
      title: "Age of readings",
      description:
        "Time since the newest reading. A saw that stays low is a sensor that reports; a line that climbs is one that does not.",
      unit: "s",
      width: 12,
      minimum: 0,
      queries: [{ expression: age, legend }],
    }),
    trouble.failures,
    trouble.rejections,
    graph({
      title: "Time of polls",
      description: "Time that the latest poll took, waits for the bus included.",
      unit: "s",
      width: 12,
      minimum: 0,
      queries: [{ expression: ofSensors("pollDuration"), legend }],
    }),
    latestReadings(),
  ],
};
