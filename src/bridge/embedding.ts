import type { Clock } from "../clock.ts";
import type { EmbeddedBrokerConfig } from "../config/bridge-config.ts";
import { health } from "../health.ts";
import type { Close } from "../lifecycle.ts";
import type { Log } from "../log.ts";
import type { Series, Store } from "../store.ts";
import { announcementOf } from "./announcement.ts";
import type { Broker } from "./broker.ts";
import type { BrokerSession } from "./broker-session.ts";
import type { Source } from "./connection.ts";

/** Starts the embedded broker and has a session see all that is published there. The broker is loaded only now. */
export const embedSession = async ({
  config,
  clock,
  log,
  store,
  inhabit,
  servedAt,
  broker: { intake, counts },
}: {
  readonly config: EmbeddedBrokerConfig;
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Store;
  readonly inhabit: ((publish: Broker["publish"]) => Promise<Close>) | undefined;
  readonly servedAt: string | undefined;
  readonly broker: BrokerSession;
}): Promise<Source> => {
  const { startBroker } = await import("./broker.ts");
  const clients = store.open(health.brokerClients, {});
  clients?.hold(0);
  const refused = new Map<string, Series | undefined>();
  const embedded = await startBroker({
    config,
    clock,
    log,
    counts: {
      clients: (count) => clients?.hold(count),
      refused: (reason) => {
        if (!refused.has(reason)) refused.set(reason, store.open(health.brokerRefused, { reason }));
        refused.get(reason)?.add(1);
      },
    },
  });
  counts.isConnected = true;
  counts.certificate = { name: "broker", expirySeconds: embedded.certificateExpirySeconds };
  const announcement = announcementOf(config.announce, servedAt);
  if (announcement !== undefined) {
    const { topic, payload } = announcement;
    await embedded.publish(topic, new TextEncoder().encode(payload), { retain: true });
  }
  const unsubscribe = embedded.subscribe(intake.offer);
  const sendHome = await inhabit?.(embedded.publish);
  return {
    at: embedded.urls.join(" "),
    refresh: () => {},
    close: async () => {
      counts.isConnected = false;
      unsubscribe();
      await sendHome?.();
      await embedded.close();
      for (const series of [clients, ...refused.values()]) series?.close();
    },
  };
};
