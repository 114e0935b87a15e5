import type { MqttProblem } from "./problem.ts";

/** One filter that is wanted. */
export interface Subscription {
  readonly filter: string;
  readonly qos: 0 | 1 | 2;
}

/** One PUBLISH as it came over the wire. */
export interface Publication {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: number;
  readonly isRetained: boolean;
  /** Sent before, so the broker says; it may have been lost then. */
  readonly isDuplicate: boolean;
  readonly packetId?: number | undefined;
  readonly subscriptionIdentifiers: readonly number[];
}

/** What the broker grants with its CONNACK. */
export interface Grant {
  readonly isSessionPresent: boolean;
  readonly hasSubscriptionIdentifiers: boolean;
  /** Zero without. */
  readonly keepAliveMs: number;
}

/** What happens on a link; `onEnded` comes once and last. */
export interface LinkEvents {
  readonly onConnected: (grant: Grant) => void;
  readonly onPublication: (publication: Publication) => void;
  readonly onTraffic: () => void;
  readonly onEnded: (problem: MqttProblem) => void;
}

/** How a publication is sent. */
export interface PublishOptions {
  readonly retain: boolean;
  readonly qos: 0 | 1 | 2;
}

/** One network connection to a broker, from CONNECT to its end. */
export interface Link {
  /** Resolves when sent, with QoS 1 and 2 when acknowledged. */
  readonly publish: (topic: string, payload: Uint8Array, options: PublishOptions) => Promise<void>;
  /** The broker's reason code for each; 128 and above are refusals. */
  readonly subscribe: (
    filters: readonly string[],
    options: { readonly qos: 0 | 1 | 2; readonly identifier: number | undefined },
  ) => Promise<readonly number[]>;
  readonly unsubscribe: (filters: readonly string[]) => Promise<void>;
  readonly ping: () => void;
  /** Says DISCONNECT, so that the broker keeps the will to itself, and closes. */
  readonly end: () => void;
  readonly destroy: (problem: MqttProblem) => void;
}
