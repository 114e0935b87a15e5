import { constants, open } from "node:fs/promises";

/** Reads the beginning of a file, at most that many bytes; rejects with the system's error code. */
export type ReadFile = (path: string, maximumBytes: number) => Promise<Uint8Array>;

/** Reads from the file system, and no further than asked for, be it a device that never ends. */
export const readBeginning: ReadFile = async (path, maximumBytes) => {
  // Without waiting, or a named pipe that nobody writes to would be waited for in a thread that nothing can end.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const buffer = new Uint8Array(maximumBytes);
    let length = 0;
    while (length < maximumBytes) {
      const { bytesRead } = await file.read(buffer, length, maximumBytes - length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return buffer.subarray(0, length);
  } finally {
    await file.close();
  }
};

const reasons: Readonly<Record<string, readonly [reason: string, remedy: string]>> = {
  ENOENT: ["there is no such file", "check the path"],
  EACCES: ["permission denied", "let the user of the service read it"],
  EISDIR: ["it is a directory", "give the path of a file"],
  ENOTDIR: ["a part of the path is no directory", "check the path"],
};

/** Why a file could not be read, and what to do about it. */
export const explainReadFailure = (error: unknown): readonly [reason: string, remedy: string] => {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return reasons[code] ?? [code || "it failed", "check the path and the disk"];
};
