import { collectDefaultMetrics, Histogram, Registry } from "prom-client";
import { type CollectedMetric, renderCollected } from "./exposition/collected.ts";
import { endOfExposition, type Format, renderHeader } from "./exposition/format.ts";
import { health } from "./health.ts";
import type { Family, Store } from "./store.ts";

/** The text that Prometheus scrapes, and the exporter's own timing that is part of it. */
export interface Exposition {
  /** Everything as it is now. Reads memory only, and is the same for any number of scrapes at once. */
  readonly render: (format: Format) => Promise<string>;
  readonly observePoll: (driver: string, seconds: number) => void;
  /** `handler` is the name of a route, never a path, so that clients cannot make series. */
  readonly observeRequest: (handler: string, seconds: number) => void;
}

// Each bound is a series of every driver on every board of a fleet: as many as tell fast from slow, and no more.
// No bound is a whole number: the two formats write those differently ("1", "1.0"), which would make two series.
const pollBucketsSeconds = [0.0025, 0.025, 0.25, 0.85, 2.5, 15.5];
const requestBucketsSeconds = [0.0025, 0.025, 0.25, 2.5];
const collectionBucketsSeconds = [0.0025, 0.025, 0.25];

/**
 * Gauges whose name breaks the naming rules (`_total`), which promtool objects to; what they would add up, from
 * undocumented functions of Node.js; statistics of a timer that would wake an idle board a hundred times a second; the
 * parts of the heap, 27 series that tell no more than their sum; and a start by the wall clock of that moment, which on
 * a board without a battery was wrong.
 */
const unwanted: readonly string[] = [
  "nodejs_active_handles",
  "nodejs_active_handles_total",
  "nodejs_active_requests",
  "nodejs_active_requests_total",
  "nodejs_active_resources_total",
  "nodejs_eventloop_lag_min_seconds",
  "nodejs_eventloop_lag_max_seconds",
  "nodejs_eventloop_lag_mean_seconds",
  "nodejs_eventloop_lag_stddev_seconds",
  "nodejs_eventloop_lag_p50_seconds",
  "nodejs_eventloop_lag_p90_seconds",
  "nodejs_eventloop_lag_p99_seconds",
  "nodejs_heap_space_size_total_bytes",
  "nodejs_heap_space_size_used_bytes",
  "nodejs_heap_space_size_available_bytes",
  "process_start_time_seconds",
];
// The timer behind those statistics cannot be turned off, only slowed down.
const eventLoopTimerMs = 86_400_000;

const addProcessMetrics = (registry: Registry): void => {
  collectDefaultMetrics({
    register: registry,
    eventLoopMonitoringPrecision: eventLoopTimerMs,
    gcDurationBuckets: collectionBucketsSeconds,
  });
  for (const name of unwanted) registry.removeSingleMetric(name);
};

/** prom-client declares the type to be a number, but delivers the word. */
const collect = async (registry: Registry): Promise<readonly CollectedMetric[]> =>
  (await registry.getMetricsAsJSON()).map(({ name, help, type, values }) => ({
    name,
    help,
    type: String(type),
    values,
  }));

/** The exposition of a store, with the metrics of the process itself if wanted. */
export const createExposition = ({
  store,
  build,
  includesProcess,
  startedMs,
}: {
  readonly store: Store;
  readonly build: { readonly version: string; readonly revision?: string; readonly node: string };
  readonly includesProcess: boolean;
  /** When the process started, by the monotonic clock; left out, so is its metric. */
  readonly startedMs?: number | undefined;
}): Exposition => {
  const registry = new Registry();
  if (includesProcess) addProcessMetrics(registry);
  if (includesProcess && startedMs !== undefined)
    store.open(health.processStart, {})?.stamp(startedMs);
  const registers = [registry];
  const pollDuration = new Histogram({
    name: "sensor_exporter_poll_duration_seconds",
    help: "Time that polls took, waits for the bus included, by driver.",
    labelNames: ["driver"],
    buckets: pollBucketsSeconds,
    registers,
  });
  const requestDuration = new Histogram({
    name: "sensor_exporter_http_request_duration_seconds",
    help: "Time from the arrival of an HTTP request to its answer, by handler.",
    labelNames: ["handler"],
    buckets: requestBucketsSeconds,
    registers,
  });
  const { version, revision = "", node } = build;
  store.open(health.build, { version, revision, nodeversion: node })?.hold(1);

  const headers: Readonly<Record<Format, WeakMap<Family, string>>> = {
    text: new WeakMap(),
    openmetrics: new WeakMap(),
  };
  const headerOf = (family: Family, format: Format): string => {
    const known = headers[format].get(family);
    if (known !== undefined) return known;
    const header = renderHeader(family, format);
    headers[format].set(family, header);
    return header;
  };

  return {
    render: async (format) => {
      const collected = await collect(registry);
      let text = "";
      for (const { family, samples } of store.render()) text += headerOf(family, format) + samples;
      for (const metric of collected) text += renderCollected(metric, format);
      return text + endOfExposition[format];
    },
    observePoll: (driver, seconds) => pollDuration.observe({ driver }, seconds),
    observeRequest: (handler, seconds) => requestDuration.observe({ handler }, seconds),
  };
};
