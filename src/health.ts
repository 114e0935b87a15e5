import { mqttHealth } from "./health/mqtt.ts";
import { targetsHealth } from "./health/targets.ts";
import type { Family } from "./store.ts";

/** A family about the exporter's own work, with the labels its series carry besides the user's own. */
export interface HealthFamily extends Family {
  readonly labelNames: readonly string[];
}

/** What the exporter says about its sensors and itself; docs/metrics.md is generated from it. */
export const health = {
  up: {
    name: "sensor_up",
    type: "gauge",
    help: "Whether the latest poll of the sensor succeeded, or its source says it is alive: 1 or 0.",
    labelNames: ["sensor"],
  },
  lastReading: {
    name: "sensor_last_reading_timestamp_seconds",
    type: "gauge",
    unit: "seconds",
    help: "Wall clock at the sensor's newest reading, in seconds since 1970.",
    labelNames: ["sensor"],
  },
  polls: {
    name: "sensor_polls_total",
    type: "counter",
    help: "Polls of the sensor since it was configured so, failed ones included.",
    labelNames: ["sensor"],
  },
  pollFailures: {
    name: "sensor_poll_failures_total",
    type: "counter",
    help: "Polls of the sensor that failed since it was configured so, by code; see docs/errors.md.",
    labelNames: ["sensor", "code"],
  },
  pollDuration: {
    name: "sensor_poll_duration_seconds",
    type: "gauge",
    unit: "seconds",
    help: "Time that the latest poll of the sensor took, waits for the bus included.",
    labelNames: ["sensor"],
  },
  rejectedReadings: {
    name: "sensor_rejected_readings_total",
    type: "counter",
    help: "Readings of the sensor that cannot be true, or of a channel that could not be read, by reason.",
    labelNames: ["sensor", "reason"],
  },
  sensor: {
    name: "sensor_info",
    type: "info",
    help: "What is known of the sensor besides its readings; always 1.",
    labelNames: ["sensor", "driver", "bus", "address", "serial"],
  },
  build: {
    name: "sensor_exporter_build_info",
    type: "info",
    help: "Version of the exporter and of the Node.js that runs it; always 1.",
    labelNames: ["version", "revision", "nodeversion"],
  },
  configReloadSuccessful: {
    name: "sensor_exporter_config_last_reload_successful",
    type: "gauge",
    help: "Whether the latest attempt to load the configuration succeeded: 1 or 0.",
    labelNames: [],
  },
  configReloadTimestamp: {
    name: "sensor_exporter_config_last_reload_success_timestamp_seconds",
    type: "gauge",
    unit: "seconds",
    help: "Wall clock when the configuration was last loaded, in seconds since 1970.",
    labelNames: [],
  },
  time: {
    name: "sensor_exporter_time_seconds",
    type: "gauge",
    unit: "seconds",
    help: "Wall clock of the board at the scrape, in seconds since 1970.",
    labelNames: [],
  },
  processStart: {
    name: "process_start_time_seconds",
    type: "gauge",
    unit: "seconds",
    help: "Wall clock when the process started, in seconds since 1970.",
    labelNames: [],
  },
  series: {
    name: "sensor_exporter_series",
    type: "gauge",
    help: "Series of readings in memory, of at most sensor_exporter_series_limit.",
    labelNames: [],
  },
  seriesLimit: {
    name: "sensor_exporter_series_limit",
    type: "gauge",
    help: "Most series of readings that the configuration allows (limits.series).",
    labelNames: [],
  },
  seriesDropped: {
    name: "sensor_exporter_series_dropped_total",
    type: "counter",
    help: "Series that were refused: above the limit, a duplicate, or with an invalid label name.",
    labelNames: ["reason"],
  },
  connectionsDropped: {
    name: "sensor_exporter_http_connections_dropped_total",
    type: "counter",
    help: "HTTP connections cut to make room for newer ones, the oldest of the client with most first.",
    labelNames: [],
  },
  httpRefused: {
    name: "sensor_exporter_http_requests_refused_total",
    type: "counter",
    help: "HTTP requests refused, by reason: overload (--web.max-requests), unauthorized and the like; TLS handshakes too.",
    labelNames: ["reason"],
  },
  certificateExpiry: {
    name: "sensor_exporter_certificate_expiry_timestamp_seconds",
    type: "gauge",
    unit: "seconds",
    help: "Wall clock when the certificate ends, in seconds since 1970: web, broker, or mqtt and a broker's name.",
    labelNames: ["certificate"],
  },
  ...mqttHealth,
  stateSaveSuccessful: {
    name: "sensor_exporter_state_last_save_successful",
    type: "gauge",
    help: "Whether the latest attempt to save the counters to the state directory succeeded: 1 or 0.",
    labelNames: [],
  },
  stateSaveTimestamp: {
    name: "sensor_exporter_state_last_save_success_timestamp_seconds",
    type: "gauge",
    unit: "seconds",
    help: "Wall clock when the counters were last saved, in seconds since 1970.",
    labelNames: [],
  },
  ...targetsHealth,
} as const satisfies Readonly<Record<string, HealthFamily>>;
