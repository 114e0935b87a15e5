/** Lets one at a time do expensive work, and clients in turn, so that one that asks much does not shut out the rest. */
export interface Turns {
  /**
   * Resolves with true when it is this client's turn, and with false if it lost its place to a client that waits for
   * less; undefined if it has too many waiting, or all together have and none has more than this one.
   */
  readonly take: (client: string) => Promise<boolean> | undefined;
  /** Ends a turn that was taken; the next begins. */
  readonly end: () => void;
}

type Waiting = (isTurn: boolean) => void;

/** Turns of which at most so many can be waited for. */
export const createTurns = ({
  perClient,
  total,
}: {
  readonly perClient: number;
  readonly total: number;
}): Turns => {
  // A map keeps its order: who has just had a turn goes to its end.
  const waiting = new Map<string, readonly Waiting[]>();
  let waitingCount = 0;
  let isTaken = false;

  const next = (): Waiting | undefined => {
    for (const [client, [begin, ...rest]] of waiting) {
      waiting.delete(client);
      if (rest.length > 0) waiting.set(client, rest);
      waitingCount -= 1;
      return begin;
    }
    return undefined;
  };

  /** Puts the latest of the client that waits for most out of its place, if that is two more than the given number. */
  const makeRoom = (count: number): boolean => {
    const [greediest] = [...waiting].sort(([, left], [, right]) => right.length - left.length);
    const [client = "", places = []] = greediest ?? [];
    if (places.length < count + 2) return false;
    waiting.set(client, places.slice(0, -1));
    waitingCount -= 1;
    places.at(-1)?.(false);
    return true;
  };

  return {
    take: (client) => {
      if (!isTaken) {
        isTaken = true;
        return Promise.resolve(true);
      }
      const own = waiting.get(client) ?? [];
      if (own.length >= perClient) return undefined;
      if (waitingCount >= total && !makeRoom(own.length)) return undefined;
      waitingCount += 1;
      return new Promise((begin) => waiting.set(client, [...own, begin]));
    },
    end: () => {
      const begin = next();
      if (begin === undefined) isTaken = false;
      else begin(true);
    },
  };
};
