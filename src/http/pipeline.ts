import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { httpLimits } from "./limits.ts";

/**
 * Says of each request whether it may wait for its answer behind others of its connection. Thousands fit into what
 * is read at once, and nobody who measures has a use for that: a client that goes so far loses its connection.
 */
export const createPipelineLimit = (): ((
  request: IncomingMessage,
  response: ServerResponse,
) => boolean) => {
  const unanswered = new WeakMap<Socket, number>();
  return ({ socket }, response) => {
    const count = (unanswered.get(socket) ?? 0) + 1;
    if (count > httpLimits.pipelinedRequests) {
      socket.destroy();
      return false;
    }
    unanswered.set(socket, count);
    response.once("close", () => unanswered.set(socket, (unanswered.get(socket) ?? 1) - 1));
    return true;
  };
};
