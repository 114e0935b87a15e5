import { createServer as createPlainServer, isIP, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";
import { errnoName, StartError } from "../../errors.ts";
import type { Close } from "../../lifecycle.ts";

/** A connection that was made, and whether it can have come from this machine alone. */
export interface Arrival {
  readonly socket: Socket;
  readonly isLoopback: boolean;
}

interface ListenerOptions {
  readonly addresses: readonly { readonly host: string; readonly port: number }[];
  readonly tls: TlsOptions | undefined;
  /** Connections of each address, those included that are still in their handshake. */
  readonly connections: number;
  readonly onArrival: (arrival: Arrival) => void;
  readonly onDrop: (address: string) => void;
  /** A handshake failed; it is not known yet who it was. */
  readonly onHandshakeFailure: (address: string, error: Error) => void;
  /** The server itself failed, as when the process has no file descriptor left. */
  readonly onError: (error: Error) => void;
}

const listenFailures: Readonly<Record<string, string>> = {
  EADDRINUSE:
    "another program listens there, as Mosquitto would; stop it, or choose another port under `broker: listen:`",
  EACCES: "ports below 1024 need a privilege; choose another port under `broker: listen:`",
  EADDRNOTAVAIL: "this machine has no such address; check `broker: listen:`",
  ENOTFOUND: "the host name is unknown; check `broker: listen:`",
};

// A client that lost its power leaves a connection behind that nothing else would end.
const socketOptions = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 } as const;

const isLoopbackAddress = (address: string): boolean =>
  address === "::1" || /^(?:::ffff:)?127\./u.test(address);

const bind = (
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<{ readonly address: string; readonly port: number }> =>
  new Promise((resolve, reject) => {
    const fail = (cause: Error) => {
      const reason = listenFailures[errnoName(cause) ?? ""] ?? cause.message;
      reject(new StartError(`the broker cannot listen on ${host}:${port}: ${reason}`, { cause }));
    };
    server.once("error", fail);
    server.listen({ host, port }, () => {
      server.off("error", fail);
      const bound = server.address();
      if (bound === null || typeof bound === "string") fail(new Error("no address was bound"));
      else resolve(bound);
    });
  });

const createServer = (options: ListenerOptions) => {
  // As long as nothing is bound nothing can arrive.
  const place = { isLoopback: false };
  const sockets = new Set<Socket>();
  const { tls } = options;
  const server =
    tls === undefined
      ? createPlainServer(socketOptions)
      : createTlsServer({ ...socketOptions, ...tls });
  server.maxConnections = options.connections;
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.on(tls === undefined ? "connection" : "secureConnection", (socket: Socket) =>
    options.onArrival({ socket, isLoopback: place.isLoopback }),
  );
  server.on("tlsClientError", (error: Error, socket: Socket) =>
    options.onHandshakeFailure(socket.remoteAddress ?? "", error),
  );
  server.on("drop", (drop) => options.onDrop(drop?.remoteAddress ?? ""));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return { server, place, close };
};

const urlOf = (scheme: string, { address, port }: { address: string; port: number }): string =>
  `${scheme}://${isIP(address) === 6 ? `[${address}]` : address}:${port}`;

/** Listens on each address; resolves with their URLs once all are bound, throws StartError if one is not. */
export const startListeners = async (
  options: ListenerOptions,
): Promise<{ readonly urls: readonly string[]; readonly close: Close }> => {
  const started: Close[] = [];
  const urls: string[] = [];
  const close = async () => {
    await Promise.all(started.map((closeOne) => closeOne()));
  };
  try {
    for (const address of options.addresses) {
      const { server, place, close: closeOne } = createServer(options);
      const bound = await bind(server, address);
      started.push(closeOne);
      server.on("error", options.onError);
      place.isLoopback = isLoopbackAddress(bound.address);
      urls.push(urlOf(options.tls === undefined ? "mqtt" : "mqtts", bound));
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { urls, close };
};
