import type { Message } from "./message.ts";
import { createPayload, textOf } from "./payload.ts";

/** A topic that nobody knew, and the first message on it. */
export interface UnmatchedTopic {
  readonly topic: string;
  /** Beginning of the payload; undefined if it is no text. */
  readonly payload: string | undefined;
}

const maximumTopics = 100;
const longestPayload = 200;
const longestTopic = 256;

/** The first hundred topics that nobody knew. */
export const createUnmatched = () => {
  const topics = new Map<string, UnmatchedTopic>();
  return {
    note: ({ topic, payload }: Message): void => {
      if (topics.size >= maximumTopics || topics.has(topic)) return;
      const text = textOf(createPayload(payload.subarray(0, 4 * longestPayload)));
      topics.set(topic, {
        topic: topic.slice(0, longestTopic),
        payload: text?.slice(0, longestPayload),
      });
    },
    list: (): readonly UnmatchedTopic[] => [...topics.values()],
  };
};
