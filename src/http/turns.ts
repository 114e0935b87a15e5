/** Lets one at a time do expensive work, and clients in turn, so that one that asks much does not shut out the rest. */
export interface Turns {
  /** Resolves when it is this client's turn; undefined if it, or all together, have too many waiting. */
  readonly take: (client: string) => Promise<void> | undefined;
  /** Ends a turn that was taken; the next begins. */
  readonly end: () => void;
}

/** Turns of which at most so many can be waited for. */
export const createTurns = ({
  perClient,
  total,
}: {
  readonly perClient: number;
  readonly total: number;
}): Turns => {
  // A map keeps its order: who has just had a turn goes to its end.
  const waiting = new Map<string, readonly (() => void)[]>();
  let waitingCount = 0;
  let isTaken = false;

  const next = (): (() => void) | undefined => {
    for (const [client, [begin, ...rest]] of waiting) {
      waiting.delete(client);
      if (rest.length > 0) waiting.set(client, rest);
      waitingCount -= 1;
      return begin;
    }
    return undefined;
  };

  return {
    take: (client) => {
      if (!isTaken) {
        isTaken = true;
        return Promise.resolve();
      }
      const own = waiting.get(client) ?? [];
      if (own.length >= perClient || waitingCount >= total) return undefined;
      waitingCount += 1;
      return new Promise((begin) => waiting.set(client, [...own, begin]));
    },
    end: () => {
      const begin = next();
      if (begin === undefined) isTaken = false;
      else begin();
    },
  };
};
