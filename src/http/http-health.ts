import { health } from "../health.ts";
import type { Series, Store } from "../store.ts";
import { type RefusalReason, refusalReasons } from "./refusal.ts";
import type { WebAccess } from "./web-access.ts";

/** Counts in metrics what the server turns away, and shows when its certificate ends. */
export const openHttpHealth = (
  store: Store,
  access: Pick<WebAccess, "certificateExpirySeconds"> | undefined,
): {
  readonly observeDrop: () => void;
  readonly observeRefusal: (reason: RefusalReason) => void;
} => {
  const dropped = store.open(health.connectionsDropped, {});
  dropped?.hold(0);
  const refused = new Map<RefusalReason, Series | undefined>();
  for (const reason of refusalReasons) {
    const series = store.open(health.httpRefused, { reason });
    series?.hold(0);
    refused.set(reason, series);
  }
  if (access?.certificateExpirySeconds() !== undefined) {
    const expiry = store.open(health.certificateExpiry, { certificate: "web" });
    store.beforeReading(() => {
      const seconds = access.certificateExpirySeconds();
      if (seconds !== undefined) expiry?.hold(seconds);
    });
  }
  return {
    observeDrop: () => dropped?.add(1),
    observeRefusal: (reason) => refused.get(reason)?.add(1),
  };
};
