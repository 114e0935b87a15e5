import type { HealthFamily } from "../health.ts";

/** What the exporter says about brokers, the embedded one included. */
export const mqttHealth = {
  mqttConnected: {
    name: "sensor_exporter_mqtt_connected",
    type: "gauge",
    help: "Whether the broker is connected: 1 or 0; of the embedded broker always 1.",
    labelNames: ["broker"],
  },
  mqttConnectionFailures: {
    name: "sensor_exporter_mqtt_connection_failures_total",
    type: "counter",
    help: "Connections to the broker that failed or ended, and subscriptions it refused, by reason.",
    labelNames: ["broker", "reason"],
  },
  mqttMessages: {
    name: "sensor_exporter_mqtt_messages_total",
    type: "counter",
    help: "Messages that a rule of the configuration or a dialect has taken.",
    labelNames: ["broker", "rule"],
  },
  mqttUnmatched: {
    name: "sensor_exporter_mqtt_messages_unmatched_total",
    type: "counter",
    help: "Messages that neither a rule nor a dialect knew; `explain --unmatched` shows some.",
    labelNames: ["broker"],
  },
  mqttDropped: {
    name: "sensor_exporter_mqtt_messages_dropped_total",
    type: "counter",
    help: "Messages that were not looked at: overload, too-large, duplicate, topics (limits.topics), defect.",
    labelNames: ["broker", "reason"],
  },
  mqttRefused: {
    name: "sensor_exporter_mqtt_readings_refused_total",
    type: "counter",
    help: "Values of messages that did not become readings, by rule and reason.",
    labelNames: ["broker", "rule", "reason"],
  },
  mqttSeries: {
    name: "sensor_exporter_mqtt_series",
    type: "gauge",
    help: "Series of readings that came from the broker, by rule.",
    labelNames: ["broker", "rule"],
  },
  mqttSeriesRefused: {
    name: "sensor_exporter_mqtt_series_refused_total",
    type: "counter",
    help: "Attempts to open a series above a limit of the rule or the broker.",
    labelNames: ["broker", "rule"],
  },
  mqttTopics: {
    name: "sensor_exporter_mqtt_topics",
    type: "gauge",
    help: "Topics of the broker that a rule or a dialect follows.",
    labelNames: ["broker"],
  },
  mqttDevices: {
    name: "sensor_exporter_mqtt_devices",
    type: "gauge",
    help: "Devices that publish on the broker.",
    labelNames: ["broker"],
  },
  mqttDevicesRefused: {
    name: "sensor_exporter_mqtt_devices_refused_total",
    type: "counter",
    help: "Devices above limits.devices, which have no series.",
    labelNames: ["broker"],
  },
  brokerClients: {
    name: "sensor_exporter_broker_clients",
    type: "gauge",
    help: "Clients connected to the embedded broker.",
    labelNames: [],
  },
  brokerRefused: {
    name: "sensor_exporter_broker_refused_total",
    type: "counter",
    help: "Connections, publications and subscriptions that the embedded broker has refused, by reason.",
    labelNames: ["reason"],
  },
} as const satisfies Readonly<Record<string, HealthFamily>>;
