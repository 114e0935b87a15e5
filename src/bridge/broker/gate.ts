import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import type { Clock } from "../../clock.ts";
import { createTokenBucket } from "../../http/token-bucket.ts";
import { createPacketScanner } from "./packet-scanner.ts";

/** What a connection may cost. */
export interface GateLimits {
  readonly packetBytes: number;
  readonly messagesPerSecond: number;
}

/** What stops or slows a connection at the gate. */
export type GateRefusal = "packet-size" | "protocol" | "rate";

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

/**
 * Passes on what arrives. Publications beyond the rate wait, and with them the connection, so that TCP slows the client
 * down and nothing is lost.
 */
const createPassage = (
  gate: Duplex,
  { limits, clock, onRefusal }: GateOptions,
  untilRead: () => Promise<void>,
) => {
  const scan = createPacketScanner(limits.packetBytes);
  const rate = limits.messagesPerSecond;
  const intervalMs = millisecondsPerSecond / rate;
  const take = createTokenBucket({ intervalMs, burst: Math.max(1, rate) }, clock);

  const push = async (bytes: Uint8Array): Promise<void> => {
    if (bytes.length > 0 && !gate.destroyed && !gate.push(bytes)) await untilRead();
  };

  return async (bytes: Uint8Array): Promise<void> => {
    const scanned = scan(bytes);
    if ("fault" in scanned) {
      onRefusal(scanned.fault);
      gate.destroy();
      return;
    }
    let passed = 0;
    for (const offset of scanned.publishOffsets) {
      if (take()) continue;
      onRefusal("rate");
      await push(bytes.subarray(passed, offset));
      passed = offset;
      do await clock.sleep(Math.max(shortestPauseMs, intervalMs));
      while (!gate.destroyed && !take());
    }
    await push(bytes.subarray(passed));
  };
};

interface GateOptions {
  readonly limits: GateLimits;
  readonly clock: Pick<Clock, "nowMs" | "sleep">;
  readonly onRefusal: (reason: GateRefusal) => void;
}

/** A connection as the broker sees it: between it and the socket, lengths and rates are held. */
export const createGate = (socket: Socket, options: GateOptions): Duplex => {
  let onRead: (() => void) | undefined;
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
      endSoon(socket, options.clock).then(
        () => {},
        () => socket.destroy(),
      );
      done(error);
    },
  });
  const pass = createPassage(
    gate,
    options,
    () =>
      new Promise((resolve) => {
        onRead = resolve;
      }),
  );
  const passAll = async (): Promise<void> => {
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
      await pass(chunk);
      if (gate.destroyed) return;
    }
    gate.push(null);
  };
  // A reset is the end of a connection like any other.
  socket.on("error", () => gate.destroy());
  socket.once("close", () => gate.destroy());
  passAll().catch(() => gate.destroy());
  return gate;
};
