import type { Clock } from "../../clock.ts";
import type { MqttConnectionConfig } from "../../config/mqtt-config.ts";
import { messageOf } from "../../errors.ts";
import type { Close } from "../../lifecycle.ts";
import type { Log } from "../../log.ts";
import type { Message } from "../message.ts";
import { backOffMs } from "./back-off.ts";
import { type OpenLink, runConnection } from "./connection.ts";
import type { Grant, Link, Publication, PublishOptions, Subscription } from "./link.ts";
import { MqttFault, mqttProblem } from "./problem.ts";
import { createRepetitions } from "./repetitions.ts";
import { createReports, type MqttState } from "./reports.ts";
import { createSubscriptions } from "./subscriptions.ts";

/** A connection to a broker that is kept up. */
export interface MqttClient {
  /** The filters that are wanted from now on; the difference is subscribed or unsubscribed. */
  readonly subscribe: (wanted: readonly Subscription[]) => void;
  /** Resolves when sent, with QoS 1 and 2 when acknowledged; rejects where there is no connection. */
  readonly publish: (topic: string, payload: Uint8Array, options: PublishOptions) => Promise<void>;
  readonly isConnected: () => boolean;
  /** Says `offline` and DISCONNECT if connected, and ends within two seconds. */
  readonly close: Close;
}

/** What becomes of what the client hears. */
export interface MqttClientOptions {
  readonly config: MqttConnectionConfig;
  readonly clock: Clock;
  readonly log: Log;
  /** From 0 up to but not including 1. */
  readonly random: () => number;
  /** Called for each publication before the next is looked at; the payload is only valid during the call. */
  readonly onMessage: (
    message: Message,
    delivery: { readonly qos: number; readonly isDuplicate: boolean },
  ) => void;
  readonly onDropped: (reason: "too-large" | "duplicate") => void;
  readonly onState: (state: MqttState) => void;
}

/** A connection that lasted so long was a good one: the next failure is a new one. */
const steadyMs = 30_000;
const retryRefusedMs = 300_000;
const offlineDeadlineMs = 1000;
const endDeadlineMs = 1000;

const encoder = new TextEncoder();

/** Keeps a connection up until it is closed; `isCut` tells a publication whose payload was too large. */
export const superviseConnection = (
  options: MqttClientOptions & {
    readonly openLink: OpenLink;
    readonly isCut: (payload: Uint8Array) => boolean;
  },
): MqttClient => {
  const { config, clock, log, random, openLink } = options;
  const stop = new AbortController();
  const reports = createReports(options);
  const repetitions = createRepetitions();
  const subscriptions = createSubscriptions({
    onRefused: reports.subscriptionRefused,
    onChange: () => reports.subscriptionsChanged(subscriptions.problem()),
  });
  let link: Link | undefined;

  // A defect in what is called here must not end the program from within a socket's event.
  const guard = (action: () => void): void => {
    try {
      action();
    } catch (error) {
      reports.defect(messageOf(error));
    }
  };

  /** For promises that nobody waits for; each fails only where the link does, which says so itself. */
  const inBackground = (promise: Promise<unknown>): void => {
    promise.catch((error: unknown) => log.debug("mqtt_unsent", { error: messageOf(error) }));
  };

  const sayStatus = async (to: Link, word: "online" | "offline"): Promise<void> => {
    if (config.statusTopic === undefined) return;
    await to.publish(config.statusTopic, encoder.encode(word), { retain: true, qos: 1 });
  };

  const receive = (publication: Publication): void => {
    const { topic, payload, qos, isRetained, isDuplicate } = publication;
    if (options.isCut(payload)) {
      options.onDropped("too-large");
    } else if (repetitions.isRepetition(publication)) {
      options.onDropped("duplicate");
    } else {
      const message = { topic, payload, isRetained, atMs: clock.nowMs() };
      options.onMessage(message, { qos, isDuplicate });
    }
  };

  const welcome = (connected: Link, grant: Grant): void => {
    link = connected;
    repetitions.forgetCopies();
    if (!grant.isSessionPresent) repetitions.forgetDeliveries();
    reports.connected(subscriptions.problem());
    inBackground(sayStatus(connected, "online"));
    inBackground(subscriptions.attach(connected, grant));
  };

  const connectOnce = async (): Promise<number> => {
    const { problem, lastedMs } = await runConnection({
      config,
      clock,
      openLink,
      stop: stop.signal,
      onConnected: (connected, grant) => guard(() => welcome(connected, grant)),
      onPublication: (publication) => guard(() => receive(publication)),
    });
    link = undefined;
    subscriptions.detach();
    if (!stop.signal.aborted) guard(() => reports.failed(problem));
    return lastedMs;
  };

  const keepConnected = async (): Promise<void> => {
    let failures = 0;
    while (!stop.signal.aborted) {
      failures = (await connectOnce()) >= steadyMs ? 1 : failures + 1;
      await clock.sleep(backOffMs(failures, random), stop.signal).catch(() => {});
    }
  };

  const retryRefused = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      await clock.sleep(retryRefusedMs, stop.signal);
      await subscriptions.retry();
    }
  };

  const within = async (milliseconds: number, promise: Promise<unknown>): Promise<void> => {
    const enough = new AbortController();
    const late = clock.sleep(milliseconds, enough.signal).catch(() => {});
    await Promise.race([promise.catch(() => {}), late]);
    enough.abort();
    await late;
  };

  const connecting = keepConnected();
  const retrying = retryRefused().catch(() => {});

  return {
    subscribe: (wanted) => {
      repetitions.forgetCopies();
      inBackground(subscriptions.want(wanted));
    },
    publish: async (topic, payload, publishOptions) => {
      if (link === undefined) {
        throw new MqttFault(mqttProblem("unreachable", "There is no connection to the broker."));
      }
      await link.publish(topic, payload, publishOptions);
    },
    isConnected: () => link !== undefined,
    close: async () => {
      stop.abort();
      if (link !== undefined) await within(offlineDeadlineMs, sayStatus(link, "offline"));
      link?.end();
      await within(endDeadlineMs, connecting);
      link?.destroy(mqttProblem("timeout", "The broker did not take leave."));
      await connecting;
      await retrying;
    },
  };
};
