import { type FileHandle, open } from "node:fs/promises";
import { messageOf, StartError } from "../../errors.ts";
import type { System } from "../system.ts";

/** Where the lines of a recording go. */
export interface Sink {
  readonly write: (line: string) => void;
  /** Resolves once all is written; rejects with a StartError if something could not be. */
  readonly close: () => Promise<void>;
}

// Traffic may hold names and positions: nobody else's business.
const onlyOwner = 0o600;

const fileSink = (file: FileHandle, path: string, failed: () => void): Sink => {
  let waiting: string[] = [];
  let writing: Promise<void> | undefined;
  let failure: unknown;
  const drain = async (): Promise<void> => {
    while (waiting.length > 0 && failure === undefined) {
      const text = waiting.join("");
      waiting = [];
      await file.appendFile(text).catch((error: unknown) => {
        failure = error;
        failed();
      });
    }
    writing = undefined;
  };
  return {
    write: (line) => {
      if (failure !== undefined) return;
      waiting.push(line);
      writing ??= drain();
    },
    close: async () => {
      await writing;
      await file.close();
      if (failure === undefined) return;
      throw new StartError(`cannot write ${path}: ${messageOf(failure)}`, { cause: failure });
    },
  };
};

/** Opens a file, emptied if it is there, or standard output; `failed` is told of the first failure. */
export const openSink = async (
  { print }: Pick<System, "print">,
  path: string | undefined,
  failed: () => void,
): Promise<Sink> => {
  if (path === undefined || path === "-") return { write: print, close: async () => {} };
  try {
    return fileSink(await open(path, "w", onlyOwner), path, failed);
  } catch (cause) {
    throw new StartError(`cannot write ${path}: ${messageOf(cause)}`, { cause });
  }
};
