import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import type { Clock } from "../../clock.ts";
import { createTokenBucket } from "../../http/token-bucket.ts";
import { createPacketScanner } from "./packet-scanner.ts";

/** What a connection may cost. */
interface GateLimits {
  readonly packetBytes: number;
  readonly messagesPerSecond: number;
}

/** What stops or slows a connection at the gate. */
type GateRefusal = "packet-size" | "protocol" | "rate";

const smallBufferBytes = 65_536;
const lingerMs = 1_000;
const millisecondsPerSecond = 1_000;
// A timer for each message would cost more than the message.
const shortestPauseMs = 100;

/** From so many unsent bytes on, a subscriber is slow and gets no more of what is published. */
export const slowBytes = (packetBytes: number): number => Math.max(smallBufferBytes, packetBytes);

/** Has the last words of a connection sent, but does not wait long for a client that takes none. */
const endSoon = async (socket: Socket, clock: Pick<Clock, "sleep">): Promise<void> => {
  if (socket.destroyed) return;
  const closed = new AbortController();
  socket.once("close", () => closed.abort());
  socket.destroySoon();
  await clock.sleep(lingerMs, closed.signal).catch(() => {});
  socket.destroy();
};

/** Waits until there is room for one more message. */
const createPace = ({ limits, clock, onRefusal }: GateOptions, gate: Duplex) => {
  const intervalMs = millisecondsPerSecond / limits.messagesPerSecond;
  const burst = Math.max(1, limits.messagesPerSecond);
  const take = createTokenBucket({ intervalMs, burst }, clock);
  const untilFree = async (): Promise<void> => {
    onRefusal("rate");
    do await clock.sleep(Math.max(shortestPauseMs, intervalMs));
    while (!gate.destroyed && !take());
  };
  return { take, untilFree };
};

/**
 * Passes on what arrives. Publications beyond the rate wait, and with them the connection, so that TCP slows the client
 * down and nothing is lost.
 */
const createPassage = (
  gate: Duplex,
  options: GateOptions,
  waits: { readonly untilRead: () => Promise<void>; readonly opened: Promise<void> },
) => {
  const scan = createPacketScanner(options.limits.packetBytes);
  const pace = createPace(options, gate);

  const push = async (bytes: Uint8Array): Promise<void> => {
    if (bytes.length > 0 && !gate.destroyed && !gate.push(bytes)) await waits.untilRead();
  };

  return async (bytes: Uint8Array): Promise<void> => {
    const scanned = scan(bytes);
    if ("fault" in scanned) {
      options.onRefusal(scanned.fault);
      gate.destroy();
      return;
    }
    let passed = 0;
    for (const { offset, kind } of scanned.stops) {
      if (kind === "publish" && pace.take()) continue;
      await push(bytes.subarray(passed, offset));
      passed = offset;
      await (kind === "publish" ? pace.untilFree() : waits.opened);
    }
    await push(bytes.subarray(passed));
  };
};

interface GateOptions {
  readonly limits: GateLimits;
  readonly clock: Pick<Clock, "nowMs" | "sleep">;
  readonly onRefusal: (reason: GateRefusal) => void;
}

/** A connection as the broker sees it. */
export interface Gate {
  readonly stream: Duplex;
  /** The client has logged in: what it has sent after its CONNECT may come. */
  readonly open: () => void;
}

/** Holds lengths and rates between the broker and a socket; what follows a CONNECT waits for the answer to that. */
export const createGate = (socket: Socket, options: GateOptions): Gate => {
  let onRead: (() => void) | undefined;
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const gate = new Duplex({
    // Never full but by a client that is slow, so that none who publishes has to wait for one.
    writableHighWaterMark: slowBytes(options.limits.packetBytes) + 2 * options.limits.packetBytes,
    read: () => onRead?.(),
    write: (chunk: Uint8Array, _encoding, done) => {
      socket.write(chunk, (error) => done(error));
    },
    writev: (chunks, done) => {
      const bytes = chunks.map(({ chunk }): Uint8Array => chunk);
      socket.write(Buffer.concat(bytes), (error) => done(error));
    },
    destroy: (error, done) => {
      onRead?.();
      open();
      endSoon(socket, options.clock).then(
        () => {},
        () => socket.destroy(),
      );
      done(error);
    },
  });
  const untilRead = () =>
    new Promise<void>((resolve) => {
      onRead = resolve;
    });
  const pass = createPassage(gate, options, { untilRead, opened });
  let hasEnded = false;
  const passAll = async (): Promise<void> => {
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
      await pass(chunk);
      if (gate.destroyed) return;
    }
    hasEnded = true;
    gate.push(null);
  };
  // A reset is the end of a connection like any other.
  socket.on("error", () => gate.destroy());
  socket.once("close", () => {
    // What has arrived before a proper end is still heard.
    if (!hasEnded) gate.destroy();
  });
  passAll().catch(() => gate.destroy());
  return { stream: gate, open: () => open() };
};
