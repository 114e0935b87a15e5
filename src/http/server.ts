import { createServer, type RequestListener } from "node:http";
import type { Close } from "../lifecycle.ts";
import { limitConnections } from "./connections.ts";
import { createInFlight } from "./in-flight.ts";
import { httpLimits } from "./limits.ts";
import { type CuttableServer, closeServer, listen } from "./listen.ts";
import type { ListenAddress } from "./listen-address.ts";
import { createListener, type ListenerOptions } from "./listener.ts";
import { serveInPieces } from "./pieces.ts";

/** Where is served, what, and how much of it. */
export interface HttpServerOptions extends ListenerOptions {
  readonly addresses: readonly ListenAddress[];
  /** Most requests that are answered at once, over all addresses; 0 for no limit. */
  readonly maximumRequests: number;
  /** A connection was cut because there were too many. */
  readonly observeDrop: () => void;
}

const serverLimits = {
  maxHeaderSize: httpLimits.headerBytes,
  headersTimeout: httpLimits.headersTimeoutMs,
  requestTimeout: httpLimits.requestTimeoutMs,
  keepAliveTimeout: httpLimits.keepAliveTimeoutMs,
  connectionsCheckingInterval: 1_000,
} as const;

const createPlainServer = (listener: RequestListener): CuttableServer => {
  const server = createServer(serverLimits, listener);
  serveInPieces(server, "connection");
  return { server, cut: () => server.closeAllConnections() };
};

const createLimitedServer = (
  { access, observeDrop, observeRefusal }: HttpServerOptions,
  listener: RequestListener,
): CuttableServer => {
  const refused = () => observeRefusal("handshake");
  const { server, cut } =
    access?.createServer?.(serverLimits, listener, refused) ?? createPlainServer(listener);
  limitConnections(server, { maximum: httpLimits.connections, onDropped: observeDrop });
  server.timeout = httpLimits.idleTimeoutMs;
  return { server, cut };
};

/** Serves the routes on every address; resolves with their URLs once all are bound, throws StartError if one is not. */
export const startHttp = async (
  options: HttpServerOptions,
): Promise<{ readonly urls: readonly string[]; readonly close: Close }> => {
  const started: CuttableServer[] = [];
  const close = async () => {
    await Promise.all(started.map((server) => closeServer(server, options.clock)));
  };
  const scheme = options.access?.createServer === undefined ? "http" : "https";
  const listener = createListener(options, createInFlight(options.maximumRequests));
  const urls: string[] = [];
  try {
    for (const address of options.addresses) {
      const limited = createLimitedServer(options, listener);
      urls.push(await listen(limited.server, address, scheme));
      started.push(limited);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { urls, close };
};
