import type { Clock } from "../clock.ts";
import type { Device } from "./device.ts";
import type { DeviceIdentity } from "./identity.ts";
import type { TopicPlan } from "./plan.ts";
import type { Levels } from "./topic.ts";

/** A topic that a dialect is asked about. */
export interface RoutedTopic {
  readonly topic: string;
  /** All its levels. */
  readonly levels: Levels;
  /** The levels below one of the dialect's prefixes; undefined if it is below none. */
  readonly below: Levels | undefined;
  /** The levels that stand for that prefix, joined. */
  readonly prefix: string | undefined;
}

/** What a dialect works with. */
export interface DialectContext {
  readonly broker: string;
  readonly clock: Pick<Clock, "nowMs">;
  /** Where its topics begin; levels may be `+`. */
  readonly prefixes: readonly string[];
  /**
   * The device of that identity, made if it is new. Ask anew in every `route` and `take` instead of keeping it: one
   * without readings is forgotten. The user's labels are added.
   */
  readonly device: (identity: DeviceIdentity) => Device;
  /** The device of that identifier was removed for good. Re-route its topics first. */
  readonly removeDevice: (id: string) => void;
  /** Also wants topics outside its own subscriptions; a filter is given up by its key. */
  readonly subscribe: (key: string, filters: readonly string[]) => void;
  /**
   * Topics of that filter are to be routed anew, since something about them has changed; call it after your own state
   * has. What they told ends at once; or with the topic's next message if it is only `refined`: better known units,
   * say, of the same device. Messages that came too early are then looked at again.
   */
  readonly reroute: (filter: string, how?: "refined") => void;
  /**
   * True for a device that sleeps between its reports, by its name or the user's word: that it is offline does not mean
   * that its readings are over.
   */
  readonly sleeps: (name: string) => boolean;
  /** Says once that something was announced that cannot be done, and counts it. */
  readonly unsupported: (what: string, why: string) => void;
}

/** A dialect at work on one broker. */
interface DialectRouter {
  /**
   * What to do with the messages of a topic, asked once for each topic; undefined if it is somebody else's. Called
   * again after `reroute`.
   */
  readonly route: (topic: RoutedTopic) => readonly TopicPlan[] | undefined;
}

/** How one family of devices publishes: what it is called in the configuration is the name of its file. */
export interface Dialect {
  /** Devices or firmware, for the documentation. */
  readonly title: string;
  /** Where its topics and payloads are described. */
  readonly source: string;
  /** Where its topics begin unless the user says otherwise; empty if it has no fixed beginning. */
  readonly prefixes: readonly string[];
  /** What to subscribe for these prefixes. */
  readonly subscriptions: (prefixes: readonly string[]) => readonly string[];
  /** True if it only looks at topics of which no other dialect and no rule knows anything. */
  readonly isLastResort?: boolean;
  /** Time until a reading ends, where neither the device nor the user says anything. */
  readonly expiresMs: number;
  readonly start: (context: DialectContext) => DialectRouter;
}

/** A dialect, checked where it is written. */
export const defineDialect = (dialect: Dialect): Dialect => dialect;
