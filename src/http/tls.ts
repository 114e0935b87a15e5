import type { RequestListener } from "node:http";
import { createServer, type Server, type ServerOptions } from "node:https";
import type { Socket } from "node:net";
import { certificateRequest, isAcceptable } from "./client-certificate.ts";
import type { CuttableServer } from "./listen.ts";
import type { LiveWebConfig } from "./live-web-config.ts";
import { serveInPieces } from "./pieces.ts";
import { contextOptions } from "./tls-context.ts";
import type { TlsConfig } from "./web-config/config.ts";

const handshakeTimeoutMs = 10_000;

/**
 * Returns what cuts all connections, those included that have not finished their handshake.
 *
 * Has each handshake wait for `prepare`, which may change what it is made with. node:tls begins handshakes from its
 * listener of `connection`, so that is what has to be put off.
 */
const holdHandshakes = (server: Server, prepare: () => Promise<void>): (() => void) => {
  const begin = server.rawListeners("connection");
  const sockets = new Set<Socket>();
  server.removeAllListeners("connection");
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    // Nobody else listens yet, and an error without a listener would end the process.
    socket.on("error", () => socket.destroy());
    prepare()
      .then(() => {
        for (const listener of socket.destroyed ? [] : begin) listener.call(server, socket);
      })
      .catch(() => socket.destroy());
  });
  return () => {
    for (const socket of sockets) socket.destroy();
  };
};

/** A server that speaks TLS as configured and follows the configuration; what fails in a handshake is not logged. */
export const createSecureServer = (
  options: ServerOptions,
  listener: RequestListener,
  {
    first,
    live,
    refused,
  }: {
    readonly first: TlsConfig;
    readonly live: LiveWebConfig;
    readonly refused: () => void;
  },
): CuttableServer => {
  let tls = first;
  const server = createServer(
    {
      ...options,
      ...contextOptions(tls),
      ...certificateRequest(tls.clientAuth),
      handshakeTimeout: handshakeTimeoutMs,
    },
    listener,
  );
  const cut = holdHandshakes(server, async () => {
    await live.freshen();
    const newest = live.current().tls ?? tls;
    if (newest === tls) return;
    server.setSecureContext(contextOptions(newest));
    tls = newest;
  });
  serveInPieces(server, "secureConnection");
  server.on("tlsClientError", refused);
  server.prependListener("secureConnection", (socket) => {
    if (isAcceptable(socket, tls)) return;
    refused();
    socket.destroy();
  });
  return { server, cut };
};
