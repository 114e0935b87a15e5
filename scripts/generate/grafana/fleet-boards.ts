import {
  age,
  clockOffset,
  perBoard,
  processorTemperature,
  reading,
  scraped,
  sensorsDown,
} from "./expressions.ts";
import { grid } from "./grid.ts";
import { fromCell, fromSeries } from "./links.ts";
import type { Panel, Section } from "./model.ts";
import { bars, graph, noneIsGood } from "./panels.ts";
import { ofSensors, own, selectBoards } from "./selectors.ts";
import { ageSteps, certificateSteps, clockSteps, processorSteps, upDown } from "./steps.ts";

const table: Panel = grid({
  title: "Boards",
  description:
    "Every board chosen, with what is worth to be compared. A click on the name opens its page.",
  unit: "none",
  width: 24,
  height: 10,
  queries: [
    `max by (${perBoard}) (${scraped})`,
    `max by (${perBoard}, version) (${own("build")})`,
    `sum by (${perBoard}) (${ofSensors("up")})`,
    `count by (${perBoard}) (${sensorsDown})`,
    `min by (${perBoard}) (${age})`,
    processorTemperature,
    `max by (${perBoard}) (${reading("undervoltageDetected")})`,
    `max by (${perBoard}) (process_resident_memory_bytes{${selectBoards}})`,
    `max by (${perBoard}) (${own("series")})`,
    `max by (${perBoard}) (scrape_duration_seconds{${selectBoards}})`,
    `max by (${perBoard}) ${clockOffset}`,
  ].map((expression) => ({ expression })),
  columns: [
    ["instance", { name: "Board", link: fromCell }],
    ["job", { name: "Job" }],
    ["Value #A", { name: "Up", ...upDown }],
    ["version", { name: "Version" }],
    ["Value #C", { name: "Sensors up", decimals: 0 }],
    ["Value #D", { name: "Sensors down", decimals: 0, steps: noneIsGood("red") }],
    ["Value #E", { name: "Newest reading", unit: "s", decimals: 0, steps: ageSteps }],
    ["Value #F", { name: "Processor", unit: "celsius", decimals: 1, steps: processorSteps }],
    ["Value #G", { name: "Under-voltage", texts: { 0: "no", 1: "yes" }, steps: noneIsGood("red") }],
    ["Value #H", { name: "Memory", unit: "bytes" }],
    ["Value #I", { name: "Series", decimals: 0 }],
    ["Value #J", { name: "Scrape", unit: "s" }],
    ["Value #K", { name: "Clock", unit: "s", decimals: 1, steps: clockSteps }],
  ],
  hidden: ["Value #B"],
});

/** Boards side by side. */
export const boardsSection: Section = {
  title: "Boards",
  panels: [
    table,
    graph({
      title: "Processor temperature",
      description: "The twenty warmest processors. A Raspberry Pi slows down from 80 °C on.",
      unit: "celsius",
      width: 12,
      queries: [{ expression: `topk(20, ${processorTemperature})`, legend: "{{instance}}" }],
      steps: processorSteps,
      link: fromSeries,
    }),
    graph({
      title: "Clock offset",
      description:
        "The twenty boards whose clocks are farthest from Prometheus's, and by how much they are ahead. Part of a second is the way of the scrape.",
      unit: "s",
      width: 12,
      queries: [
        { expression: `${clockOffset} and topk(20, abs${clockOffset})`, legend: "{{instance}}" },
      ],
      link: fromSeries,
    }),
    grid({
      title: "Certificates",
      description:
        "The twenty certificates that end first: of the HTTP server, of the embedded broker, and of the brokers connected to.",
      unit: "s",
      width: 12,
      queries: [
        {
          expression:
            `sort(bottomk(20, max by (instance, certificate)` +
            ` (${own("certificateExpiry")} - time())))`,
        },
      ],
      columns: [
        ["instance", { name: "Board", link: fromCell }],
        ["certificate", { name: "Certificate" }],
        ["Value", { name: "Ends in", unit: "s", decimals: 0, steps: certificateSteps }],
      ],
    }),
    bars({
      title: "Versions",
      description: "Boards by the version of the exporter and of Node.js.",
      unit: "none",
      width: 12,
      query: {
        expression: `count by (version, nodeversion) (${own("build")})`,
        legend: "{{version}} on Node.js {{nodeversion}}",
      },
    }),
    bars({
      title: "Sensors by driver",
      description: "Sensors by the driver or the dialect that they are read with.",
      unit: "none",
      width: 12,
      query: {
        expression: `sort_desc(count by (driver) (${own("sensor")}))`,
        legend: "{{driver}}",
      },
    }),
  ],
};
