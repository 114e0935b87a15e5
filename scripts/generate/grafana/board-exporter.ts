import { clockOffset, perMinute } from "./expressions.ts";
import type { Section } from "./model.ts";
import { graph, stat } from "./panels.ts";
import { own, selectBoards } from "./selectors.ts";
import { certificateSteps, clockSteps } from "./steps.ts";

const ofProcess = (name: string): string => `${name}{${selectBoards}}`;

const quantile = (histogram: string, by: string): string =>
  `histogram_quantile(0.95, sum by (le, ${by}) (rate(${histogram}_bucket{${selectBoards}}[$__rate_interval])))`;

const yesNo = {
  texts: { 0: "no", 1: "yes" },
  steps: [{ color: "red" }, { from: 1, color: "green" }],
} as const;

const tile = { unit: "none", width: 3 } as const;

const tiles = [
  stat({
    ...tile,
    title: "Configuration loaded",
    description: "Whether the latest attempt to load the configuration succeeded.",
    query: { expression: `min(${own("configReloadSuccessful")})` },
    ...yesNo,
  }),
  stat({
    ...tile,
    title: "Counters saved",
    description:
      "Whether the counters could be saved at the latest attempt, if there is a state directory.",
    query: { expression: `min(${own("stateSaveSuccessful")})` },
    ...yesNo,
  }),
  stat({
    ...tile,
    title: "Counters saved before",
    description: "Time since the counters were last saved: what a power cut would cost.",
    unit: "s",
    query: { expression: `time() - min(${own("stateSaveTimestamp")})` },
  }),
  stat({
    ...tile,
    title: "Series in use",
    description: "Series of readings, of those that the configuration allows (limits.series).",
    unit: "percentunit",
    query: { expression: `max(${own("series")} / ${own("seriesLimit")})` },
    steps: [{ color: "green" }, { from: 0.8, color: "orange" }, { from: 0.95, color: "red" }],
  }),
  stat({
    ...tile,
    title: "Series refused",
    description: "Series that were refused in the time range, above the limit or as duplicates.",
    query: { expression: `round(sum(increase(${own("seriesDropped")}[$__range])))` },
    steps: [{ color: "green" }, { from: 1, color: "orange" }],
  }),
  stat({
    ...tile,
    title: "Clock ahead by",
    description:
      "Seconds by which the board's clock is ahead of Prometheus's, negative if it is behind.",
    unit: "s",
    decimals: 1,
    query: { expression: `max${clockOffset}` },
    steps: clockSteps,
  }),
  stat({
    ...tile,
    title: "Certificate ends in",
    description: "Time until the first of the board's certificates ends, if it has any.",
    unit: "s",
    query: { expression: `min(${own("certificateExpiry")} - time())` },
    steps: certificateSteps,
  }),
  stat({
    ...tile,
    title: "Connections cut",
    description: "HTTP connections that were cut in the time range to make room for newer ones.",
    query: { expression: `round(sum(increase(${own("connectionsDropped")}[$__range])))` },
    steps: [{ color: "green" }, { from: 1, color: "orange" }],
  }),
];

/** The exporter as a program: what it needs, and how fast it is. */
export const exporterSection: Section = {
  title: "Exporter",
  panels: [
    ...tiles,
    graph({
      title: "Processor time",
      description: "Share of one processor core that the exporter uses.",
      unit: "percentunit",
      width: 8,
      minimum: 0,
      queries: [
        {
          expression: `rate(${ofProcess("process_cpu_seconds_total")}[$__rate_interval])`,
          legend: "processor",
        },
      ],
    }),
    graph({
      title: "Memory",
      description: "Memory that the exporter occupies, and the part of it that JavaScript uses.",
      unit: "bytes",
      width: 8,
      minimum: 0,
      queries: [
        { expression: ofProcess("process_resident_memory_bytes"), legend: "resident" },
        { expression: ofProcess("nodejs_heap_size_used_bytes"), legend: "heap used" },
      ],
    }),
    graph({
      title: "Event loop lag",
      description:
        "Time by which the event loop was late at the scrape. A tenth of a second is a busy board.",
      unit: "s",
      width: 8,
      minimum: 0,
      queries: [{ expression: ofProcess("nodejs_eventloop_lag_seconds"), legend: "lag" }],
      steps: [{ color: "green" }, { from: 0.1, color: "orange" }, { from: 1, color: "red" }],
    }),
    graph({
      title: "Scrapes",
      description: "Time that a scrape takes as Prometheus sees it, the network included.",
      unit: "s",
      width: 8,
      minimum: 0,
      queries: [{ expression: ofProcess("scrape_duration_seconds"), legend: "scrape" }],
    }),
    graph({
      title: "HTTP requests, 95th percentile",
      description: "Time until the answer in which 95 of 100 requests were answered, by handler.",
      unit: "s",
      width: 8,
      minimum: 0,
      queries: [
        {
          expression: quantile("sensor_exporter_http_request_duration_seconds", "handler"),
          legend: "{{handler}}",
        },
      ],
    }),
    graph({
      title: "HTTP requests refused",
      description: "HTTP requests in a minute that got no answer but a refusal, by reason.",
      unit: "cpm",
      width: 8,
      style: "bars",
      queries: [{ expression: perMinute(own("httpRefused"), "reason"), legend: "{{reason}}" }],
    }),
    graph({
      title: "Open files",
      description: "File descriptors in use, sockets included.",
      unit: "short",
      width: 8,
      minimum: 0,
      queries: [{ expression: ofProcess("process_open_fds"), legend: "open" }],
    }),
    graph({
      title: "Polls, 95th percentile",
      description:
        "Time in which 95 of 100 polls were done, by driver, waits for the bus included.",
      unit: "s",
      width: 8,
      minimum: 0,
      queries: [
        {
          expression: quantile("sensor_exporter_poll_duration_seconds", "driver"),
          legend: "{{driver}}",
        },
      ],
    }),
  ],
};
