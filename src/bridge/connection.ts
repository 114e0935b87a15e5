import { expirySeconds } from "../certificate-expiry.ts";
import type { Clock } from "../clock.ts";
import type { MqttBrokerConfig } from "../config/bridge-config.ts";
import type { Log } from "../log.ts";
import { announcementOf } from "./announcement.ts";
import { countOne } from "./broker-health.ts";
import type { BrokerSession } from "./broker-session.ts";

/** Where a session's messages come from. */
export interface Source {
  readonly at: string;
  /** Subscribes what the session wants by now, if that has changed. */
  readonly refresh: () => void;
  readonly close: () => Promise<void>;
}

/** Connects a session to a broker elsewhere. The client is loaded only now. */
export const connectSession = async ({
  config,
  clock,
  log,
  random,
  servedAt,
  broker: { session, counts, intake },
}: {
  readonly config: MqttBrokerConfig;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  readonly servedAt: string | undefined;
  readonly broker: BrokerSession;
}): Promise<Source> => {
  const { startMqttClient } = await import("./client.ts");
  const client = await startMqttClient({
    config: {
      ...config.connection,
      announcement: announcementOf(config.announce, servedAt),
    },
    clock,
    log,
    random,
    onMessage: intake.offer,
    onDropped: (reason) => countOne(counts.dropped, reason),
    onState: ({ isConnected, problem }) => {
      counts.isConnected = isConnected;
      if (isConnected && problem !== undefined) countOne(counts.failures, problem.code);
    },
    onCertificate: (certificate) => {
      const name = `mqtt ${config.connection.name}`;
      counts.certificate = { name, expirySeconds: expirySeconds(certificate) };
    },
    onFailure: ({ code }) => countOne(counts.failures, code),
  });
  const refresh = () => {
    const { wanted, isChanged } = session.subscriptions();
    if (isChanged) client.subscribe(wanted);
  };
  refresh();
  return { at: config.connection.url, refresh, close: client.close };
};
