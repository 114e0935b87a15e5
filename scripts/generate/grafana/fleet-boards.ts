import {
  age,
  perBoard,
  perMinute,
  processorTemperature,
  reading,
  scraped,
  sensorsDown,
} from "./expressions.ts";
import { fromCell, fromSeries } from "./links.ts";
import type { Panel, Section } from "./model.ts";
import { bars, graph, grid, noneIsGood } from "./panels.ts";
import { ofSensors, own, selectBoards } from "./selectors.ts";
import { ageSteps, certificateSteps, processorSteps, upDown } from "./steps.ts";

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

/** What people are in the house for: how it is in its rooms. */
export const roomsSection: Section = {
  title: "Rooms",
  panels: [
    graph({
      title: "Temperature by room",
      description: "Mean of the thermometers that have the label room.",
      unit: "celsius",
      width: 12,
      queries: [
        {
          expression: `avg by (room) (${reading("temperatureCelsius", 'room!=""')})`,
          legend: "{{room}}",
        },
      ],
    }),
    graph({
      title: "Relative humidity by room",
      description: "Mean of the hygrometers that have the label room.",
      unit: "percentunit",
      width: 12,
      minimum: 0,
      queries: [
        {
          expression: `avg by (room) (${reading("relativeHumidityRatio", 'room!=""')})`,
          legend: "{{room}}",
        },
      ],
    }),
    bars({
      title: "Emptiest batteries",
      description: "The twenty devices whose batteries have least left.",
      unit: "percentunit",
      width: 12,
      query: {
        expression: `sort(bottomk(20, ${reading("batteryRatio")}))`,
        legend: "{{instance}} {{sensor}}",
      },
      steps: [{ color: "red" }, { from: 0.2, color: "orange" }, { from: 0.4, color: "green" }],
      link: fromSeries,
    }),
    bars({
      title: "Weakest radio signals",
      description: "The twenty devices that are heard worst, by the power they are received with.",
      unit: "dBm",
      width: 12,
      query: {
        expression: `sort(bottomk(20, ${reading("signalStrengthDbm")}))`,
        legend: "{{instance}} {{sensor}}",
      },
      steps: [{ color: "red" }, { from: -85, color: "orange" }, { from: -75, color: "green" }],
      link: fromSeries,
    }),
  ],
};

/** What the fleet costs Prometheus, and the brokers. */
export const costSection: Section = {
  title: "Cost",
  panels: [
    graph({
      title: "Samples per scrape",
      description:
        "All series that one scrape of every board brings, and those of readings among them.",
      unit: "short",
      width: 8,
      minimum: 0,
      queries: [
        { expression: `sum(scrape_samples_scraped{${selectBoards}})`, legend: "all" },
        { expression: `sum(${own("series")})`, legend: "readings" },
      ],
    }),
    graph({
      title: "Largest scrapes",
      description: "The twenty boards whose scrapes bring most series.",
      unit: "short",
      width: 8,
      minimum: 0,
      queries: [
        {
          expression: `topk(20, scrape_samples_scraped{${selectBoards}})`,
          legend: "{{instance}}",
        },
      ],
      link: fromSeries,
    }),
    graph({
      title: "Slowest scrapes",
      description: "The twenty boards whose scrapes take longest, the network included.",
      unit: "s",
      width: 8,
      minimum: 0,
      queries: [
        {
          expression: `topk(20, scrape_duration_seconds{${selectBoards}})`,
          legend: "{{instance}}",
        },
      ],
      link: fromSeries,
    }),
    graph({
      title: "Series in use",
      description:
        "The twenty boards that are nearest to their own limit of series (limits.series).",
      unit: "percentunit",
      width: 8,
      minimum: 0,
      queries: [
        {
          expression: `topk(20, ${own("series")} / ${own("seriesLimit")})`,
          legend: "{{instance}}",
        },
      ],
      steps: [{ color: "green" }, { from: 0.8, color: "orange" }, { from: 0.95, color: "red" }],
      link: fromSeries,
    }),
    graph({
      title: "MQTT messages",
      description:
        "Messages in a minute that a rule or a dialect has taken, by the name of the broker.",
      unit: "cpm",
      width: 8,
      minimum: 0,
      queries: [{ expression: perMinute(own("mqttMessages"), "broker"), legend: "{{broker}}" }],
    }),
    graph({
      title: "MQTT devices",
      description: "Devices that publish, by the name of the broker.",
      unit: "short",
      width: 8,
      minimum: 0,
      queries: [{ expression: `sum by (broker) (${own("mqttDevices")})`, legend: "{{broker}}" }],
    }),
  ],
};
