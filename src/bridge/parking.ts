import type { Message } from "./message.ts";
import { createMatcher } from "./topic.ts";

/**
 * The latest message of topics that nobody knew yet, and what the broker had kept: a device's values may arrive before
 * the announcement that says what they mean, and the broker does not send them again.
 */
export interface Parking {
  readonly park: (message: Message) => void;
  /** True if a message of that topic is kept, which a newer one makes obsolete. */
  readonly holds: (topic: string) => boolean;
  /** Takes out what matches. */
  readonly leave: (filter: string) => readonly Message[];
}

const maximumMessages = 5000;
const maximumBytes = 2_097_152;

/** A parking of nothing; the oldest makes room for the newest. */
export const createParking = (): Parking => {
  const messages = new Map<string, Message>();
  let bytes = 0;

  const remove = (topic: string) => {
    bytes -= messages.get(topic)?.payload.length ?? 0;
    messages.delete(topic);
  };
  return {
    holds: (topic) => messages.has(topic),
    park: (message) => {
      const { topic, payload } = message;
      remove(topic);
      if (payload.length > maximumBytes / 16) return;
      // A copy: the payload is a part of the larger piece of memory in which it was received.
      messages.set(topic, { ...message, payload: payload.slice() });
      bytes += payload.length;
      for (const oldest of messages.keys()) {
        if (messages.size <= maximumMessages && bytes <= maximumBytes) break;
        remove(oldest);
      }
    },
    leave: (filter) => {
      const matches = createMatcher(filter);
      const found = /[+#]/u.test(filter)
        ? [...messages.values()].filter(({ topic }) => matches(topic))
        : [messages.get(filter)].filter((message) => message !== undefined);
      for (const { topic } of found) remove(topic);
      return found;
    },
  };
};
