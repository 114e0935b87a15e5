import type { Clock } from "../../clock.ts";

/** Whether the broker has been heard. */
export interface Life {
  readonly heard: () => void;
}

// Five quarters of silence are noticed before the one and a half keep-alives after which the broker gives up, too.
const looksPerKeepAlive = 4;
const silentLooks = 5;
const looksPerPing = 2;

/**
 * Pings twice in each keep-alive and ends the link after one and a quarter of silence, until `signal` aborts.
 *
 * Silence is counted in looks, not in time: where a flood has kept the program from reading, what has arrived is read
 * between two looks, so the broker is not taken for dead while it talks.
 */
export const watchLife = ({
  keepAliveMs,
  clock,
  signal,
  ping,
  onSilence,
}: {
  readonly keepAliveMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly ping: () => void;
  readonly onSilence: () => void;
}): Life & { readonly ended: Promise<void> } => {
  let looksSinceHeard = 0;
  const watch = async (): Promise<void> => {
    for (let looks = 1; !signal.aborted; looks += 1) {
      await clock.sleep(keepAliveMs / looksPerKeepAlive, signal);
      looksSinceHeard += 1;
      if (looksSinceHeard > silentLooks) return onSilence();
      if (looks % looksPerPing === 0) ping();
    }
  };
  return {
    heard: () => {
      looksSinceHeard = 0;
    },
    // Rejects when told to stop, which is no failure.
    ended: keepAliveMs === 0 ? Promise.resolve() : watch().catch(() => {}),
  };
};
