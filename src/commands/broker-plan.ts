import type { AnnounceConfig, DiscoverConfig, RuleConfig } from "../config/bridge-config.ts";
import type { Config } from "../config/config.ts";

/** What would be done with the messages of one broker. */
export interface PlannedBroker {
  readonly name: string;
  /** Where it is, or where it would listen. */
  readonly at: string;
  readonly isEmbedded: boolean;
  readonly dialects: readonly string[];
  readonly rules: readonly string[];
  /** True if the exporter says there where it can be scraped. */
  readonly isAnnounced: boolean;
}

/** What becomes of a broker, of either kind. */
interface Plan {
  readonly discover: readonly DiscoverConfig[];
  readonly rules: readonly RuleConfig[];
  readonly announce?: AnnounceConfig | undefined;
}

const plan = (
  about: Pick<PlannedBroker, "name" | "at" | "isEmbedded">,
  { discover, rules, announce }: Plan,
): PlannedBroker => ({
  ...about,
  dialects: discover.map(({ dialect }) => dialect),
  rules: rules.map(({ name }) => name),
  isAnnounced: announce !== undefined,
});

/** The brokers of a configuration; none of them is connected. */
export const planBrokers = ({ mqtt, broker }: Config): readonly PlannedBroker[] => {
  const remote = mqtt.map(({ connection: { name, url }, ...rest }) =>
    plan({ name, at: url, isEmbedded: false }, rest),
  );
  if (broker === undefined) return remote;
  const { name, listen } = broker;
  const at = listen.map(({ host, port }) => `${host}:${port}`).join(", ");
  return [plan({ name, at, isEmbedded: true }, broker), ...remote];
};

const listed = (noun: string, words: readonly string[]): string =>
  words.length === 0 ? `no ${noun}` : `${noun} ${words.join(", ")}`;

/** What would be done with a broker's messages, in one line. */
export const brokerSummary = (broker: PlannedBroker): string => {
  const { name, at, isEmbedded, dialects, rules, isAnnounced } = broker;
  const kind = isEmbedded ? `broker ${name}: listens on ${at}` : `broker ${name}: ${at}`;
  const announced = isAnnounced ? "; this exporter is announced" : "";
  return `${kind}; ${listed("dialects", dialects)}; ${listed("rules", rules)}${announced}\n`;
};
