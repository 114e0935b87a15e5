import type { IncomingMessage, ServerResponse } from "node:http";
import { type Held, oldestOfGreediest } from "./greediest.ts";

interface Answer extends Held {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Lets in so many requests at once. */
export interface InFlight {
  /** Returns what is to be called once the answer was handed over, or undefined if there is no room. */
  readonly enter: (request: IncomingMessage, response: ServerResponse) => (() => void) | undefined;
}

const isUnread = ({ request, response }: Answer): boolean =>
  !request.socket.destroyed && !response.writableFinished;

/**
 * Requests that are being answered, at most that many; 0 for no limit. An answer counts until the client has taken it,
 * since it is memory; but where there is no room one that nobody takes gives way, with its connection: the oldest of
 * the client that has most. So clients that do not read never keep Prometheus out.
 */
export const createInFlight = (maximum: number): InFlight => {
  let working = 0;
  // In the order in which they were handed over.
  const given = new Set<Answer>();

  const hasRoom = (): boolean => maximum === 0 || working + given.size < maximum;
  const makeRoom = (): boolean => {
    for (const answer of given) if (!isUnread(answer)) given.delete(answer);
    if (hasRoom()) return true;
    const oldest = oldestOfGreediest(given);
    if (oldest === undefined) return false;
    oldest.request.socket.destroy();
    given.delete(oldest);
    return true;
  };

  return {
    enter: (request, response) => {
      if (!makeRoom()) return undefined;
      working += 1;
      const answer = { address: request.socket.remoteAddress ?? "", request, response };
      return () => {
        working -= 1;
        if (isUnread(answer)) given.add(answer);
      };
    },
  };
};
