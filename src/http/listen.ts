import type { Server } from "node:http";
import type { ListenOptions } from "node:net";
import type { Clock } from "../clock.ts";
import { errnoName, StartError } from "../errors.ts";
import { type ListenAddress, urlOf } from "./listen-address.ts";

const listenFailures: Readonly<Record<string, string>> = {
  EADDRINUSE: "another program listens there; stop it, or choose another --web.listen-address",
  EACCES: "ports below 1024 need a privilege; choose another --web.listen-address",
  EADDRNOTAVAIL: "this machine has no such address; check --web.listen-address",
  ENOTFOUND: "the host name is unknown; check --web.listen-address",
};

// What listen(2) says of a descriptor that is no stream socket, and Node.js of one that is no socket at all.
const noSocket = "it is no stream socket; check ListenStream= in the socket unit";
const descriptorFailures: Readonly<Record<string, string>> = {
  EBADF: "it is not open; systemd has handed over fewer sockets than it says",
  EINVAL: noSocket,
  ENOTSOCK: noSocket,
  EOPNOTSUPP: noSocket,
  ERR_INVALID_FD_TYPE: noSocket,
};

const failureOf = (address: ListenAddress, cause: Error): StartError => {
  const code = errnoName(cause) ?? "";
  const [where, reasons] =
    "descriptor" in address
      ? [`socket ${address.descriptor}`, descriptorFailures]
      : [`${address.host ?? ""}:${address.port}`, listenFailures];
  return new StartError(`cannot listen on ${where}: ${reasons[code] ?? cause.message}`, { cause });
};

const optionsOf = (address: ListenAddress): ListenOptions | { readonly fd: number } =>
  "descriptor" in address ? { fd: address.descriptor } : address;

/** Binds the server; resolves with its URL, rejects with a StartError that says what is in the way. */
export const listen = (
  server: Server,
  address: ListenAddress,
  scheme: "http" | "https",
): Promise<string> =>
  new Promise((resolve, reject) => {
    const fail = (cause: Error) => reject(failureOf(address, cause));
    server.once("error", fail);
    server.listen(optionsOf(address), () => {
      const bound = server.address();
      if (bound === null || typeof bound === "string")
        fail(new Error("it has no port; a socket of the file system is not served"));
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
