/** What is known of whether something is there. */
export type Presence = "unknown" | "online" | "offline";

/** Lets readings through while their source says it is there. */
export interface Gate {
  readonly presence: () => Presence;
  readonly isOpen: () => boolean;
  readonly set: (presence: Presence) => void;
  /** Told whenever its presence, or whether it is open, may have changed; returns how to be told no longer. */
  readonly watch: (listener: () => void) => () => void;
  /** Watches its parents no longer. */
  readonly close: () => void;
}

/** A gate that is open while it and all its parents are; `isOpenUnknown` decides until the first word. */
export const createGate = ({
  parents = [],
  isOpenUnknown = true,
}: {
  readonly parents?: readonly Gate[];
  readonly isOpenUnknown?: boolean;
} = {}): Gate => {
  // Most gates are watched by nobody, or by one device.
  let listeners: Set<() => void> | undefined;
  let presence: Presence = "unknown";
  const tell = () => {
    for (const listener of [...(listeners ?? [])]) listener();
  };
  const stopWatching = parents.map((parent) => parent.watch(tell));
  const isOpenItself = () => presence === "online" || (presence === "unknown" && isOpenUnknown);
  return {
    // What lies behind something that is offline cannot be known to be online.
    presence: () =>
      parents.some((parent) => parent.presence() === "offline") ? "offline" : presence,
    isOpen: () => isOpenItself() && parents.every((parent) => parent.isOpen()),
    set: (next) => {
      if (next === presence) return;
      presence = next;
      tell();
    },
    watch: (listener) => {
      const watching = listeners ?? new Set();
      listeners = watching.add(listener);
      return () => watching.delete(listener);
    },
    close: () => {
      for (const stop of stopWatching) stop();
    },
  };
};
