import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { afterEach } from "vitest";
import { portOf } from "./mosquitto.ts";

/** A broker that says what a test lets it say, byte by byte. */
export interface RawBroker {
  readonly url: string;
  /** The newest connection, once it has said CONNECT. */
  readonly socket: () => Socket;
  readonly connects: () => number;
  /** All that came, as it came: a chunk can hold several packets. */
  readonly received: () => readonly Uint8Array[];
}

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** CONNACK, MQTT 3.1.1 section 3.2 and MQTT 5 section 3.2; version 5 has properties, here none. */
export const connack = (version: "3.1.1" | "5", code = 0, isSessionPresent = false): Uint8Array =>
  version === "5"
    ? Uint8Array.of(0x20, 3, Number(isSessionPresent), code, 0)
    : Uint8Array.of(0x20, 2, Number(isSessionPresent), code);

/** A PUBLISH of MQTT 3.1.1 (section 3.3) with QoS 1. */
export const publishOnce = (
  topic: string,
  payload: string,
  packetId: number,
  isRedelivery = false,
): Uint8Array => {
  const body = [0, topic.length, ...Buffer.from(topic), 0, packetId, ...Buffer.from(payload)];
  return Uint8Array.of(isRedelivery ? 0x3a : 0x32, body.length, ...body);
};

/** Starts one that answers each CONNECT with what `answer` gives for it, the first being 1. */
export const startRawBroker = async (
  answer: (connects: number) => Uint8Array | undefined,
): Promise<RawBroker> => {
  const sockets = new Set<Socket>();
  const received: Uint8Array[] = [];
  let newest: Socket | undefined;
  let connects = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      received.push(bytes);
      if (bytes[0] !== 0x10) return;
      connects += 1;
      newest = socket;
      const answered = answer(connects);
      if (answered !== undefined) socket.write(answered);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  closers.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, "close");
  });
  return {
    url: `mqtt://127.0.0.1:${portOf(server)}`,
    socket: () => {
      if (newest === undefined) throw new Error("nobody has connected");
      return newest;
    },
    connects: () => connects,
    received: () => received,
  };
};
