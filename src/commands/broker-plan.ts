import type { DiscoverConfig, RuleConfig } from "../config/bridge-config.ts";
import type { Config } from "../config/config.ts";

/** What would be done with the messages of one broker. */
export interface PlannedBroker {
  readonly name: string;
  /** Where it is, or where it would listen. */
  readonly at: string;
  readonly isEmbedded: boolean;
  readonly dialects: readonly string[];
  readonly rules: readonly string[];
}

const plan = (
  about: Pick<PlannedBroker, "name" | "at" | "isEmbedded">,
  discover: readonly DiscoverConfig[],
  rules: readonly RuleConfig[],
): PlannedBroker => ({
  ...about,
  dialects: discover.map(({ dialect }) => dialect),
  rules: rules.map(({ name }) => name),
});

/** The brokers of a configuration; none of them is connected. */
export const planBrokers = ({ mqtt, broker }: Config): readonly PlannedBroker[] => {
  const remote = mqtt.map(({ connection: { name, url }, discover, rules }) =>
    plan({ name, at: url, isEmbedded: false }, discover, rules),
  );
  if (broker === undefined) return remote;
  const { name, listen, discover, rules } = broker;
  const at = listen.map(({ host, port }) => `${host}:${port}`).join(", ");
  return [plan({ name, at, isEmbedded: true }, discover, rules), ...remote];
};

const listed = (noun: string, words: readonly string[]): string =>
  words.length === 0 ? `no ${noun}` : `${noun} ${words.join(", ")}`;

/** What would be done with a broker's messages, in one line. */
export const brokerSummary = ({ name, at, isEmbedded, dialects, rules }: PlannedBroker): string => {
  const kind = isEmbedded ? `broker ${name}: listens on ${at}` : `broker ${name}: ${at}`;
  return `${kind}; ${listed("dialects", dialects)}; ${listed("rules", rules)}\n`;
};
