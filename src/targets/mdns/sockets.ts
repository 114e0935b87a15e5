import type { Socket } from "node:dgram";
import { createSocket } from "node:dgram";
import { networkInterfaces } from "node:os";
import { messageOf } from "../../errors.ts";

/** Sockets of Multicast DNS, one on each address of this machine. */
export interface MdnsSockets {
  /** Opens those of new addresses and closes those of old ones; true if there is a new one. */
  readonly refresh: () => Promise<boolean>;
  readonly send: (message: Uint8Array) => void;
  readonly count: () => number;
  readonly close: () => Promise<void>;
}

// RFC 6762, section 3.
const group = "224.0.0.251";
const port = 5353;
// Section 11: so that nobody answers beyond the link.
const timeToLive = 255;

/** Addresses of IPv4 on networks, but not those of this machine alone. */
const addressesHere = (): readonly string[] =>
  Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === "IPv4" && !internal)
    .map(({ address }) => address);

const openSocket = (address: string, onMessage: (bytes: Uint8Array) => void): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = createSocket({ type: "udp4", reuseAddr: true });
    socket.once("error", reject);
    // Section 6: what does not come from the port of Multicast DNS is no answer.
    socket.on("message", (bytes, sender) => {
      if (sender.port === port) onMessage(bytes);
    });
    socket.bind(port, () => {
      try {
        socket.addMembership(group, address);
        socket.setMulticastInterface(address);
        socket.setMulticastTTL(timeToLive);
        resolve(socket);
      } catch (error) {
        socket.close();
        reject(error);
      }
    });
  });

const closeSocket = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    socket.close(() => resolve());
  });

/** No socket yet; `failed` hears why one cannot be opened. Without addresses those of all networks are used. */
export const createMdnsSockets = ({
  addresses,
  onMessage,
  failed,
}: {
  readonly addresses: readonly string[];
  readonly onMessage: (bytes: Uint8Array) => void;
  readonly failed: (address: string, problem: string) => void;
}): MdnsSockets => {
  const open = new Map<string, Socket>();

  const lose = (address: string, socket: Socket, error: unknown): void => {
    failed(address, messageOf(error));
    if (open.get(address) !== socket) return;
    open.delete(address);
    socket.close();
  };
  const join = async (address: string): Promise<boolean> => {
    try {
      const socket = await openSocket(address, onMessage);
      socket.removeAllListeners("error");
      socket.on("error", (error) => lose(address, socket, error));
      open.set(address, socket);
      return true;
    } catch (error) {
      failed(address, messageOf(error));
      return false;
    }
  };
  const leave = async (address: string, socket: Socket): Promise<void> => {
    open.delete(address);
    await closeSocket(socket);
  };
  return {
    refresh: async () => {
      const wanted = addresses.length > 0 ? addresses : addressesHere();
      const old = [...open].filter(([address]) => !wanted.includes(address));
      await Promise.all(old.map(([address, socket]) => leave(address, socket)));
      const added = wanted.filter((address) => !open.has(address));
      return (await Promise.all(added.map(join))).includes(true);
    },
    send: (message) => {
      for (const [address, socket] of open) {
        socket.send(message, port, group, (error) => {
          if (error !== null) lose(address, socket, error);
        });
      }
    },
    count: () => open.size,
    close: async () => {
      await Promise.all([...open.values()].map(closeSocket));
      open.clear();
    },
  };
};
