import type { Clock } from "../../clock.ts";
import { messageOf } from "../../errors.ts";
import type { Close } from "../../lifecycle.ts";
import { backOffMs } from "./back-off.ts";
import { type OpenLink, runConnection } from "./connection.ts";
import { createDelivery, type DeliveryOptions, type Receiver } from "./delivery.ts";
import type { Grant, Link, PublishOptions, Subscription } from "./link.ts";
import { presenceOf } from "./presence.ts";
import { MqttFault, mqttProblem } from "./problem.ts";
import { createRepetitions } from "./repetitions.ts";
import { createReports, type ReportOptions } from "./reports.ts";
import { createSubscriptions } from "./subscriptions.ts";

/** A connection to a broker that is kept up. */
export interface MqttClient {
  /** The filters that are wanted from now on; the difference is subscribed or unsubscribed. */
  readonly subscribe: (wanted: readonly Subscription[]) => void;
  /** Resolves when sent, with QoS 1 and 2 when acknowledged; rejects where there is no connection. */
  readonly publish: (topic: string, payload: Uint8Array, options: PublishOptions) => Promise<void>;
  readonly isConnected: () => boolean;
  /** Says that it goes, and DISCONNECT if connected, and ends within two seconds. */
  readonly close: Close;
}

/** What a client needs, and who hears of what comes of it. */
export interface MqttClientOptions extends Receiver, ReportOptions {
  /** From 0 up to but not including 1. */
  readonly random: () => number;
  /** Told of the client certificate, PEM, that each attempt to connect uses. */
  readonly onCertificate?: (certificate: string) => void;
}

/** A connection that lasted so long was a good one: the next failure is a new one. */
const steadyMs = 30_000;
const retryRefusedMs = 300_000;
const leaveDeadlineMs = 1000;
const endDeadlineMs = 1000;

const within = async (
  clock: Clock,
  milliseconds: number,
  promise: Promise<unknown>,
): Promise<void> => {
  const enough = new AbortController();
  const late = clock.sleep(milliseconds, enough.signal).catch(() => {});
  await Promise.race([promise.catch(() => {}), late]);
  enough.abort();
  await late;
};

/** Keeps a connection up until it is closed; `isCut` tells a publication whose payload was too large. */
export const superviseConnection = (
  options: MqttClientOptions & DeliveryOptions & { readonly openLink: OpenLink },
): MqttClient => {
  const { config, clock, log, random, openLink } = options;
  const presence = presenceOf(config);
  const stop = new AbortController();
  const reports = createReports(options);
  const repetitions = createRepetitions();
  const subscriptions = createSubscriptions({
    onRefused: reports.subscriptionRefused,
    onChange: () => reports.subscriptionsChanged(subscriptions.problem()),
  });
  const delivery = createDelivery(options, repetitions);
  let link: Link | undefined;

  /** For promises that nobody waits for; each fails only where the link does, which says so itself. */
  const inBackground = (promise: Promise<unknown>): void => {
    promise.catch((error: unknown) => log.debug("mqtt_unsent", { error: messageOf(error) }));
  };

  const sayPresence = async (to: Link, word: "here" | "gone"): Promise<void> => {
    if (presence === undefined) return;
    await to.publish(presence.topic, presence[word], { retain: true, qos: 1 });
  };

  const welcome = (connected: Link, grant: Grant): void => {
    link = connected;
    repetitions.forgetCopies();
    if (!grant.isSessionPresent) repetitions.forgetDeliveries();
    inBackground(sayPresence(connected, "here"));
    inBackground(subscriptions.attach(connected, grant));
    reports.connected(subscriptions.problem());
  };

  const connectOnce = async (): Promise<number> => {
    const { problem, lastedMs } = await runConnection({
      config,
      clock,
      openLink,
      stop: stop.signal,
      onMaterial: ({ certificate }) => {
        if (certificate !== undefined) options.onCertificate?.(certificate);
      },
      onConnected: (connected, grant) => reports.guard(() => welcome(connected, grant)),
      onPublication: (publication) => reports.guard(() => delivery(publication)),
    });
    link = undefined;
    subscriptions.detach();
    if (!stop.signal.aborted) reports.guard(() => reports.failed(problem));
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
      if (link !== undefined) await within(clock, leaveDeadlineMs, sayPresence(link, "gone"));
      link?.end();
      await within(clock, endDeadlineMs, connecting);
      link?.destroy(mqttProblem("timeout", "The broker did not take leave."));
      await connecting;
      await retrying;
    },
  };
};
