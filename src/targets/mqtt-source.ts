import { startMqttClient } from "../bridge/client.ts";
import type { MqttConnectionConfig } from "../config/mqtt-config.ts";
import { maximumAnnouncementBytes, parseAnnouncement } from "./presence.ts";
import type { SourceOptions } from "./source.ts";

/** A broker has told all that it keeps once it has been silent for so long. */
const quietMs = 1000;
/** Or, however much is published, after this. */
const longestTellingMs = 15_000;
// Exporters come back to a broker that was away after a minute at most, see docs/mqtt.md.
const returnMs = 180_000;

/** Announcements that a broker has not repeated since it was connected last. */
const createUnheard = (keys: () => readonly string[]) => {
  let unheard = new Set<string>();
  return {
    begin: () => {
      unheard = new Set(keys());
    },
    hear: (topic: string) => unheard.delete(topic),
    rest: () => [...unheard],
  };
};

/** Follows the announcements on a broker until the signal aborts. */
export const followBroker = async ({
  connection,
  topic: filter,
  targets,
  clock,
  log,
  signal,
  random,
}: SourceOptions & {
  readonly connection: MqttConnectionConfig;
  /** Filter of the topics that announcements have. */
  readonly topic: string;
  readonly random: () => number;
}): Promise<void> => {
  const unheard = createUnheard(targets.keys);
  let connectedMs: number | undefined;
  let heardMs = 0;

  const client = await startMqttClient({
    config: { ...connection, maximumPayloadBytes: maximumAnnouncementBytes },
    clock,
    log,
    random,
    onMessage: ({ topic, payload }) => {
      heardMs = clock.nowMs();
      unheard.hear(topic);
      if (payload.length === 0) targets.withdraw(topic);
      else targets.offer(topic, parseAnnouncement(payload));
    },
    onDropped: (reason) => {
      if (reason === "too-large") targets.offer("", undefined);
    },
    onState: ({ isConnected, problem }) => {
      targets.report(isConnected && problem === undefined);
      if (isConnected && connectedMs === undefined) unheard.begin();
      connectedMs = isConnected ? (connectedMs ?? clock.nowMs()) : undefined;
    },
  });
  // Not QoS 1: Mosquitto queues 1000 messages for a client and drops the rest of what it keeps, silently.
  const subscribe = (): void => client.subscribe([{ filter, qos: 0 }]);
  const attend = (sinceMs: number): void => {
    const nowMs = clock.nowMs();
    const isQuiet = nowMs - Math.max(heardMs, sinceMs) >= quietMs;
    if (isQuiet || nowMs - sinceMs >= longestTellingMs) targets.settle();
    if (nowMs - sinceMs >= returnMs) for (const key of unheard.rest()) targets.withdraw(key);
    if (!targets.canHoldMore()) return;
    // The broker tells all that it keeps with each subscription.
    client.subscribe([]);
    subscribe();
  };
  subscribe();
  while (!signal.aborted) {
    await clock.sleep(quietMs, signal).catch(() => {});
    if (connectedMs !== undefined) attend(connectedMs);
  }
  await client.close();
};
