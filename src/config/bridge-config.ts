import type { Labels } from "../reading.ts";

/** Which devices of a dialect become sensors, and how. */
export interface DiscoverConfig {
  /** Name of the dialect. */
  readonly dialect: string;
  /** Where its topics begin; the dialect's own if left out. */
  readonly prefixes?: readonly string[] | undefined;
  readonly labels: Labels;
  /** Time until a reading ends; what the device or the dialect says if left out. */
  readonly expiresMs?: number | undefined;
  /** Names, with `*`, of the devices that are wanted; all if empty. */
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  /** Names of sensors by those that the devices give themselves. */
  readonly rename: Readonly<Record<string, string>>;
  /** Names, with `*`, of devices that are offline between their reports. */
  readonly sleeping: readonly string[];
  readonly maximumSeries: number;
}

/** Caps on what one broker can fill. */
export interface MqttLimits {
  readonly series: number;
  readonly devices: number;
  readonly topics: number;
  /** Messages a second that are looked at; more are dropped, the oldest of a topic first. */
  readonly messagesPerSecond: number;
  /** Messages that wait. */
  readonly queue: number;
}
