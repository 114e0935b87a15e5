import { readFile, stat, statfs } from "node:fs/promises";
import { createConnection } from "node:net";
import { nodeSysfsFiles, type SysfsFiles } from "./buses/sysfs.ts";
import { errnoName } from "./errors.ts";
import { type Spawn, spawnProgram } from "./spawn.ts";

/** Who owns a file, and who may do what with it. */
export interface FileStatus {
  readonly userId: number;
  readonly groupId: number;
  /** Permission bits, 0o000 to 0o777. */
  readonly mode: number;
}

/** An answer over HTTP. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** The machine around the program: its files, programs and network, as far as they can be asked without changing them. */
export interface Machine {
  readonly files: SysfsFiles;
  /** Undefined if there is no such file. */
  readonly bytes: (path: string) => Promise<Uint8Array | undefined>;
  /** Undefined if there is no such file; links are followed. */
  readonly status: (path: string) => Promise<FileStatus | undefined>;
  /** Bytes that a user other than root can still write. */
  readonly freeBytes: (directory: string) => Promise<number>;
  readonly spawn: Spawn;
  /** Resolves once a TCP connection stands, and closes it; rejects with the errno of the failure. */
  readonly connect: (host: string, port: number, signal: AbortSignal) => Promise<void>;
  readonly request: (url: string, signal: AbortSignal) => Promise<HttpAnswer>;
}

const orIfMissing = async <Result>(task: Promise<Result>): Promise<Result | undefined> => {
  try {
    return await task;
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(errnoName(error) ?? "")) return undefined;
    throw error;
  }
};

const permissionBits = 0o777;

const statusOf = async (path: string): Promise<FileStatus> => {
  const { uid, gid, mode } = await stat(path);
  return { userId: uid, groupId: gid, mode: mode & permissionBits };
};

const connect: Machine["connect"] = (host, port, signal) =>
  new Promise((resolve, reject) => {
    const socket = createConnection({ host, port, signal });
    socket.once("connect", () => {
      socket.destroy();
      resolve();
    });
    socket.once("error", reject);
  });

const request: Machine["request"] = async (url, signal) => {
  const answer = await fetch(url, { signal, redirect: "manual" });
  return { status: answer.status, body: await answer.text() };
};

/** The machine that the program runs on. */
export const thisMachine: Machine = {
  files: nodeSysfsFiles,
  bytes: (path) => orIfMissing(readFile(path)),
  status: (path) => orIfMissing(statusOf(path)),
  freeBytes: async (directory) => {
    const { bavail, bsize } = await statfs(directory);
    return bavail * bsize;
  },
  spawn: spawnProgram,
  connect,
  request,
};
