import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execPath, pid } from "node:process";
import { describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { StartError } from "../../src/errors.ts";
import { createDirectoryLock } from "../../src/state/lock.ts";
import { createDirectory } from "./directory.ts";
import { kill, startHolder, stop } from "./holder.ts";

const bootId = async (): Promise<string> =>
  (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();

/** Field 22 of /proc/<pid>/stat, read with a program that is not ours. */
const startTicks = async (process: number): Promise<string> => {
  const awk = spawn("awk", ['{ sub(/.*\\) /, ""); print $20 }', `/proc/${process}/stat`]);
  const [chunk]: unknown[] = await once(awk.stdout, "data");
  return String(chunk).trim();
};

describe("the lock on a directory", () => {
  it("is named after the process: its pid, its start and the boot", async () => {
    const directory = await createDirectory();
    const lock = createDirectoryLock(directory, systemClock);
    await lock.acquire();
    await lock.acquire();
    expect(await readdir(directory)).toEqual([
      `lock.${pid}.${await startTicks(pid)}.${await bootId()}`,
    ]);
    await lock.release();
    expect(await readdir(directory)).toEqual([]);
  });

  it("is refused while another process has it, with what to do", async () => {
    const directory = await createDirectory();
    const { child } = await startHolder(directory);
    const attempt = createDirectoryLock(directory, systemClock).acquire();
    await expect(attempt).rejects.toThrow(StartError);
    await expect(attempt).rejects.toThrow(
      `the state directory ${directory} is in use by process ${child.pid}: stop it, or give each process its own --state.directory`,
    );
    expect(await readdir(directory)).toHaveLength(1);
    await stop(child);
    await createDirectoryLock(directory, systemClock).acquire();
  });

  it("is refused to a second part of the same process", async () => {
    const directory = await createDirectory();
    await createDirectoryLock(directory, systemClock).acquire();
    await expect(createDirectoryLock(directory, systemClock).acquire()).rejects.toThrow(StartError);
  });

  it("is taken over from a process that was killed", async () => {
    const directory = await createDirectory();
    const { child, answer } = await startHolder(directory);
    expect(answer).toBe("open");
    await kill(child);
    expect(await readdir(directory)).toHaveLength(1);
    await createDirectoryLock(directory, systemClock).acquire();
    expect(await readdir(directory)).toEqual([expect.stringContaining(`lock.${pid}.`)]);
  });

  it("is taken over from a process that is dead but not yet forgotten by its parent", async () => {
    const directory = await createDirectory();
    // The shell starts a child that ends at once, and then becomes a program that never asks how it ended.
    const parent = spawn("sh", ["-c", "sleep 0.2 & echo $!; exec sleep 60"]);
    const [chunk]: unknown[] = await once(parent.stdout, "data");
    const zombie = Number(String(chunk).trim());
    await expect
      .poll(() => readFile(`/proc/${zombie}/stat`, "utf8"), { timeout: 5000 })
      .toContain(") Z ");
    const name = `lock.${zombie}.${await startTicks(zombie)}.${await bootId()}`;
    await writeFile(join(directory, name), "");
    await createDirectoryLock(directory, systemClock).acquire();
    expect(await readdir(directory)).not.toContain(name);
    parent.kill("SIGKILL");
  });

  it("is taken over when the pid belongs to another process now", async () => {
    const directory = await createDirectory();
    const ticks = Number(await startTicks(1)) + 1;
    await writeFile(join(directory, `lock.1.${ticks}.${await bootId()}`), "");
    await createDirectoryLock(directory, systemClock).acquire();
    expect(await readdir(directory)).toHaveLength(1);
  });

  it("is taken over after a reboot, even if the pid and start are the same again", async () => {
    const directory = await createDirectory();
    const other = "00000000-0000-4000-8000-000000000000";
    await writeFile(join(directory, `lock.1.${await startTicks(1)}.${other}`), "");
    await createDirectoryLock(directory, systemClock).acquire();
    expect(await readdir(directory)).toHaveLength(1);
  });

  it("knows a process whose name looks like part of its status", async () => {
    const directory = await createDirectory();
    const child = spawn(execPath, [
      "-e",
      "process.title = 'a) Z 1 (b'; console.log(); setTimeout(() => {}, 60_000)",
    ]);
    await once(child.stdout, "data");
    const ticks = await startTicks(child.pid ?? 0);
    await writeFile(join(directory, `lock.${child.pid}.${ticks}.${await bootId()}`), "");
    await expect(createDirectoryLock(directory, systemClock).acquire()).rejects.toThrow(StartError);
    child.kill("SIGKILL");
  });

  it("goes to one at most of many that take over a dead one's at the same moment", async () => {
    const directory = await createDirectory();
    await writeFile(join(directory, `lock.1.1.${await bootId()}`), "");
    const holders = await Promise.all(Array.from({ length: 5 }, () => startHolder(directory)));
    const open = holders.filter(({ answer }) => answer === "open");
    expect(open.length).toBeLessThanOrEqual(1);
    const others = holders.filter(({ answer }) => answer !== "open");
    for (const { answer } of others) expect(answer).toContain("is in use by process");
    for (const { child } of open) await stop(child);
    expect(await readdir(directory)).toEqual([]);
  });

  it("leaves other files alone", async () => {
    const directory = await createDirectory();
    await writeFile(join(directory, "lock.txt"), "");
    const lock = createDirectoryLock(directory, systemClock);
    await lock.acquire();
    await lock.release();
    expect(await readdir(directory)).toEqual(["lock.txt"]);
  });

  it("says what the file system says where it cannot be made", async () => {
    const directory = join(await createDirectory(), "missing");
    const lock = createDirectoryLock(directory, systemClock);
    await expect(lock.acquire()).rejects.toMatchObject({ code: "ENOENT" });
    await mkdir(directory);
    await lock.acquire();
    await lock.release();
    await lock.release();
  });
});
