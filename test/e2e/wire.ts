import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { expect } from "vitest";

const sockets = new Set<Socket>();

/** Closes every connection that a test has left open. */
export const closeSockets = (): void => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
};

/** A connection by which bytes go as they are, and what came back. */
export interface Wire {
  readonly socket: Socket;
  /** What was received, byte by byte as characters. */
  readonly received: () => string;
  readonly isClosed: () => boolean;
  readonly write: (bytes: string) => void;
}

/** Connects; `from` is another address of the loopback network. A wire that is not `read` takes nothing. */
export const openWire = async (
  port: number,
  { from, isRead = true }: { readonly from?: string; readonly isRead?: boolean } = {},
): Promise<Wire> => {
  const socket = connect({
    port,
    host: "127.0.0.1",
    ...(from === undefined ? {} : { localAddress: from }),
  });
  sockets.add(socket);
  let received = "";
  let isClosed = false;
  // Being cut off is what many of these clients are for.
  socket.on("error", () => {});
  socket.once("close", () => {
    isClosed = true;
    sockets.delete(socket);
  });
  if (isRead) {
    socket.on("data", (chunk: Buffer) => {
      received += chunk.toString("latin1");
    });
  } else {
    socket.pause();
  }
  await Promise.race([once(socket, "connect"), once(socket, "close")]);
  return {
    socket,
    received: () => received,
    isClosed: () => isClosed,
    write: (bytes) => void socket.write(Buffer.from(bytes, "latin1")),
  };
};

/** Statuses of the answers in what was received, in their order; the interim 100 is none. */
export const statusesIn = (received: string): readonly number[] =>
  [...received.matchAll(/HTTP\/1\.1 (\d{3}) /gu)]
    .map(([, status]) => Number(status))
    .filter((status) => status >= 200);

// What a loaded machine may need, and no more than a test may last.
const patience = { timeout: 20_000, interval: 20 } as const;

/** Resolves once the server has closed; fails if it does not. */
export const closed = async (wire: Wire): Promise<void> => {
  await expect.poll(wire.isClosed, patience).toBe(true);
};

/** Resolves with what was received once there are that many answers. */
export const answered = async (wire: Wire, count: number): Promise<string> => {
  await expect.poll(() => statusesIn(wire.received()).length, patience).toBe(count);
  return wire.received();
};

/** Sends bytes, and a last request that has the connection closed after all answers; resolves with their statuses. */
export const exchange = async (
  port: number,
  bytes: string,
): Promise<{ readonly statuses: readonly number[]; readonly received: string }> => {
  const wire = await openWire(port);
  wire.write(bytes);
  wire.write("GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  await closed(wire);
  return { statuses: statusesIn(wire.received()), received: wire.received() };
};
