import type { Quantity } from "../quantities.ts";
import type { Labels } from "../reading.ts";
import type { BrokerConfig } from "./broker-config.ts";
import type { MqttConnectionConfig } from "./mqtt-config.ts";

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

/** What a value of a rule is: a quantity of the catalogue, or a metric of the user's own. */
export interface OwnMetricConfig {
  /** Full metric name, `_total` on a counter. */
  readonly name: string;
  readonly type: "gauge" | "counter";
  readonly help: string;
  readonly unit?: string | undefined;
}

/** Where a rule finds a label: fixed text, or a path into the payload. */
export type LabelSource = { readonly text: string } | { readonly path: readonly string[] };

/** One reading that a rule takes from its messages. */
export interface ValueConfig {
  readonly quantity: Quantity | OwnMetricConfig;
  /** Keys and indices into the payload, `*` for all; undefined for the payload itself. */
  readonly path?: readonly string[] | undefined;
  /** Label that each `*` of the path fills, in their order. */
  readonly fan: readonly string[];
  readonly unit?: string | undefined;
  readonly scale?: number | undefined;
  readonly offset?: number | undefined;
  /** Text to number. */
  readonly words?: Readonly<Record<string, number>> | undefined;
  /** The texts of a state set: one series each, 1 for the one that holds. */
  readonly states?: readonly string[] | undefined;
  /** Numbers by which the device says that it has no value. */
  readonly absent: readonly number[];
  /** A template expression over `value` and `value_json`, instead of a path. */
  readonly expression?: string | undefined;
  readonly labels: Labels;
  readonly expiresMs?: number | undefined;
}

/** A topic that says whether its sensor is there. */
export interface AvailabilityConfig {
  readonly path?: readonly string[] | undefined;
  readonly online: readonly string[];
  readonly offline: readonly string[];
}

/** How text that is no JSON is split into fields: `a;b;c` by position, `a=1,b=2` by name. */
export interface SeparatorConfig {
  readonly between: string;
  readonly equals?: string | undefined;
}

/** A rule of the user's: topics, and what their messages mean. */
export interface RuleConfig {
  /** Value of the `rule` label. */
  readonly name: string;
  /** Topic with named parts. */
  readonly topic: string;
  readonly qos: 0 | 1 | 2;
  /** Group of a shared subscription. */
  readonly share?: string | undefined;
  /** Name of the sensor, with parts of the topic as `{part}` or `{$.path}` into the payload. */
  readonly sensor: string;
  readonly labels: Readonly<Record<string, LabelSource>>;
  readonly expiresMs: number;
  readonly ignoresRetained: boolean;
  readonly sleeping: boolean;
  readonly separator?: SeparatorConfig | undefined;
  readonly values: readonly ValueConfig[];
  readonly availability?: AvailabilityConfig | undefined;
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  readonly maximumSeries: number;
}

/** What the exporter says of itself on a broker, for Prometheus to find it. */
export interface AnnounceConfig {
  /** Of the metrics; made of the name of the host if left out. */
  readonly url?: string | undefined;
  /** Made of the URL if left out. */
  readonly topic?: string | undefined;
  readonly labels: Labels;
}

/** A broker, and what becomes of its messages. */
export interface MqttBrokerConfig {
  readonly connection: MqttConnectionConfig;
  readonly announce?: AnnounceConfig | undefined;
  readonly discover: readonly DiscoverConfig[];
  readonly rules: readonly RuleConfig[];
  readonly limits: MqttLimits;
}

/** The embedded broker, and what becomes of what is published there. */
export interface EmbeddedBrokerConfig extends BrokerConfig {
  /** Value of the `broker` label. */
  readonly name: string;
  readonly announce?: AnnounceConfig | undefined;
  readonly discover: readonly DiscoverConfig[];
  readonly rules: readonly RuleConfig[];
  /** Of the bridge; `limits` are those of the broker itself. */
  readonly bridgeLimits: MqttLimits;
}
