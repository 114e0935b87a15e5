import type { MqttConnectionConfig } from "../../config/mqtt-config.ts";

/** A retained message while the client is connected, and what takes its place once it has gone. */
export interface Presence {
  readonly topic: string;
  readonly here: Uint8Array;
  readonly gone: Uint8Array;
}

const encoder = new TextEncoder();

const presence = (topic: string, here: string, gone: string): Presence => ({
  topic,
  here: encoder.encode(here),
  gone: encoder.encode(gone),
});

/** What the broker is to keep of a client. A connection has one last will (MQTT 3.1.1, section 3.1.2.5). */
export const presenceOf = ({
  statusTopic,
  announcement,
}: Pick<MqttConnectionConfig, "statusTopic" | "announcement">): Presence | undefined => {
  if (statusTopic !== undefined) return presence(statusTopic, "online", "offline");
  if (announcement === undefined) return undefined;
  // Section 3.3.1.3: an empty payload removes what was retained.
  return presence(announcement.topic, announcement.payload, "");
};
