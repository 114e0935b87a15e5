import { join } from "node:path";
import type { Clock } from "./clock.ts";
import { messageOf, StartError } from "./errors.ts";
import { health } from "./health.ts";
import type { Close } from "./lifecycle.ts";
import { maximumFileBytes, parseCounters, renderCounters } from "./state/counters.ts";
import { identify, readSmallFile, setAside } from "./state/file.ts";
import { createDirectoryLock } from "./state/lock.ts";
import { createSaver, fileName, prepareDirectory, type StateOptions } from "./state/saver.ts";
import type { CounterTotal } from "./store/totals.ts";
import type { Store } from "./store.ts";

/** Counters that go on after a restart. */
export interface State {
  /** Totals as they were saved last; what was counted in the minute before a loss of power is not among them. */
  readonly restored: readonly CounterTotal[];
  /** Saves the store's totals once a minute if they changed, and says in its metrics how that went. */
  readonly start: (store: Store) => void;
  /** Saves a last time and lets another process have the directory. */
  readonly close: Close;
}

const saveIntervalMs = 60_000;

/** What was saved; never throws, since a start without old counts is better than none. */
const load = async ({ directory, clock, log }: StateOptions): Promise<readonly CounterTotal[]> => {
  const path = join(directory, fileName);
  const parsed = await readSmallFile(path, maximumFileBytes).then(
    (text) => (text === undefined ? undefined : parseCounters(text)),
    messageOf,
  );
  if (parsed === undefined) return [];
  if (typeof parsed === "string") {
    await setAside(path, clock.wallMs()).then(
      (aside) => log.warn("state_set_aside", { file: path, problem: parsed, aside }),
      (cause) =>
        log.warn("state_unusable", { file: path, problem: parsed, error: messageOf(cause) }),
    );
    return [];
  }
  const { totals, dropped } = parsed;
  if (dropped > 0) log.warn("state_entries_dropped", { file: path, dropped, kept: totals.length });
  return totals;
};

/** Opens the metrics that say how saving goes. */
const createObserver = (store: Store, clock: Clock) => {
  const successful = store.open(health.stateSaveSuccessful, {});
  const timestamp = store.open(health.stateSaveTimestamp, {});
  return (isSuccessful: boolean): void => {
    successful?.hold(isSuccessful ? 1 : 0);
    if (isSuccessful) timestamp?.stamp(clock.nowMs());
  };
};

/**
 * Restores the counters kept in a directory, which it makes if need be. A directory that cannot be used is logged and
 * shows in the metrics; one that another process uses throws StartError. A damaged file is set aside.
 */
export const openState = async (options: StateOptions): Promise<State> => {
  const { directory, clock } = options;
  const lock = createDirectoryLock(directory, clock);
  let failure: unknown;
  await prepareDirectory(directory, lock).catch((cause: unknown) => {
    if (cause instanceof StartError) throw cause;
    failure = cause;
  });
  const restored = await load(options);
  // Of what cannot be looked at, saving will say why.
  const identity = await identify(join(directory, fileName)).catch(() => undefined);
  const loaded = { text: renderCounters(restored), identity };
  const saver = createSaver(options, { lock, loaded, failure });

  const stop = new AbortController();
  let saveLast = async (): Promise<void> => {};
  const saveForEver = async (store: Store): Promise<void> => {
    for (;;) {
      await clock.sleep(saveIntervalMs, stop.signal);
      await saver.save(store.totals());
    }
  };

  return {
    restored,
    start: (store) => {
      saver.observe(createObserver(store, clock));
      // Rejects only when stopped: save() never does.
      const loop = saveForEver(store).catch(() => {});
      saveLast = async () => {
        await loop;
        await saver.save(store.totals());
      };
    },
    close: async () => {
      stop.abort();
      await saveLast();
      await lock.release();
    },
  };
};
