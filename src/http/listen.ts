import type { Server } from "node:http";
import type { Clock } from "../clock.ts";
import { errnoName, StartError } from "../errors.ts";
import { type ListenAddress, urlOf } from "./listen-address.ts";

const listenFailures: Readonly<Record<string, string>> = {
  EADDRINUSE: "another program listens there; stop it, or choose another --web.listen-address",
  EACCES: "ports below 1024 need a privilege; choose another --web.listen-address",
  EADDRNOTAVAIL: "this machine has no such address; check --web.listen-address",
  ENOTFOUND: "the host name is unknown; check --web.listen-address",
};

/** Binds the server; resolves with its URL, rejects with a StartError that says what is in the way. */
export const listen = (
  server: Server,
  { host, port }: ListenAddress,
  scheme: "http" | "https",
): Promise<string> =>
  new Promise((resolve, reject) => {
    server.once("error", (cause) => {
      const reason = listenFailures[errnoName(cause) ?? ""] ?? cause.message;
      reject(new StartError(`cannot listen on ${host ?? ""}:${port}: ${reason}`, { cause }));
    });
    server.listen(host === undefined ? { port } : { port, host }, () => {
      const bound = server.address();
      if (bound === null || typeof bound === "string")
        reject(new StartError("no address was bound"));
      else resolve(urlOf(bound, scheme));
    });
  });

// Answers under way get this long; then their connections are cut.
const drainMs = 1_000;

/** A server, and what cuts the connections that it still has. */
export interface CuttableServer {
  readonly server: Server;
  readonly cut: () => void;
}

/** Takes no more connections, lets answers under way end, and cuts what is left after a second. */
export const closeServer = async ({ server, cut }: CuttableServer, clock: Clock): Promise<void> => {
  const drained = new AbortController();
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeIdleConnections();
  const late = clock.sleep(drainMs, drained.signal).then(cut, () => {});
  await closed;
  drained.abort();
  await late;
};
