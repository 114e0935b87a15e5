import type { Message } from "../../bridge/message.ts";
import { headerLine, messageLine } from "../../bridge/recording.ts";
import type { Clock } from "../../clock.ts";

/** Turns messages into the lines of a recording until it is full. */
export interface Recorder {
  readonly take: (message: Message) => void;
  /** Writes the header, if there was no message to write it for. */
  readonly end: () => void;
  readonly messages: () => number;
  readonly topics: () => number;
  /** Messages too large for a line. */
  readonly leftOut: () => number;
}

/** Topics that are counted; a stranger's topics must not fill the memory. */
const maximumTopics = 1_000_000;

/** A recorder of at most so many messages and bytes, which says when it is full. */
export const createRecorder = ({
  broker,
  clock,
  write,
  maximumMessages,
  maximumBytes,
  full,
}: {
  readonly broker: string;
  readonly clock: Pick<Clock, "wallMs">;
  readonly write: (line: string) => void;
  readonly maximumMessages: number;
  readonly maximumBytes: number;
  readonly full: () => void;
}): Recorder => {
  const topics = new Set<string>();
  let firstMs: number | undefined;
  let messages = 0;
  let bytes = 0;
  let leftOut = 0;

  const begin = () => {
    const line = headerLine({ broker, startedWallMs: clock.wallMs() });
    bytes += Buffer.byteLength(line);
    write(line);
  };
  const isFull = (line: string): boolean =>
    messages >= maximumMessages || bytes + Buffer.byteLength(line) > maximumBytes;

  return {
    take: ({ topic, payload, isRetained, atMs }) => {
      if (firstMs === undefined) begin();
      firstMs ??= atMs;
      const line = messageLine({ atMs: atMs - firstMs, topic, payload, isRetained });
      if (line === undefined) {
        leftOut += 1;
        return;
      }
      if (isFull(line)) {
        full();
        return;
      }
      write(line);
      messages += 1;
      bytes += Buffer.byteLength(line);
      if (topics.size < maximumTopics) topics.add(topic);
      if (messages >= maximumMessages) full();
    },
    end: () => {
      if (firstMs === undefined) begin();
    },
    messages: () => messages,
    topics: () => topics.size,
    leftOut: () => leftOut,
  };
};
