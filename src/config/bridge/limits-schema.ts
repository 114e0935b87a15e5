import { z } from "zod";
import type { MqttLimits } from "../bridge-config.ts";
import { measure } from "../fields.ts";
import { amount } from "./common-schema.ts";

const usual = {
  series: 5000,
  devices: 1000,
  topics: 100_000,
  messagesPerSecond: 20_000,
  queue: 10_000,
} as const;

/** Keys of the caps on what one broker can fill. */
export const bridgeLimits = {
  series: amount(usual.series, "Series at most; those beyond are dropped and counted."),
  devices: amount(usual.devices, "Devices at most; those beyond get no series."),
  topics: amount(usual.topics, "Topics at most that are looked at."),
  messages_per_second: amount(
    usual.messagesPerSecond,
    "Messages a second that are looked at; of more, the oldest of a topic are dropped.",
  ),
  queue: amount(usual.queue, "Messages that may wait."),
};

/** A number of bytes, up to the 256 MB that MQTT can carry. */
export const payloadSize = measure("data_size", { minimum: "64B", maximum: "256MB" })
  .prefault("256KiB")
  .meta({ title: "size, such as `256KiB`" });

const limitsShape = z.strictObject(bridgeLimits);

/** The caps as the bridge wants them. */
export const limitsConfig = ({
  series,
  devices,
  topics,
  messages_per_second: messagesPerSecond,
  queue,
}: z.output<typeof limitsShape>): MqttLimits => ({
  series,
  devices,
  topics,
  messagesPerSecond,
  queue,
});
