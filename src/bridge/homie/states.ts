import type { Presence } from "../gate.ts";

/**
 * What `$state` says of a device. While it initializes it has not yet said all it has to say, and what it said before
 * is over; what it says meanwhile waits until it is ready.
 */
export const stateWords: Readonly<Record<string, Presence>> = {
  ready: "online",
  alert: "online",
  sleeping: "online",
  init: "offline",
  disconnected: "offline",
  lost: "offline",
};

/** What the state of a root says of its children: only a lost connection is theirs too (convention 5.0, device lifecycle). */
export const rootWords: Readonly<Record<string, Presence>> = {
  ready: "online",
  alert: "online",
  sleeping: "online",
  init: "online",
  disconnected: "online",
  lost: "offline",
};
