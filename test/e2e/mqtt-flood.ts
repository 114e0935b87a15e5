import { once } from "node:events";
import { connect } from "node:net";

/** A message as bytes. */
export interface RawMessage {
  readonly topic: string | Uint8Array;
  readonly payload: string | Uint8Array;
}

const bytesOf = (text: string | Uint8Array): Buffer => Buffer.from(text);

/** Length and bytes, MQTT 3.1.1, section 1.5.3. */
const withLength = (bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.of(bytes.length >> 8, bytes.length & 0xff), bytes]);

/** A variable length, section 2.2.3. */
const variable = (value: number): readonly number[] =>
  value < 128 ? [value] : [(value % 128) | 0x80, ...variable(Math.floor(value / 128))];

const packet = (type: number, body: Buffer): Buffer =>
  Buffer.concat([Buffer.of(type, ...variable(body.length)), body]);

const publish = 0x30;
const disconnect = Buffer.of(0xe0, 0);
const connectPacket = packet(
  0x10,
  // Level 4 is MQTT 3.1.1, flag 2 a clean session, no keep-alive: section 3.1.2.
  Buffer.concat([withLength(bytesOf("MQTT")), Buffer.of(4, 2, 0, 0), withLength(bytesOf("flood"))]),
);
const batchBytes = 65_536;

/** Publishes with QoS 0 as fast as the broker takes it; false if the broker ended the connection before. */
export const flood = async (port: number, messages: Iterable<RawMessage>): Promise<boolean> => {
  const socket = connect(port, "127.0.0.1");
  let isTaken = true;
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  socket.on("error", () => {
    isTaken = false;
  });
  socket.write(connectPacket);
  await once(socket, "data");
  socket.on("data", () => {});
  socket.on("end", () => {
    isTaken = isTaken && socket.writableEnded;
  });
  let batch: Buffer[] = [];
  let bytes = 0;
  const send = async () => {
    const whole = Buffer.concat(batch);
    batch = [];
    bytes = 0;
    if (socket.write(whole)) return;
    await Promise.race([once(socket, "drain").catch(() => {}), closed]);
  };
  for (const { topic, payload } of messages) {
    const each = packet(publish, Buffer.concat([withLength(bytesOf(topic)), bytesOf(payload)]));
    batch.push(each);
    bytes += each.length;
    if (bytes >= batchBytes) await send();
    if (!isTaken) break;
  }
  await send();
  socket.end(disconnect);
  await closed;
  return isTaken;
};
