import { type MqttClient, startMqttClient } from "../../bridge/client.ts";
import type { Message } from "../../bridge/message.ts";
import type { MqttConnectionConfig } from "../../config/mqtt-config.ts";
import { StartError } from "../../errors.ts";
import { createLog } from "../../log.ts";
import type { System } from "../system.ts";

/** A login that is given on the command line. */
export interface LoginOptions {
  readonly username?: string;
  readonly "password.file"?: string;
}

/** A connection beside that of the running exporter. */
export interface Guest {
  readonly client: MqttClient;
  /** Resolves once connected; rejects with a StartError if that takes too long, or when asked to stop. */
  readonly connected: Promise<void>;
}

const connectDeadlineMs = 15_000;

/**
 * The connection of the configuration for somebody else than the exporter: it must neither take over the exporter's
 * session nor say on its status topic that it has gone.
 */
export const asGuest = (
  connection: MqttConnectionConfig,
  purpose: string,
  login: LoginOptions,
): MqttConnectionConfig => ({
  ...connection,
  clientId: connection.clientId === undefined ? undefined : `${connection.clientId}-${purpose}`,
  sessionExpiryMs: undefined,
  statusTopic: undefined,
  ...(login.username === undefined ? {} : { username: login.username }),
  ...(login["password.file"] === undefined ? {} : { password: { file: login["password.file"] } }),
});

/** Connects to a broker beside the running exporter, and says on standard error what is in the way. */
export const connectAsGuest = async ({
  system,
  connection,
  purpose,
  login = {},
  onMessage = () => {},
  onDropped = () => {},
}: {
  readonly system: System;
  readonly connection: MqttConnectionConfig;
  /** What the client id ends with. */
  readonly purpose: string;
  readonly login?: LoginOptions;
  readonly onMessage?: (message: Message) => void;
  readonly onDropped?: () => void;
}): Promise<Guest> => {
  const { clock, complain, stop } = system;
  const arrived = new AbortController();
  const client = await startMqttClient({
    config: asGuest(connection, purpose, login),
    clock,
    log: createLog({ level: "warn", format: "logfmt", write: complain, wallMs: clock.wallMs }),
    random: Math.random,
    onMessage,
    onDropped,
    onState: ({ isConnected }) => {
      if (isConnected) arrived.abort();
    },
  });
  const wait = async (): Promise<void> => {
    const either = AbortSignal.any([arrived.signal, stop]);
    await clock.sleep(connectDeadlineMs, either).catch(() => {});
    if (arrived.signal.aborted) return;
    const why = stop.aborted ? "stopped before it was connected" : "cannot connect";
    throw new StartError(`${why} to the broker ${connection.name} at ${connection.url}`);
  };
  return { client, connected: wait() };
};
