import type { Server } from "node:http";
import type { Socket } from "node:net";

// More than the request of a scrape has; less than would be worth a flood.
const pieceBytes = 1_024;

const readInPieces = (socket: Socket): void => {
  const push = socket.push.bind(socket);
  socket.push = (chunk: unknown, encoding) => {
    if (!(chunk instanceof Uint8Array)) return push(chunk, encoding);
    let wantsMore = true;
    for (let start = 0; start < chunk.length && !socket.destroyed; start += pieceBytes) {
      wantsMore = push(chunk.subarray(start, start + pieceBytes));
    }
    return wantsMore;
  };
  // Until somebody listens here, the parser of Node.js reads from the system past all this.
  socket.on("data", () => {});
};

/**
 * Has a server look at what it receives piece by piece. Node.js reads 64 KiB at once, in which there can be thousands
 * of requests, and makes objects of all of them before anybody can say that they are too many.
 */
export const serveInPieces = (server: Server, event: "connection" | "secureConnection"): void => {
  server.on(event, readInPieces);
};
