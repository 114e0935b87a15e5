import {
  age,
  orNone,
  perBoard,
  perSensor,
  scraped,
  sensorsDown,
  unreadFor,
} from "./expressions.ts";
import { grid } from "./grid.ts";
import { fromCell, fromSeries } from "./links.ts";
import type { Section } from "./model.ts";
import { noneIsGood, stat, timeline } from "./panels.ts";
import { alarmStates } from "./readings.ts";
import { rejectionGraphs } from "./rejections.ts";
import { ofSensors, own, selectSensors } from "./selectors.ts";

const silent = `(${age} or on (${perSensor}) ${unreadFor}) > $silent`;
const firing = 'ALERTS{alertstate="firing", instance=~"$board|"}';

const board = ["instance", { name: "Board", link: fromCell }] as const;
const sensor = ["sensor", { name: "Sensor" }] as const;
const room = ["room", { name: "Room" }] as const;
const newest = [
  "Value",
  { name: "Newest reading", unit: "s", decimals: 0, texts: { [-1]: "never" } },
] as const;

const count = (title: string, description: string, query: string, bad?: "orange" | "red") =>
  stat({
    title,
    description,
    unit: "none",
    width: 3,
    query: { expression: query },
    ...(bad === undefined ? {} : { steps: noneIsGood(bad) }),
  });

/** What a glance should tell: how many there are, and how many are in trouble. */
export const nowSection: Section = {
  title: "Now",
  panels: [
    count("Boards up", "Boards whose latest scrape succeeded.", orNone(`sum(${scraped})`)),
    count(
      "Boards down",
      "Boards whose latest scrape failed.",
      orNone(`count(${scraped} == 0)`),
      "red",
    ),
    count(
      "Sensors up",
      "Sensors whose latest poll succeeded, or that their source says are alive.",
      orNone(`sum(${ofSensors("up")})`),
    ),
    count(
      "Sensors down",
      "Sensors whose latest poll failed, or that their source says are gone.",
      orNone(`count(${sensorsDown})`),
      "red",
    ),
    count(
      "Sensors silent",
      "Sensors whose newest reading is older than the time chosen above.",
      orNone(`count(${silent})`),
      "orange",
    ),
    count(
      "Alerts firing",
      "Alerts of Prometheus's rules that fire for the boards chosen, or for no board in particular.",
      orNone(`count(${firing})`),
      "red",
    ),
    count(
      "Brokers disconnected",
      "MQTT brokers that a board is configured for and not connected to.",
      orNone(`count(${own("mqttConnected")} == 0)`),
      "red",
    ),
    count(
      "Series refused",
      "Series that boards refused in the time range, above a limit or as duplicates.",
      orNone(`round(sum(increase(${own("seriesDropped")}[$__range])))`),
      "orange",
    ),
  ],
};

const tables = [
  grid({
    title: "Alerts firing",
    description: "Each alert that fires now, with the board and the sensor it is about.",
    unit: "none",
    width: 12,
    queries: [{ expression: `max by (alertname, severity, instance, sensor) (${firing})` }],
    columns: [["alertname", { name: "Alert" }], ["severity", { name: "Severity" }], board, sensor],
    hidden: ["Value"],
  }),
  grid({
    title: "Boards down",
    description:
      "Boards whose latest scrape failed, with the share of the time range in which they were up.",
    unit: "percentunit",
    width: 12,
    queries: [
      {
        expression: `max by (${perBoard}) (avg_over_time(${scraped}[$__range]) and (${scraped} == 0))`,
      },
    ],
    columns: [
      board,
      ["job", { name: "Job" }],
      ["Value", { name: "Was up", unit: "percentunit", decimals: 1 }],
    ],
  }),
  grid({
    title: "Sensors down",
    description:
      "Sensors whose latest poll failed, or that their source says are gone, with the age of their newest reading.",
    unit: "s",
    width: 12,
    queries: [
      {
        expression:
          `max by (instance, sensor, room) (${age} and on (${perSensor}) (${sensorsDown}))` +
          ` or max by (instance, sensor, room) (${sensorsDown}) - 1`,
      },
    ],
    columns: [board, sensor, room, newest],
    sortBy: "Newest reading",
  }),
  grid({
    title: "Sensors silent",
    description:
      "Sensors whose newest reading is older than the time chosen above, or that had none since the configuration was loaded.",
    unit: "s",
    width: 12,
    queries: [{ expression: `max by (instance, sensor, room) (${silent})` }],
    columns: [board, sensor, room, newest],
    sortBy: "Newest reading",
  }),
];

const trouble = rejectionGraphs([]);

/** Which boards and sensors are in trouble, and of which kind. */
export const troubleSection: Section = {
  title: "Trouble",
  panels: [
    ...tables,
    trouble.failures,
    trouble.rejections,
    timeline({
      title: "Boards that were down",
      description: "The fifty boards that were down for longest in the time range, and when.",
      unit: "none",
      width: 24,
      query: {
        expression:
          `${scraped} and on (${perBoard})` +
          ` topk(50, 1 - avg_over_time(${scraped}[$__range] @ end()) > 0)`,
        legend: "{{instance}}",
      },
      texts: { 0: "down", 1: "up" },
      steps: [{ color: "red" }, { from: 1, color: "green" }],
      link: fromSeries,
    }),
    grid({
      title: "Alarms of sensors",
      description:
        "Leak, smoke, gas, under-voltage, low batteries and other states that call for somebody.",
      unit: "none",
      width: 24,
      height: 6,
      queries: [
        {
          expression: `max by (instance, sensor, room, quantity) (${alarmStates(selectSensors)} == 1)`,
        },
      ],
      columns: [board, sensor, room, ["quantity", { name: "State" }]],
      hidden: ["Value"],
    }),
  ],
};
