import { type HealthFamily, health } from "../health.ts";
import type { Labels } from "../reading.ts";
import type { Series, Store } from "../store.ts";
import type { Devices } from "./devices.ts";
import type { Session } from "./session.ts";

/** Why a message was not looked at. */
type DropReason = "overload" | "too-large" | "duplicate" | "topics" | "defect";

/** What is known of a broker's connection. */
export interface BrokerCounts {
  isConnected: boolean;
  /** Shown to the broker, or by the embedded one; the end is in seconds since 1970. */
  certificate?: { readonly name: string; readonly expirySeconds: number | undefined } | undefined;
  readonly dropped: Map<DropReason, number>;
  readonly failures: Map<string, number>;
}

/** Adds one. */
export const countOne = <Key>(counts: Map<Key, number>, key: Key): void => {
  counts.set(key, (counts.get(key) ?? 0) + 1);
};

/** The metrics of one broker, brought up to date before each scrape: a message only counts in plain numbers. */
export const openBrokerHealth = (
  store: Store,
  broker: string,
  counts: BrokerCounts,
  session: Session,
  devices: Devices,
): { readonly collect: () => void; readonly close: () => void } => {
  const opened = new Map<string, Series | undefined>();
  const showWith = (labels: Labels, family: HealthFamily, value: number) => {
    const key = JSON.stringify([family.name, labels]);
    if (!opened.has(key)) opened.set(key, store.open(family, labels));
    opened.get(key)?.hold(value);
  };
  const show = (family: HealthFamily, value: number, labels: Labels = {}) =>
    showWith({ broker, ...labels }, family, value);

  const showCertificate = ({ certificate }: BrokerCounts) => {
    if (certificate?.expirySeconds === undefined) return;
    const { name, expirySeconds } = certificate;
    showWith({ certificate: name }, health.certificateExpiry, expirySeconds);
  };

  const collect = () => {
    showCertificate(counts);
    show(health.mqttConnected, counts.isConnected ? 1 : 0);
    show(health.mqttUnmatched, session.unmatched());
    show(health.mqttTopics, session.topics());
    show(health.mqttDevices, devices.count(broker));
    show(health.mqttDevicesRefused, devices.refused(broker));
    counts.dropped.set("topics", session.topicsRefused());
    for (const [reason, count] of counts.dropped) show(health.mqttDropped, count, { reason });
    for (const [reason, count] of counts.failures) {
      show(health.mqttConnectionFailures, count, { reason });
    }
    for (const { rule, messages, budget, seriesRefused, refusals } of session.tallies) {
      show(health.mqttMessages, messages, { rule });
      show(health.mqttSeries, budget.used(), { rule });
      show(health.mqttSeriesRefused, seriesRefused, { rule });
      for (const [reason, count] of refusals) show(health.mqttRefused, count, { rule, reason });
    }
  };
  return {
    collect,
    close: () => {
      for (const series of opened.values()) series?.close();
      opened.clear();
    },
  };
};
