import type { HealthFamily } from "../health.ts";

/** What `sensor-exporter targets` says about its own work. */
export const targetsHealth = {
  targets: {
    name: "sensor_exporter_targets",
    type: "gauge",
    help: "Targets that a source of `sensor-exporter targets` knows; several may know the same.",
    labelNames: ["source"],
  },
  targetsSourceUp: {
    name: "sensor_exporter_targets_source_up",
    type: "gauge",
    help: "Whether the source is there: 1 or 0; one that is not keeps the targets that it had.",
    labelNames: ["source"],
  },
  targetsRefused: {
    name: "sensor_exporter_targets_refused_total",
    type: "counter",
    help: "Targets that sources offered and that were not taken, by reason; see docs/discovery.md.",
    labelNames: ["source", "reason"],
  },
  targetsChange: {
    name: "sensor_exporter_targets_last_change_timestamp_seconds",
    type: "gauge",
    unit: "seconds",
    help: "Wall clock when the list of targets last changed, in seconds since 1970.",
    labelNames: [],
  },
  targetsWriteSuccessful: {
    name: "sensor_exporter_targets_last_write_successful",
    type: "gauge",
    help: "Whether the latest attempt to write the file of targets succeeded: 1 or 0.",
    labelNames: [],
  },
} as const satisfies Readonly<Record<string, HealthFamily>>;
