import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Program, startProgram, stopPrograms } from "./program.ts";

const mount = (...parameters: readonly string[]): boolean =>
  spawnSync("mount", parameters, { stdio: "ignore" }).status === 0;
const unmount = (path: string) => spawnSync("umount", ["--lazy", path], { stdio: "ignore" });

const directory = await mkdtemp(join(tmpdir(), "disk-"));
const path = (name: string) => join(directory, name);

/** Whether file systems can be mounted here, which takes root; says so loudly if not. */
const hasMounts = (): boolean => {
  const isMounted = mount("-t", "tmpfs", "-o", "size=64k", "tmpfs", directory);
  if (isMounted) unmount(directory);
  else console.warn("\n!!! SKIPPED TESTS: no right to mount file systems here !!!\n");
  return isMounted;
};

const start = async (state: string, prefix: readonly string[] = []) => {
  const parameters = ["--simulate", `--config.file=${path("config.yaml")}`];
  const program = await startProgram([...parameters, `--state.directory=${state}`], {}, prefix);
  const scrape = async () => (await fetch(`${program.url}/metrics`)).text();
  return { ...program, scrape };
};

type Running = Program & { readonly scrape: () => Promise<string> };

// Counters are saved once a minute.
const patience = { timeout: 150_000, interval: 500 };

const isSaved = async ({ scrape }: Running): Promise<string | undefined> =>
  /^sensor_exporter_state_last_save_successful (\d)$/mu.exec(await scrape())?.[1];

const pulses = async ({ scrape }: Running): Promise<number> =>
  Number(/^sensor_pulses_total\{.*\} (\d+)$/mu.exec(await scrape())?.[1]);

/** It measures all the same, and ends in order. */
const expectToGoOn = async (program: Running): Promise<void> => {
  const before = await pulses(program);
  await expect.poll(() => pulses(program), { timeout: 20_000 }).toBeGreaterThan(before);
  program.signal("SIGTERM");
  expect(await program.ended).toBe(0);
};

describe.runIf(hasMounts())("a state directory that fails under the running program", () => {
  const states = { full: path("full"), frozen: path("frozen"), lost: path("lost") };
  let programs: Readonly<Record<keyof typeof states, Running>>;

  // All at once, since each takes a minute.
  beforeAll(async () => {
    const meter = "driver: pulse-counter, line: 17, interval: 1s";
    await writeFile(path("config.yaml"), `sensors: { meter: { ${meter} } }\n`);
    for (const state of [...Object.values(states), path("origin")]) await mkdir(state);
    mount("-t", "tmpfs", "-o", "size=64k", "tmpfs", states.full);
    mount("--bind", states.frozen, states.frozen);
    // As systemd does with StateDirectory= and ProtectSystem=strict.
    mount("--bind", path("origin"), states.lost);
    programs = {
      full: await start(states.full),
      frozen: await start(states.frozen),
      lost: await start(states.lost),
    };
    await writeFile(join(states.full, "filler"), "x".repeat(1_000_000)).catch(() => {});
    mount("-o", "remount,ro,bind", states.frozen);
    await rm(path("origin"), { recursive: true });
  }, 60_000);

  afterAll(async () => {
    await stopPrograms();
    for (const state of Object.values(states)) unmount(state);
    await rm(directory, { recursive: true, force: true });
  });

  it.each([
    [
      "whose file system is full",
      "full",
      /event=state_save_failed .*code=ENOSPC .*free some space/u,
    ],
    ["that can no longer be written to", "frozen", /event=state_save_failed .*code=EROFS /u],
    ["that was deleted", "lost", /event=state_save_failed .*code=ENOENT .*restart the service/u],
  ] as const)(
    "does not keep one %s from measuring, and is in a metric and one line of log",
    async (_case, name, line) => {
      const program = programs[name];
      await expect.poll(() => isSaved(program), patience).toBe("0");
      expect(program.output()).toMatch(line);
      await expectToGoOn(program);
      expect(program.output().match(/event=state_save_failed/gu)).toHaveLength(1);
    },
    200_000,
  );

  it("does not keep one from starting on a root that is read-only", async () => {
    const freeze = 'mount -o remount,ro,bind / && exec "$@"';
    const program = await start("/var/lib/sensor-exporter-of-a-test", [
      ...["unshare", "--mount", "--propagation=private", "sh", "-c", freeze, "sh"],
    ]);
    expect(await isSaved(program)).toBe("0");
    await expectToGoOn(program);
    expect(program.output()).toMatch(/event=state_save_failed .*code=EROFS /u);
  });

  it("gets the counters when there is room again", async () => {
    await rm(join(states.full, "filler"), { force: true });
    const program = await start(states.full);
    await expect.poll(() => pulses(program), { timeout: 20_000 }).toBeGreaterThan(0);
    const counted = await pulses(program);
    program.signal("SIGTERM");
    expect(await program.ended).toBe(0);
    const text = await readFile(join(states.full, "counters.json"), "utf8");
    expect(Number(/"value": (\d+)/u.exec(text)?.[1])).toBeGreaterThanOrEqual(counted);
  });
});
