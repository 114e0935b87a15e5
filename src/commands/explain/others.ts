import { listDialects, loadDialect } from "../../bridge/load-dialect.ts";
import type { Message } from "../../bridge/message.ts";
import { createRehearsal, type Taking } from "../../bridge/rehearsal.ts";
import type { Finding } from "../../bridge/trace.ts";
import type { Clock } from "../../clock.ts";
import type { DiscoverConfig } from "../../config/bridge-config.ts";

/** A dialect that is not configured and knows a message. */
interface Candidate {
  readonly dialect: string;
  readonly findings: readonly Finding[];
  /** False if it knows the topic only to ignore it. */
  readonly isUseful: boolean;
}

/** All dialects that are not configured, listening in on what nobody took. */
export interface Others {
  readonly take: (message: Message) => readonly Candidate[];
}

/** Where a dialect's topics begin. */
export interface DialectPrefixes {
  readonly dialect: string;
  readonly prefixes: readonly string[];
}

/** Takes every number whatever it means, and is no news where somebody else knows better. */
const lastResort = "generic";

const limits = {
  series: 10_000,
  devices: 5000,
  topics: 20_000,
  messagesPerSecond: 20_000,
  queue: 10_000,
} as const;

const everything = (dialect: string): DiscoverConfig => ({
  dialect,
  labels: {},
  allow: [],
  deny: [],
  rename: {},
  sleeping: [],
  maximumSeries: limits.series,
});

const isUseful = ({ kind }: Finding): boolean =>
  kind === "reading" || kind === "availability" || kind === "notice";

const candidateOf = (dialect: string, { taker, findings }: Taking): readonly Candidate[] =>
  taker === undefined ? [] : [{ dialect, findings, isUseful: findings.some(isUseful) }];

/** Those who know what to do with a message before those who only know it, and the last resort last. */
const best = (candidates: readonly Candidate[]): readonly Candidate[] => {
  const known = candidates.filter(({ dialect }) => dialect !== lastResort);
  const useful = known.filter((candidate) => candidate.isUseful);
  if (useful.length > 0) return useful;
  return known.length > 0 ? known : candidates;
};

/** Loads every dialect but those that are configured. */
export const loadOthers = async (
  configured: readonly DiscoverConfig[],
  clock: Clock,
): Promise<Others> => {
  const taken = new Set(configured.map(({ dialect }) => dialect));
  const names = (await listDialects()).filter((name) => !taken.has(name));
  const opened = await Promise.all(
    names.map(async (dialect) => {
      const rehearsal = createRehearsal({
        clock,
        maximumSeries: limits.series,
        reservedNames: [],
      });
      const about = { name: dialect, discover: [everything(dialect)], rules: [], limits };
      return { dialect, broker: await rehearsal.open(about) };
    }),
  );
  return {
    take: (message) =>
      best(opened.flatMap(({ dialect, broker }) => candidateOf(dialect, broker.take(message)))),
  };
};

/** Where the topics of the configured dialects begin. */
export const prefixesOf = (
  configured: readonly DiscoverConfig[],
): Promise<readonly DialectPrefixes[]> =>
  Promise.all(
    configured.map(async ({ dialect, prefixes }) => ({
      dialect,
      prefixes: prefixes ?? (await loadDialect(dialect)).prefixes,
    })),
  );
