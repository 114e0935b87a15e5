import type { Server } from "node:http";
import type { Socket } from "node:net";

/**
 * Holds a server at that many connections. One more takes the place of the oldest one of the client that has most, so
 * that a client that hoards connections loses its own and never keeps Prometheus out.
 */
export const limitConnections = (
  server: Server,
  { maximum, onDropped }: { readonly maximum: number; readonly onDropped: () => void },
): void => {
  // In the order of their arrival, by client address; the address is gone once a socket is closed.
  const byAddress = new Map<string, Set<Socket>>();
  let count = 0;

  const remember = (address: string, socket: Socket): void => {
    const sockets = byAddress.get(address) ?? new Set();
    byAddress.set(address, sockets.add(socket));
    count += 1;
    socket.once("close", () => {
      count -= 1;
      sockets.delete(socket);
      if (sockets.size === 0) byAddress.delete(address);
    });
  };

  const dropOne = (): void => {
    const [greediest] = [...byAddress.values()].sort((left, right) => right.size - left.size);
    const [oldest] = greediest ?? [];
    oldest?.destroy();
    onDropped();
  };

  server.prependListener("connection", (socket: Socket) => {
    if (count >= maximum) dropOne();
    remember(socket.remoteAddress ?? "", socket);
  });
};
