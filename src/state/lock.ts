import { open, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../clock.ts";
import { errnoName, StartError } from "../errors.ts";

/** What tells a process from every other one, those before and after a reboot included. */
interface ProcessIdentity {
  readonly pid: string;
  /** Clock ticks from boot to its start: another one that gets the same pid later has another. */
  readonly startTicks: string;
  readonly bootId: string;
}

/** Keeps two processes from writing to one directory. */
export interface DirectoryLock {
  /** Does nothing if this lock is held already, but for making a claim again that somebody has removed. Throws StartError if another process holds it, else what the file system says. */
  readonly acquire: () => Promise<void>;
  readonly release: () => Promise<void>;
}

const claimName = /^lock\.(\d+)\.(\d+)\.([0-9a-f-]+)$/;
const attempts = 4;
const shortestPauseMs = 50;
const pauseSpreadMs = 100;

/** Pid and start of a living process; undefined if there is none of that pid, or only its remains. */
const readStat = async (
  entry: string,
): Promise<Pick<ProcessIdentity, "pid" | "startTicks"> | undefined> => {
  const stat = await readFile(`/proc/${entry}/stat`, "utf8").catch(() => "");
  // proc_pid_stat(5): the name, in parentheses, may hold blanks and parentheses; state is field 3, starttime field 22.
  const [state, ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [pid] = stat.split(" ", 1);
  const startTicks = fields[18];
  const isDead = state === "Z" || state === "X";
  return pid === undefined || startTicks === undefined || isDead ? undefined : { pid, startTicks };
};

const identifySelf = async (): Promise<ProcessIdentity | undefined> => {
  const stat = await readStat("self");
  const bootId = await readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => "");
  return stat === undefined || bootId === "" ? undefined : { ...stat, bootId: bootId.trim() };
};

const isAlive = async (claim: ProcessIdentity, self: ProcessIdentity): Promise<boolean> =>
  claim.bootId === self.bootId && (await readStat(claim.pid))?.startTicks === claim.startTicks;

/** The pid of a living process with a claim beside ours; claims of dead ones are removed on the way. */
const findRival = async (
  directory: string,
  own: string,
  self: ProcessIdentity,
): Promise<string | undefined> => {
  let rival: string | undefined;
  for (const name of await readdir(directory)) {
    const [, pid, startTicks, bootId] = claimName.exec(name) ?? [];
    if (name === own || pid === undefined || startTicks === undefined || bootId === undefined)
      continue;
    if (await isAlive({ pid, startTicks, bootId }, self)) rival = pid;
    // No living process ever claims under this name again, so this cannot take a lock away from anybody.
    else await rm(join(directory, name), { force: true });
  }
  return rival;
};

const inUse = (directory: string, pid: string): StartError =>
  new StartError(
    `the state directory ${directory} is in use by process ${pid}: ` +
      "stop it, or give each process its own --state.directory",
  );

const claim = async (path: string, directory: string, pid: string): Promise<void> => {
  try {
    await (await open(path, "wx")).close();
  } catch (cause) {
    if (errnoName(cause) === "EEXIST") throw inUse(directory, pid);
    throw cause;
  }
};

/**
 * The claim is an empty file whose name says who made it. A claim is made first and only then are others looked for,
 * so of two processes at least one sees the other; if both do, both step back for a time that depends on the pid.
 * Processes in other containers cannot be seen and are taken for dead. Without /proc there is no lock.
 */
const claimDirectory = async (directory: string, clock: Clock): Promise<string | undefined> => {
  const self = await identifySelf();
  if (self === undefined) return undefined;
  const own = `lock.${self.pid}.${self.startTicks}.${self.bootId}`;
  const path = join(directory, own);
  for (let attempt = 1; ; attempt += 1) {
    await claim(path, directory, self.pid);
    const rival = await findRival(directory, own, self).catch(async (cause: unknown) => {
      await rm(path, { force: true });
      throw cause;
    });
    if (rival === undefined) return path;
    await rm(path, { force: true });
    if (attempt === attempts) throw inUse(directory, rival);
    await clock.sleep(shortestPauseMs + (Number(self.pid) % pauseSpreadMs));
  }
};

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    (cause: unknown) => errnoName(cause) !== "ENOENT",
  );

/** A lock on a directory, not yet acquired. */
export const createDirectoryLock = (directory: string, clock: Clock): DirectoryLock => {
  let isHeld = false;
  let path: string | undefined;
  return {
    acquire: async () => {
      if (isHeld && (path === undefined || (await isThere(path)))) return;
      path = await claimDirectory(directory, clock);
      isHeld = true;
    },
    release: async () => {
      isHeld = false;
      if (path !== undefined) await rm(path, { force: true }).catch(() => {});
    },
  };
};
