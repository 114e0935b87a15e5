import type { Server } from "node:http";
import type { Socket } from "node:net";
import { type Held, oldestOfGreediest } from "./greediest.ts";

interface Connection extends Held {
  readonly socket: Socket;
}

/**
 * Holds a server at that many connections. One more takes the place of the oldest one of the client that has most, so
 * that a client that hoards connections loses its own and never keeps Prometheus out.
 */
export const limitConnections = (
  server: Server,
  { maximum, onDropped }: { readonly maximum: number; readonly onDropped: () => void },
): void => {
  // In the order of their arrival; the address is gone once a socket is closed.
  const open = new Set<Connection>();

  const dropOne = (): void => {
    oldestOfGreediest(open)?.socket.destroy();
    onDropped();
  };

  server.prependListener("connection", (socket: Socket) => {
    if (open.size >= maximum) dropOne();
    const connection = { address: socket.remoteAddress ?? "", socket };
    open.add(connection);
    socket.once("close", () => open.delete(connection));
  });
};
