import { Duplex } from "node:stream";
import { join } from "./chunk.ts";
import type { PacketFilter } from "./packet-filter.ts";
import { MqttFault, mqttProblem } from "./problem.ts";

const malformed = (): MqttFault =>
  new MqttFault(mqttProblem("protocol", "The broker sent bytes that are not MQTT."));

/** A socket whose incoming bytes go through a filter; `onTraffic` hears of all that comes in. */
export const boundStream = (
  socket: Duplex,
  { filter, onTraffic }: { readonly filter: PacketFilter; readonly onTraffic: () => void },
): Duplex => {
  const stream = new Duplex({
    read: () => {
      socket.resume();
    },
    write: (chunk, _encoding, done) => {
      socket.write(chunk, done);
    },
    // Packets are written in many small pieces; together they make one segment.
    writev: (chunks, done) => {
      socket.write(join(chunks.map(({ chunk }) => chunk)), done);
    },
    final: (done) => {
      socket.end();
      done();
    },
    destroy: (error, done) => {
      socket.destroy();
      done(error);
    },
  });
  let isOver = false;
  const finish = (): void => {
    if (isOver) return;
    isOver = true;
    stream.push(null);
  };
  socket.on("data", (chunk: Uint8Array) => {
    onTraffic();
    const parts = filter(chunk);
    if (parts === undefined) return stream.destroy(malformed());
    for (const part of parts) if (!stream.push(part)) socket.pause();
    return undefined;
  });
  socket.on("end", finish);
  socket.on("error", (error) => stream.destroy(error));
  socket.on("close", () => {
    finish();
    // What has arrived is still to be read: a refusal comes right before the end.
    if (stream.readableEnded) stream.destroy();
    else stream.once("end", () => stream.destroy());
  });
  return stream;
};
