import type { MqttClient } from "../../bridge/client.ts";
import type { RecordedMessage } from "../../bridge/recording.ts";
import { isTopic } from "../../bridge/topic.ts";
import type { Clock } from "../../clock.ts";
import { messageOf, StartError } from "../../errors.ts";

/** What came of playing back. */
export interface Played {
  readonly published: number;
  readonly topics: number;
  /** On topics that nobody can publish to: wildcards, or `$`, which belongs to the broker. */
  readonly unpublishable: number;
  /** That the broker did not want. */
  readonly refused: number;
}

/** Acknowledgements that are waited for at the same time: fewer than any broker's Receive Maximum. */
const maximumUnanswered = 8;

/** Speed that knows no pauses. */
export const withoutPauses = Number.POSITIVE_INFINITY;

/** Waits until the time of each message has come; the first one's is now. */
const createPace = (clock: Clock, speed: number, stop: AbortSignal) => {
  let startMs: number | undefined;
  return async (atMs: number): Promise<void> => {
    if (speed === withoutPauses) return;
    startMs ??= clock.nowMs() - atMs / speed;
    const leftMs = startMs + atMs / speed - clock.nowMs();
    if (leftMs > 0) await clock.sleep(leftMs, stop).catch(() => {});
  };
};

/** Publishes, a few at a time, and hears what the broker says of it. */
const createPublisher = (client: MqttClient, isRetaining: boolean) => {
  const unanswered = new Set<Promise<void>>();
  let published = 0;
  let refused = 0;
  let lost: unknown;
  const answer = async ({ topic, payload, isRetained }: RecordedMessage): Promise<void> => {
    try {
      // Acknowledged, so that the broker sets the speed.
      await client.publish(topic, payload, { retain: isRetaining && isRetained, qos: 1 });
      published += 1;
    } catch (error) {
      if (client.isConnected()) refused += 1;
      else lost ??= error;
    }
  };
  return {
    publish: async (message: RecordedMessage): Promise<void> => {
      const answered = answer(message).finally(() => unanswered.delete(answered));
      unanswered.add(answered);
      if (unanswered.size >= maximumUnanswered) await Promise.race(unanswered);
    },
    settled: () => Promise.all(unanswered),
    counts: () => ({ published, refused }),
    check: () => {
      if (lost === undefined) return;
      const after = `after ${published} messages`;
      throw new StartError(`the connection was lost ${after}: ${messageOf(lost)}`, { cause: lost });
    },
  };
};

/** Publishes a recording with its timing, so many times as fast. Throws StartError if the connection is lost. */
export const play = async ({
  messages,
  client,
  clock,
  speed,
  isRetaining,
  stop,
}: {
  readonly messages: AsyncIterable<RecordedMessage>;
  readonly client: MqttClient;
  readonly clock: Clock;
  readonly speed: number;
  readonly isRetaining: boolean;
  readonly stop: AbortSignal;
}): Promise<Played> => {
  const pace = createPace(clock, speed, stop);
  const publisher = createPublisher(client, isRetaining);
  const topics = new Set<string>();
  let unpublishable = 0;
  for await (const message of messages) {
    const { topic, atMs } = message;
    if (!isTopic(topic) || topic.startsWith("$")) {
      unpublishable += 1;
      continue;
    }
    await pace(atMs);
    if (stop.aborted) break;
    publisher.check();
    topics.add(topic);
    await publisher.publish(message);
  }
  await publisher.settled();
  publisher.check();
  return { ...publisher.counts(), topics: topics.size, unpublishable };
};
