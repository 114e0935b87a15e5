import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { portOf } from "../bridge/mosquitto.ts";

/** A way to a port of this host that can be closed for those who go by it, and for nobody else. */
export interface Proxy {
  /** `mqtt://127.0.0.1:<port>`. */
  readonly url: string;
  /** Ends all connections, and every new one at once. */
  readonly cut: () => void;
  readonly mend: () => void;
  readonly close: () => Promise<void>;
}

/** Starts a proxy. */
export const startProxy = async (to: number): Promise<Proxy> => {
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((near) => {
    const far = connect(to, "127.0.0.1");
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
    if (isCut) near.destroy();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const cutAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `mqtt://127.0.0.1:${portOf(server)}`,
    cut: () => {
      isCut = true;
      cutAll();
    },
    mend: () => {
      isCut = false;
    },
    close: async () => {
      server.close();
      cutAll();
      await once(server, "close");
    },
  };
};
