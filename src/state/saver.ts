import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../clock.ts";
import { errnoName, messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { CounterTotal } from "../store/totals.ts";
import { maximumFileBytes, renderCounters } from "./counters.ts";
import { identify, readSmallFile, replaceFile, setAside } from "./file.ts";
import type { DirectoryLock } from "./lock.ts";

/** Where counters are kept, and who is told what becomes of them. */
export interface StateOptions {
  readonly directory: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** The file of counters within the state directory. */
export const fileName = "counters.json";

const remedies: Readonly<Record<string, string>> = {
  ENOSPC: "free some space on its file system",
  EDQUOT: "raise the quota of the service's user",
  ENOENT: "make it anew, writable for the service's user, or restart the service",
  EROFS: "choose a --state.directory on a file system that can be written to",
  EACCES: "make it writable for the service's user",
  EPERM: "make it writable for the service's user",
};

/** Makes the directory ours. Throws StartError if another process has it, else what the file system says. */
export const prepareDirectory = async (directory: string, lock: DirectoryLock): Promise<void> => {
  await mkdir(directory, { recursive: true, mode: 0o750 });
  await lock.acquire();
};

/** Keeps counters that are not ours, as on a disk that was mounted late, from being overwritten. */
const spareStranger = async (path: string, { clock, log }: StateOptions, savedText: string) => {
  const text = await readSmallFile(path, maximumFileBytes).catch(messageOf);
  if (text === undefined || text === savedText) return;
  const aside = await setAside(path, clock.wallMs());
  log.warn("state_set_aside", { file: path, problem: "another program has written it", aside });
};

/**
 * Saves what differs from the text that was loaded from the file of that identity, or is there no longer. A failure is
 * logged once per change of state and told to the observer. `failure` is why the directory could not be used so far.
 */
export const createSaver = (
  options: StateOptions,
  {
    lock,
    loaded,
    failure,
  }: {
    readonly lock: DirectoryLock;
    readonly loaded: { readonly text: string; readonly identity: string | undefined };
    readonly failure: unknown;
  },
) => {
  const { directory, log } = options;
  const path = join(directory, fileName);
  let saved = loaded;
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
      try {
        const found = await identify(path);
        const isOurs = found === saved.identity;
        if (isOurs && text === saved.text && isSuccessful !== false) return;
        await prepareDirectory(directory, lock);
        if (!isOurs) await spareStranger(path, options, saved.text);
        await replaceFile(path, text);
        saved = { text, identity: await identify(path) };
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
