import type { Explanation } from "./explanation.ts";

/** A topic that nobody took, as long as that is so. */
export interface UnmatchedTopic {
  readonly broker: string;
  readonly topic: string;
  readonly messages: number;
  /** The beginning of the first payload. */
  readonly payload: string;
  /** Dialects that would take it. */
  readonly would: readonly string[];
}

const maximumTopics = 10_000;

/** Topics whose messages were understood later, when something had announced what they mean. */
const understoodLater = ({ findings }: Explanation): readonly string[] =>
  findings.flatMap(({ finding }, index) => {
    const next = findings[index + 1]?.finding.kind;
    return finding.kind === "again" && next !== undefined && next !== "again"
      ? [finding.topic]
      : [];
  });

/** Collects the topics that nobody took. */
export const createUnmatchedTopics = () => {
  const topics = new Map<string, UnmatchedTopic>();
  const keyOf = (broker: string, topic: string) => JSON.stringify([broker, topic]);
  return {
    note: (explanation: Explanation): void => {
      const { broker, topic, payload, taker, nobody } = explanation;
      const key = keyOf(broker, topic);
      for (const later of understoodLater(explanation)) topics.delete(keyOf(broker, later));
      if (taker !== undefined) {
        topics.delete(key);
        return;
      }
      const known = topics.get(key);
      if (known === undefined && topics.size >= maximumTopics) return;
      const candidates = nobody?.candidates ?? [];
      const would = candidates.flatMap(({ dialect, isUseful }) => (isUseful ? [dialect] : []));
      const messages = (known?.messages ?? 0) + 1;
      topics.set(key, { broker, topic, payload: known?.payload ?? payload, messages, would });
    },
    list: (): readonly UnmatchedTopic[] => [...topics.values()],
  };
};
