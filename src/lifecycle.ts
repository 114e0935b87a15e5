import type { Clock } from "./clock.ts";
import { messageOf } from "./errors.ts";
import type { Log } from "./log.ts";

/** Undoes what a `start` did; never called twice. */
export type Close = () => Promise<void>;

/** Things that were started, closed in reverse order. */
export interface Started {
  /** Remembers how to close what has just been started. */
  readonly add: (name: string, close: Close) => void;
  /** Closes all, newest first, one after the other; a failure or a slow one does not keep the others open. */
  readonly close: () => Promise<void>;
}

interface Entry {
  readonly name: string;
  readonly close: Close;
}

/** Whole time that closing may take; what is not closed by then is left to the end of the process. */
const closeDeadlineMs = 4500;

const closeOne = async (
  { name, close }: Entry,
  { clock, log, leftMs }: { readonly clock: Clock; readonly log: Log; readonly leftMs: number },
): Promise<void> => {
  const timeout = new AbortController();
  const late = clock.sleep(leftMs, timeout.signal).then(
    () => log.warn("close_late", { what: name }),
    () => {},
  );
  const closed = close().catch((error: unknown) =>
    log.error("close_failed", { what: name, error: messageOf(error) }),
  );
  await Promise.race([closed, late]);
  timeout.abort();
  await late;
};

/** An empty list of started things, whose closing shares one deadline. */
export const createStarted = ({
  clock,
  log,
  deadlineMs = closeDeadlineMs,
}: {
  readonly clock: Clock;
  readonly log: Log;
  readonly deadlineMs?: number;
}): Started => {
  const entries: Entry[] = [];
  return {
    add: (name, close) => {
      entries.push({ name, close });
    },
    close: async () => {
      const endMs = clock.nowMs() + deadlineMs;
      for (let entry = entries.pop(); entry !== undefined; entry = entries.pop()) {
        // Each gets a part of what is left, so that one hanging close leaves time for those after it.
        const leftMs = Math.max(0, endMs - clock.nowMs()) / (entries.length === 0 ? 1 : 2);
        await closeOne(entry, { clock, log, leftMs });
      }
    },
  };
};

/** Closes, but waits no longer than that: what hangs is left to the end of the process. */
export const closeWithin = async (
  clock: Clock,
  milliseconds: number,
  close: Close,
): Promise<void> => {
  const timer = new AbortController();
  const late = clock.sleep(milliseconds, timer.signal).catch(() => {});
  await Promise.race([close(), late]);
  timer.abort();
};
