import type { Clock } from "../../clock.ts";
import type { Message } from "../message.ts";
import { retain } from "./policy.ts";
import type { Retained } from "./retained.ts";
import { isTopicName } from "./topic-filter.ts";

/** The broker as the program itself has it: without a connection, and without a user. */
export interface Inside {
  /** Calls back with what is retained, at once, and with all that is published from then on; returns what ends that. */
  readonly subscribe: (onMessage: (message: Message) => void) => () => void;
  /** Resolves when all subscribers have it; a message that there is no room to retain is delivered all the same. */
  readonly publish: (
    topic: string,
    payload: Uint8Array,
    options?: { readonly retain?: boolean },
  ) => Promise<void>;
  /** Nobody is called back any more. */
  readonly close: () => void;
}

interface Publication {
  readonly cmd: "publish";
  readonly topic: string;
  readonly payload: string | Buffer;
  readonly qos: 0;
  readonly dup: false;
  readonly retain: boolean;
}

/** The part of the broker package that is used here. */
interface Hub {
  readonly publish: (packet: Publication, done: (error?: Error) => void) => void;
  readonly subscribe: (
    topic: string,
    deliver: (
      packet: { readonly topic: string; readonly payload: string | Buffer },
      done: () => void,
    ) => void,
    done: () => void,
  ) => void;
}

const messageFrom = (
  topic: string,
  payload: Uint8Array,
  rest: Pick<Message, "isRetained" | "atMs">,
): Message => ({
  topic,
  payload: new Uint8Array(payload.buffer, payload.byteOffset, payload.length),
  ...rest,
});

/** The program's own way to what is published: live, and what was retained before. */
export const createInside = (hub: Hub, retained: Retained, clock: Pick<Clock, "nowMs">): Inside => {
  const listeners = new Set<(message: Message) => void>();
  const deliver: Parameters<Hub["subscribe"]>[1] = ({ topic, payload }, done) => {
    if (!topic.startsWith("$") && listeners.size > 0) {
      const bytes = typeof payload === "string" ? Buffer.from(payload) : payload;
      const message = messageFrom(topic, bytes, { isRetained: false, atMs: clock.nowMs() });
      for (const listener of listeners) listener(message);
    }
    done();
  };
  hub.subscribe("#", deliver, () => {});

  const subscribe: Inside["subscribe"] = (onMessage) => {
    const atMs = clock.nowMs();
    for (const [topic, payload] of retained.all()) {
      onMessage(messageFrom(topic, payload, { isRetained: true, atMs }));
    }
    const listener = (message: Message) => onMessage(message);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  };

  const publish: Inside["publish"] = (topic, payload, options) =>
    new Promise((resolve, reject) => {
      if (!isTopicName(topic) || topic.startsWith("$")) {
        reject(new Error(`"${topic}" is no topic to publish to`));
        return;
      }
      const packet = { topic, payload: Buffer.from(payload), retain: options?.retain === true };
      retain(packet, retained);
      hub.publish({ cmd: "publish", qos: 0, dup: false, ...packet }, (error) =>
        error ? reject(error) : resolve(),
      );
    });

  return { subscribe, publish, close: () => listeners.clear() };
};
