import type { HealthFamily } from "../health.ts";
import type { Labels } from "../reading.ts";
import type { Series, Store } from "../store.ts";
import type { Gate, Presence } from "./gate.ts";

/** What is known of several parts together: one that is there is enough. */
export const presenceOf = (gates: Iterable<Gate>): Presence => {
  let presence: Presence = "unknown";
  for (const gate of gates) {
    const each = gate.presence();
    if (each === "online") return "online";
    if (each === "offline") presence = "offline";
  }
  return presence;
};

/** The health metrics of a device, opened once there is something to say. */
export const createVitalSigns = (store: Store, labels: () => Labels) => {
  const opened = new Map<HealthFamily, Series | undefined>();
  const hold = (family: HealthFamily, value: number, more: Labels = {}) => {
    if (!opened.has(family)) opened.set(family, store.open(family, { ...more, ...labels() }));
    opened.get(family)?.hold(value);
  };
  const close = (family: HealthFamily) => {
    opened.get(family)?.close();
    opened.delete(family);
  };
  return {
    hold,
    close,
    closeAll: () => {
      for (const family of [...opened.keys()]) close(family);
    },
  };
};
