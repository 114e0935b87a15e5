import { setTimeout as sleep } from "node:timers/promises";
import { afterEach } from "vitest";
import { type MqttClient, type MqttState, startMqttClient } from "../../src/bridge/client.ts";
import type { Message } from "../../src/bridge/message.ts";
import { type Clock, systemClock } from "../../src/clock.ts";
import type { MqttConnectionConfig } from "../../src/config/mqtt-config.ts";
import { createLog } from "../../src/log.ts";

/** A message in words. */
interface Heard {
  readonly topic: string;
  readonly text: string;
  readonly bytes: number;
  readonly isRetained: boolean;
  readonly qos: number;
}

/** A client and all that it has said. */
export interface ClientRig {
  readonly client: MqttClient;
  readonly heard: readonly Heard[];
  readonly dropped: readonly string[];
  readonly states: readonly MqttState[];
  /** Codes of all attempts that failed and connections that ended. */
  readonly failures: readonly string[];
  readonly lines: readonly string[];
  /** Waits until something is true, and says what was there if it never is. */
  readonly until: (isTrue: () => boolean, what?: string) => Promise<void>;
  readonly connected: () => Promise<void>;
  /** Waits for a problem of that code. */
  readonly problem: (code: string) => Promise<NonNullable<MqttState["problem"]>>;
}

const opened: MqttClient[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((client) => client.close()));
});

/** A plain connection to a URL. */
const connectionTo = (
  url: string,
  changes: Partial<MqttConnectionConfig> = {},
): MqttConnectionConfig => ({
  name: "house",
  url,
  protocolVersion: "5",
  keepAliveMs: 60_000,
  tls: { minimumVersion: "TLSv1.2" },
  maximumPayloadBytes: 256 * 1024,
  ...changes,
});

/** Starts a client, closed after the test. */
export const startClient = async (
  url: string,
  changes: Partial<MqttConnectionConfig> = {},
  {
    clock = systemClock,
    random = () => Math.random() * 0.1,
    onMessage,
  }: {
    readonly clock?: Clock;
    readonly random?: () => number;
    readonly onMessage?: (message: Message) => void;
  } = {},
): Promise<ClientRig> => {
  const heard: Heard[] = [];
  const dropped: string[] = [];
  const states: MqttState[] = [];
  const failures: string[] = [];
  const lines: string[] = [];
  const client = await startMqttClient({
    config: connectionTo(url, changes),
    clock,
    random,
    log: createLog({
      level: "info",
      format: "logfmt",
      write: (line) => lines.push(line.trimEnd()),
      wallMs: systemClock.wallMs,
    }),
    onMessage: (message, { qos }) => {
      const { topic, payload, isRetained } = message;
      const text = payload.length > 100 ? "…" : new TextDecoder().decode(payload);
      heard.push({ topic, text, bytes: payload.length, isRetained, qos });
      onMessage?.(message);
    },
    onDropped: (reason) => dropped.push(reason),
    onState: (state) => states.push(state),
    onFailure: ({ code }) => failures.push(code),
  });
  opened.push(client);

  const until = async (isTrue: () => boolean, what = String(isTrue)): Promise<void> => {
    for (let waitedMs = 0; !isTrue(); waitedMs += 10) {
      if (waitedMs > 4000) {
        throw new Error(`never: ${what}\n${JSON.stringify({ heard, dropped, states, lines })}`);
      }
      await sleep(10);
    }
  };
  return {
    client,
    heard,
    dropped,
    states,
    failures,
    lines,
    until,
    connected: () => until(client.isConnected, "connected"),
    problem: async (code) => {
      const find = () => states.findLast(({ problem }) => problem?.code === code)?.problem;
      await until(() => find() !== undefined, code);
      return find() ?? { code: "internal", message: "", remedy: "" };
    },
  };
};
