import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "./clock.ts";
import { errnoName, messageOf, StartError } from "./errors.ts";
import { health } from "./health.ts";
import type { Close } from "./lifecycle.ts";
import type { Log } from "./log.ts";
import { maximumFileBytes, parseCounters, renderCounters } from "./state/counters.ts";
import { readSmallFile, replaceFile, setAside } from "./state/file.ts";
import { createDirectoryLock, type DirectoryLock } from "./state/lock.ts";
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

interface Options {
  readonly directory: string;
  readonly clock: Clock;
  readonly log: Log;
}

const fileName = "counters.json";
const saveIntervalMs = 60_000;

const remedies: Readonly<Record<string, string>> = {
  ENOSPC: "free some space on its file system",
  EDQUOT: "raise the quota of the service's user",
  EROFS: "choose a --state.directory on a file system that can be written to",
  EACCES: "make it writable for the service's user",
  EPERM: "make it writable for the service's user",
};

/** What was saved; never throws, since a start without old counts is better than none. */
const load = async ({ directory, clock, log }: Options): Promise<readonly CounterTotal[]> => {
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

/** Makes the directory ours. Throws StartError if another process has it, else what the file system says. */
const prepareDirectory = async (directory: string, lock: DirectoryLock): Promise<void> => {
  await mkdir(directory, { recursive: true, mode: 0o750 });
  await lock.acquire();
};

/** Keeps counters that turned up only after the start, as on a disk that was mounted late, from being overwritten. */
const spareStranger = async ({ directory, clock, log }: Options, savedText: string) => {
  const path = join(directory, fileName);
  const text = await readSmallFile(path, maximumFileBytes).catch(messageOf);
  if (text === undefined || text === savedText) return;
  const aside = await setAside(path, clock.wallMs());
  log.warn("state_set_aside", { file: path, problem: "it was not there at the start", aside });
};

/**
 * Saves what differs from the text that was loaded; a failure is logged once per change of state and told to the
 * observer. `failure` is why the directory could not be used so far.
 */
const createSaver = (
  options: Options,
  { lock, loadedText, failure }: { lock: DirectoryLock; loadedText: string; failure: unknown },
) => {
  const { directory, log } = options;
  let isOurs = failure === undefined;
  let savedText = loadedText;
  let isSuccessful: boolean | undefined;
  let observe: (isSuccessful: boolean) => void = () => {};

  const succeeded = () => {
    if (isSuccessful === false) log.info("state_saved_again", { directory });
    isSuccessful = true;
    observe(true);
  };

  const failed = (cause: unknown) => {
    const code = errnoName(cause);
    const remedy = remedies[code ?? ""] ?? "check the directory and its file system";
    const fields = { directory, code, error: messageOf(cause), remedy };
    if (isSuccessful !== false) log.warn("state_save_failed", fields);
    isSuccessful = false;
    observe(false);
  };

  if (failure !== undefined) failed(failure);

  return {
    save: async (totals: readonly CounterTotal[]): Promise<void> => {
      const text = renderCounters(totals);
      if (text === savedText && isSuccessful !== false) return;
      try {
        await prepareDirectory(directory, lock);
        if (!isOurs) await spareStranger(options, savedText);
        isOurs = true;
        await replaceFile(join(directory, fileName), text);
        savedText = text;
        succeeded();
      } catch (cause) {
        failed(cause);
      }
    },
    observe: (observer: (isSuccessful: boolean) => void) => {
      observe = observer;
      if (isSuccessful !== undefined) observer(isSuccessful);
    },
  };
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
export const openState = async (options: Options): Promise<State> => {
  const { directory, clock } = options;
  const lock = createDirectoryLock(directory, clock);
  let failure: unknown;
  await prepareDirectory(directory, lock).catch((cause: unknown) => {
    if (cause instanceof StartError) throw cause;
    failure = cause;
  });
  const restored = await load(options);
  const saver = createSaver(options, { lock, loadedText: renderCounters(restored), failure });

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
