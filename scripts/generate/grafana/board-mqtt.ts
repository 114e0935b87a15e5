import { perMinute } from "./expressions.ts";
import type { Section } from "./model.ts";
import { graph, timeline } from "./panels.ts";
import { own } from "./selectors.ts";
import { upDown } from "./steps.ts";

/** What comes over MQTT, and what does not. */
export const mqttSection: Section = {
  title: "MQTT",
  isClosed: true,
  panels: [
    timeline({
      title: "Brokers",
      description: "Whether the board is connected to each of its brokers.",
      unit: "none",
      width: 24,
      height: 5,
      query: { expression: own("mqttConnected"), legend: "{{broker}}" },
      ...upDown,
    }),
    graph({
      title: "Messages by rule",
      description: "Messages in a minute that a rule or a dialect has taken.",
      unit: "cpm",
      width: 12,
      minimum: 0,
      queries: [{ expression: perMinute(own("mqttMessages"), "broker, rule"), legend: "{{rule}}" }],
    }),
    graph({
      title: "Messages that nobody knew, and that were dropped",
      description:
        "Messages in a minute that no rule and no dialect took, and those that were not looked at, by reason.",
      unit: "cpm",
      width: 12,
      minimum: 0,
      queries: [
        { expression: perMinute(own("mqttUnmatched"), "broker"), legend: "{{broker}} unmatched" },
        {
          expression: perMinute(own("mqttDropped"), "broker, reason"),
          legend: "{{broker}} {{reason}}",
        },
      ],
    }),
    graph({
      title: "Values refused",
      description:
        "Values of messages in a minute that did not become readings, by rule and reason.",
      unit: "cpm",
      width: 12,
      style: "bars",
      queries: [
        {
          expression: perMinute(own("mqttRefused"), "rule, reason"),
          legend: "{{rule}} {{reason}}",
        },
      ],
    }),
    graph({
      title: "Failed connections",
      description: "Connections to a broker in a minute that failed or ended, by reason.",
      unit: "cpm",
      width: 12,
      style: "bars",
      queries: [
        {
          expression: perMinute(own("mqttConnectionFailures"), "broker, reason"),
          legend: "{{broker}} {{reason}}",
        },
      ],
    }),
    graph({
      title: "Series by rule",
      description: "Series of readings that come from the broker, by rule.",
      unit: "short",
      width: 12,
      minimum: 0,
      queries: [{ expression: own("mqttSeries"), legend: "{{rule}}" }],
    }),
    graph({
      title: "Devices and topics",
      description: "Devices that publish, and topics that are followed.",
      unit: "short",
      width: 12,
      minimum: 0,
      queries: [
        { expression: own("mqttDevices"), legend: "{{broker}} devices" },
        { expression: own("mqttTopics"), legend: "{{broker}} topics" },
      ],
    }),
  ],
};
