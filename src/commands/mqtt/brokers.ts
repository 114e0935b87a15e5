import type { BrokerSessionConfig } from "../../bridge/broker-session.ts";
import { brokersOf, type ConfiguredBroker } from "../../bridge/configured-brokers.ts";
import type { EmbeddedBrokerConfig } from "../../config/bridge-config.ts";
import type { Config } from "../../config/config.ts";
import type { MqttConnectionConfig } from "../../config/mqtt-config.ts";
import { nearestWord } from "../../config/nearest.ts";
import { StartError } from "../../errors.ts";

/** A broker of the configuration: what becomes of its messages, and how it is reached. */
export interface NamedBroker {
  readonly about: BrokerSessionConfig;
  readonly connection: MqttConnectionConfig;
}

const keepAliveMs = 60_000;

/** A plain connection, by the version of MQTT that every broker speaks. */
export const plainConnection = (name: string, url: string): MqttConnectionConfig => ({
  name,
  url,
  protocolVersion: "3.1.1",
  keepAliveMs,
  tls: { minimumVersion: "TLSv1.2" },
  maximumPayloadBytes: 2_097_152,
});

const anyHost: Readonly<Record<string, string>> = { "0.0.0.0": "127.0.0.1", "::": "::1" };

const urlOf = ({ listen, tls }: EmbeddedBrokerConfig): string => {
  const { host, port } = listen[0] ?? { host: "127.0.0.1", port: 1883 };
  const reachable = anyHost[host] ?? host;
  const scheme = tls === undefined ? "mqtt" : "mqtts";
  return `${scheme}://${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}`;
};

const named = (broker: ConfiguredBroker): NamedBroker => {
  const { about, kind } = broker;
  const connection =
    kind === "remote"
      ? broker.config.connection
      : plainConnection(about.name, urlOf(broker.config));
  return { about, connection };
};

/** All brokers of the configuration, or the one that is named. Throws StartError if there is none. */
export const chooseBrokers = (
  config: Config,
  name: string | undefined,
): readonly [NamedBroker, ...NamedBroker[]] => {
  const all = brokersOf(config).map(named);
  const [first, ...others] = all.filter(({ about }) => name === undefined || about.name === name);
  if (first !== undefined) return [first, ...others];
  const names = all.map(({ about }) => about.name);
  if (name === undefined || names.length === 0) {
    throw new StartError("the configuration has no broker: name one below `mqtt:` or `broker:`");
  }
  const nearest = nearestWord(name, names);
  const hint =
    nearest === undefined
      ? `the configuration has ${names.join(", ")}`
      : `did you mean ${nearest}?`;
  throw new StartError(`there is no broker "${name}"; ${hint}`);
};

/** The one broker of the configuration, or the one that is named. Throws StartError if that is not clear. */
export const chooseBroker = (config: Config, named: string | undefined): NamedBroker => {
  const [first, ...others] = chooseBrokers(config, named);
  if (others.length === 0) return first;
  const names = [first, ...others].map(({ about }) => about.name).join(", ");
  throw new StartError(`the configuration has several brokers; choose one by --broker: ${names}`);
};
