import type { EmbeddedBrokerConfig, MqttBrokerConfig } from "../config/bridge-config.ts";
import type { Config } from "../config/config.ts";
import type { BrokerSessionConfig } from "./broker-session.ts";

/** A broker of the configuration, of either kind. */
export type ConfiguredBroker = { readonly about: BrokerSessionConfig } & (
  | { readonly kind: "remote"; readonly config: MqttBrokerConfig }
  | { readonly kind: "embedded"; readonly config: EmbeddedBrokerConfig }
);

const embeddedOf = (config: EmbeddedBrokerConfig): ConfiguredBroker => {
  const { name, discover, rules, bridgeLimits: limits } = config;
  return { kind: "embedded", config, about: { name, discover, rules, limits } };
};

const remoteOf = (config: MqttBrokerConfig): ConfiguredBroker => {
  const { connection, discover, rules, limits } = config;
  return { kind: "remote", config, about: { name: connection.name, discover, rules, limits } };
};

/** All brokers of a configuration. */
export const brokersOf = ({ mqtt, broker }: Config): readonly ConfiguredBroker[] => [
  ...(broker === undefined ? [] : [embeddedOf(broker)]),
  ...mqtt.map(remoteOf),
];
