import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { answer, type PacketRecord, service, wireName } from "./mdns-packets.ts";

const group = "224.0.0.251";
const port = 5353;
const loopback = "127.0.0.1";

/** Boards that answer on the loopback interface, by bytes built by hand. */
export interface Responder {
  readonly send: (records: readonly PacketRecord[]) => Promise<void>;
  /** What questions for the service are answered with. */
  readonly answerWith: (records: readonly PacketRecord[]) => void;
  readonly close: () => Promise<void>;
}

const includes = (bytes: Uint8Array, part: readonly number[]): boolean =>
  Buffer.from(bytes).includes(Buffer.from(part));

const bindTo = async (socket: Socket): Promise<void> => {
  socket.bind(port);
  await once(socket, "listening");
  socket.addMembership(group, loopback);
  socket.setMulticastInterface(loopback);
};

/** Starts to answer. */
export const startResponder = async (): Promise<Responder> => {
  const socket = createSocket({ type: "udp4", reuseAddr: true });
  await bindTo(socket);
  let answers: readonly PacketRecord[] = [];
  const send = (records: readonly PacketRecord[]): Promise<void> =>
    new Promise((resolve, reject) => {
      socket.send(answer(records), port, group, (error) => (error ? reject(error) : resolve()));
    });
  socket.on("message", (bytes: Uint8Array) => {
    // The highest bit of the flags is zero in a question: RFC 1035, section 4.1.1.
    const isQuestion = ((bytes[2] ?? 0) & 0x80) === 0;
    if (!isQuestion || !includes(bytes, wireName(service)) || answers.length === 0) return;
    send(answers).catch(() => {});
  });
  return {
    send,
    answerWith: (records) => {
      answers = records;
    },
    close: async () => {
      const closed = once(socket, "close");
      socket.close();
      await closed;
    },
  };
};
