import { spawnSync } from "node:child_process";
import { mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { systemClock } from "../src/clock.ts";
import { StartError } from "../src/errors.ts";
import { health } from "../src/health.ts";
import { openState } from "../src/state.ts";
import type { CounterTotal } from "../src/store/totals.ts";
import { createStore, familyOf, type Store } from "../src/store.ts";
import { createVirtualClock } from "./mocks/clock.ts";
import { createDirectory, createRecordingLog } from "./state/directory.ts";
import { kill, startHolder, startWriter, stop } from "./state/holder.ts";

const total: CounterTotal = {
  sensor: "rain",
  measurement: "pulses",
  metric: "sensor_pulses_total",
  value: 40,
};

const fileText = (value: number): string =>
  JSON.stringify({
    format: "sensor-exporter counters",
    version: 1,
    counters: [{ ...total, value }],
  });

const openRain = (store: Store) =>
  store.open(familyOf("pulsesTotal"), { sensor: "rain" }, { key: "pulses", counted: true });

/** A program run on a state directory: its clock, log, state and store. */
const startRun = async (directory: string) => {
  const clock = createVirtualClock();
  const recording = createRecordingLog();
  const state = await openState({ directory, clock, log: recording.log });
  onTestFinished(() => state.close());
  const store = createStore({ clock, maximumSeries: 100, restored: state.restored });
  state.start(store);
  return { clock, state, store, ...recording };
};

const savedValue = async (directory: string): Promise<number | undefined> => {
  const text = await readFile(join(directory, "counters.json"), "utf8");
  const file: { counters: CounterTotal[] } = JSON.parse(text);
  return file.counters.find(({ sensor }) => sensor === "rain")?.value;
};

const metric = (store: Store, name: string): string =>
  store
    .render()
    .find(({ family }) => family.name === name)
    ?.samples.trim() ?? "absent";

const saves = (store: Store): string => metric(store, health.stateSaveSuccessful.name);

/** Lets real file operations behind a virtual clock finish. */
const eventually = (check: () => Promise<void> | void) =>
  expect
    .poll(async () => {
      await check();
      return true;
    })
    .toBe(true);

describe("counters", () => {
  it("go on after a restart", async () => {
    const directory = join(await createDirectory(), "not", "yet", "made");
    const first = await startRun(directory);
    expect(first.state.restored).toEqual([]);
    openRain(first.store)?.set(40, 1000, 2000);
    await first.state.close();
    const second = await startRun(directory);
    expect(second.state.restored).toEqual([total]);
    openRain(second.store)?.set(2, 1000, 2000);
    expect(metric(second.store, "sensor_pulses_total")).toContain(" 42");
    await second.state.close();
    expect(await savedValue(directory)).toBe(42);
  });

  it("are saved once a minute, and only if they changed", async () => {
    const directory = await createDirectory();
    const path = join(directory, "counters.json");
    const { clock, store } = await startRun(directory);
    const series = openRain(store);
    series?.set(1, 1000, 2000);
    await clock.advance(59_999);
    await expect(stat(path)).rejects.toMatchObject({ code: "ENOENT" });
    await clock.advance(1);
    await eventually(async () => expect(await savedValue(directory)).toBe(1));
    const { ino } = await stat(path);
    await eventually(() => expect(clock.pending()).toBe(1));
    await clock.advance(60_000);
    expect((await stat(path)).ino).toBe(ino);
    series?.set(2, 1000, 2000);
    await eventually(() => expect(clock.pending()).toBe(1));
    await clock.advance(60_000);
    await eventually(async () => expect(await savedValue(directory)).toBe(2));
    expect((await stat(path)).ino).not.toBe(ino);
  });

  it("say in the metrics that they were saved, and when", async () => {
    const directory = await createDirectory();
    const { clock, store } = await startRun(directory);
    expect(saves(store)).toBe("absent");
    openRain(store)?.set(1, 1000, 2000);
    await clock.advance(60_000);
    await eventually(() =>
      expect(saves(store)).toBe("sensor_exporter_state_last_save_successful 1"),
    );
    // 2026-01-01T00:01:00Z, by `date -u -d @1767225660`.
    expect(metric(store, health.stateSaveTimestamp.name)).toBe(
      "sensor_exporter_state_last_save_success_timestamp_seconds 1767225660",
    );
  });

  it("of a sensor that is gone are kept for when it comes back", async () => {
    const directory = await createDirectory();
    await writeFile(join(directory, "counters.json"), fileText(40));
    const without = await startRun(directory);
    without.store
      .open(familyOf("pulsesTotal"), { sensor: "gas" }, { counted: true })
      ?.set(1, 1000, 2000);
    await without.state.close();
    expect(await savedValue(directory)).toBe(40);
  });

  it("leave no file behind where nothing is counted", async () => {
    const directory = await createDirectory();
    const { state } = await startRun(directory);
    await state.close();
    expect(await readdir(directory)).toEqual([]);
  });

  it("leave the directory to others when the program could not start", async () => {
    const directory = await createDirectory();
    const { log } = createRecordingLog();
    const state = await openState({ directory, clock: createVirtualClock(), log });
    await state.close();
    expect(await readdir(directory)).toEqual([]);
  });
});

describe("a file that cannot be used", () => {
  it.each([
    { what: "torn", text: fileText(40).slice(0, 50), problem: "it is cut off or not JSON" },
    { what: "empty", text: "", problem: "it is empty" },
    { what: "foreign", text: "{}", problem: "it is of another program or another version" },
  ])("is set aside if it is $what, and never stops the start", async ({ text, problem }) => {
    const directory = await createDirectory();
    const path = join(directory, "counters.json");
    await writeFile(path, text);
    const { state, store, lines } = await startRun(directory);
    const aside = `${path}.damaged-20260101T000000Z`;
    expect(lines).toEqual([
      { level: "warn", event: "state_set_aside", fields: { file: path, problem, aside } },
    ]);
    expect(await readFile(aside, "utf8")).toBe(text);
    openRain(store)?.set(1, 1000, 2000);
    await state.close();
    expect(await savedValue(directory)).toBe(1);
  });

  it.each([
    { what: "a directory", make: (path: string) => mkdir(path) },
    { what: "a device without end", make: (path: string) => symlink("/dev/zero", path) },
    {
      what: "a pipe nobody writes to",
      make: async (path: string) => {
        expect(spawnSync("mkfifo", [path]).status).toBe(0);
      },
    },
    { what: "far too large", make: (path: string) => writeFile(path, " ".repeat(9_000_000)) },
    { what: "no UTF-8", make: (path: string) => writeFile(path, Uint8Array.of(0x22, 0xff, 0x22)) },
  ])("is set aside if it is $what", async ({ make }) => {
    const directory = await createDirectory();
    await make(join(directory, "counters.json"));
    const { state, events } = await startRun(directory);
    expect(state.restored).toEqual([]);
    expect(events()).toEqual(["state_set_aside"]);
    expect(await readdir(directory)).toContain("counters.json.damaged-20260101T000000Z");
  });

  it("is kept, with the two newest before it", async () => {
    const directory = await createDirectory();
    for (const year of ["2021", "2022", "2023", "2024"]) {
      await writeFile(join(directory, `counters.json.damaged-${year}0101T000000Z`), year);
    }
    await writeFile(join(directory, "counters.json"), "");
    await startRun(directory);
    expect((await readdir(directory)).filter((name) => name.includes("damaged")).sort()).toEqual([
      "counters.json.damaged-20230101T000000Z",
      "counters.json.damaged-20240101T000000Z",
      "counters.json.damaged-20260101T000000Z",
    ]);
  });

  it("is kept also while the clock is behind, as it is on a board that has just started", async () => {
    const directory = await createDirectory();
    // The virtual wall clock is at 2026-01-01.
    for (const year of ["2031", "2032", "2033"]) {
      await writeFile(join(directory, `counters.json.damaged-${year}0101T000000Z`), year);
    }
    await writeFile(join(directory, "counters.json"), "torn");
    await startRun(directory);
    expect((await readdir(directory)).filter((name) => name.includes("damaged")).sort()).toEqual([
      "counters.json.damaged-20260101T000000Z",
      "counters.json.damaged-20320101T000000Z",
      "counters.json.damaged-20330101T000000Z",
    ]);
  });

  it("loses only the entries that make no sense, with a warning", async () => {
    const directory = await createDirectory();
    const path = join(directory, "counters.json");
    const counters = [total, { ...total, sensor: "gas", value: -1 }];
    await writeFile(
      path,
      JSON.stringify({ format: "sensor-exporter counters", version: 1, counters }),
    );
    const { state, lines } = await startRun(directory);
    expect(state.restored).toEqual([total]);
    expect(lines).toEqual([
      {
        level: "warn",
        event: "state_entries_dropped",
        fields: { file: path, dropped: 1, kept: 1 },
      },
    ]);
  });
});

describe("a directory", () => {
  it("that another process uses is refused", async () => {
    const directory = await createDirectory();
    const { child } = await startHolder(directory);
    const { log } = createRecordingLog();
    const open = () => openState({ directory, clock: systemClock, log });
    await expect(open()).rejects.toThrow(StartError);
    await stop(child);
    await (await open()).close();
  });

  it("that cannot be made lets the program run, says so once, and is used as soon as it can be", async () => {
    const parent = await createDirectory();
    const directory = join(parent, "state");
    await writeFile(directory, "a file in the way");
    const { clock, store, lines, events } = await startRun(directory);
    expect(saves(store)).toBe("sensor_exporter_state_last_save_successful 0");
    expect(lines[0]).toMatchObject({ level: "warn", event: "state_save_failed" });
    openRain(store)?.set(1, 1000, 2000);
    for (let minute = 0; minute < 3; minute += 1) {
      await eventually(() => expect(clock.pending()).toBe(1));
      await clock.advance(60_000);
    }
    expect(events().filter((event) => event === "state_save_failed")).toHaveLength(1);
    await rm(directory);
    await eventually(() => expect(clock.pending()).toBe(1));
    await clock.advance(60_000);
    await eventually(() =>
      expect(saves(store)).toBe("sensor_exporter_state_last_save_successful 1"),
    );
    expect(events().at(-1)).toBe("state_saved_again");
    expect(await savedValue(directory)).toBe(1);
  });

  it("that turns up after the start does not lose the counters in it", async () => {
    const directory = join(await createDirectory(), "state");
    await writeFile(directory, "a file in the way");
    const { state, store, events } = await startRun(directory);
    await rm(directory);
    await mkdir(directory);
    await writeFile(join(directory, "counters.json"), fileText(40));
    openRain(store)?.set(1, 1000, 2000);
    await state.close();
    expect(events()).toEqual(["state_save_failed", "state_set_aside", "state_saved_again"]);
    expect(await savedValue(directory)).toBe(1);
    const aside = join(directory, "counters.json.damaged-20260101T000000Z");
    expect(await readFile(aside, "utf8")).toBe(fileText(40));
  });

  it("that is removed is made anew within a minute, though nothing was counted since", async () => {
    const directory = join(await createDirectory(), "state");
    const { clock, state, store } = await startRun(directory);
    openRain(store)?.set(3, 1000, 2000);
    await clock.advance(60_000);
    await eventually(async () => expect(await savedValue(directory)).toBe(3));
    await rm(directory, { recursive: true });
    await eventually(() => expect(clock.pending()).toBe(1));
    await clock.advance(60_000);
    await eventually(async () => expect(await savedValue(directory)).toBe(3));
    expect(saves(store)).toBe("sensor_exporter_state_last_save_successful 1");
    // And is locked again.
    expect(await readdir(directory)).toEqual([
      "counters.json",
      expect.stringContaining(`lock.${process.pid}.`),
    ]);
    await state.close();
  });

  it("that another is mounted over does not lose the counters in that one", async () => {
    const directory = join(await createDirectory(), "state");
    const { clock, state, store, events } = await startRun(directory);
    openRain(store)?.set(3, 1000, 2000);
    await clock.advance(60_000);
    await eventually(async () => expect(await savedValue(directory)).toBe(3));
    await rename(directory, `${directory}-below`);
    await mkdir(directory);
    await writeFile(join(directory, "counters.json"), fileText(40));
    await eventually(() => expect(clock.pending()).toBe(1));
    await clock.advance(60_000);
    await eventually(async () => expect(await savedValue(directory)).toBe(3));
    expect(events()).toEqual(["state_set_aside"]);
    const aside = join(directory, "counters.json.damaged-20260101T000200Z");
    expect(await readFile(aside, "utf8")).toBe(fileText(40));
    await state.close();
  });

  it("that is lost to another process while it could not be locked is left to it", async () => {
    const directory = join(await createDirectory(), "state");
    await writeFile(directory, "a file in the way");
    const clock = createVirtualClock();
    const { log, lines } = createRecordingLog();
    // Only the lock's own pauses must pass by themselves.
    const hasty = {
      ...clock,
      sleep: (ms: number, signal?: AbortSignal) =>
        ms < 1000 ? Promise.resolve() : clock.sleep(ms, signal),
    };
    const state = await openState({ directory, clock: hasty, log });
    const store = createStore({ clock, maximumSeries: 100 });
    state.start(store);
    await rm(directory);
    const { child } = await startHolder(directory);
    openRain(store)?.set(1, 1000, 2000);
    await state.close();
    expect(lines.map(({ event }) => event)).toEqual(["state_save_failed"]);
    expect(saves(store)).toBe("sensor_exporter_state_last_save_successful 0");
    expect(await readdir(directory)).toEqual([expect.stringContaining(`lock.${child.pid}.`)]);
    await stop(child);
  });

  it("that cannot be read or written to lets the program run and says both", async (test) => {
    const directory = await createDirectory();
    await mkdir(join(directory, "counters.json"));
    const frozen = spawnSync("mount", ["--bind", "-o", "ro", directory, directory]);
    if (frozen.status !== 0) {
      console.warn("\n!!! SKIPPED: no right to mount a directory that cannot be written to !!!\n");
      return test.skip();
    }
    onTestFinished(() => {
      spawnSync("umount", [directory]);
    });
    const { state, store, lines } = await startRun(directory);
    expect(state.restored).toEqual([]);
    expect(lines).toMatchObject([
      { event: "state_unusable", fields: { file: join(directory, "counters.json") } },
      { event: "state_save_failed", fields: { code: "EROFS" } },
    ]);
    expect(saves(store)).toBe("sensor_exporter_state_last_save_successful 0");
  });

  it("that fills up keeps the counters saved last, and gets the newest when there is room again", async (test) => {
    const directory = await createDirectory();
    const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", directory]);
    if (mounted.status !== 0) {
      console.warn("\n!!! SKIPPED: no right to mount a small file system to fill up !!!\n");
      return test.skip();
    }
    onTestFinished(() => {
      spawnSync("umount", [directory]);
    });
    const { clock, state, store, lines } = await startRun(directory);
    const series = openRain(store);
    series?.set(1, 1000, 2000);
    await clock.advance(60_000);
    await eventually(async () => expect(await savedValue(directory)).toBe(1));
    const filler = join(directory, "filler");
    await writeFile(filler, "x".repeat(1_000_000)).catch(() => {});
    series?.set(2, 1000, 2000);
    await eventually(() => expect(clock.pending()).toBe(1));
    await clock.advance(60_000);
    await eventually(() =>
      expect(saves(store)).toBe("sensor_exporter_state_last_save_successful 0"),
    );
    expect(lines.at(-1)).toMatchObject({
      event: "state_save_failed",
      fields: { code: "ENOSPC", remedy: "free some space on its file system" },
    });
    expect(await savedValue(directory)).toBe(1);
    expect(await readdir(directory)).not.toContain("counters.json.new");
    await rm(filler);
    await state.close();
    expect(await savedValue(directory)).toBe(2);
  });

  it("holds a whole file at every moment at which the program may be killed", async () => {
    const directory = await createDirectory();
    const path = join(directory, "counters.json");
    let newest = 0;
    for (let round = 0; round < 4; round += 1) {
      const child = await startWriter(path);
      await new Promise((resolve) => setTimeout(resolve, 40 + 37 * round));
      await kill(child);
      const file: { counters: CounterTotal[] } = JSON.parse(await readFile(path, "utf8"));
      const values = new Set(file.counters.map(({ value }) => value));
      expect(values.size).toBe(1);
      expect(file.counters).toHaveLength(200);
      newest = Math.max(newest, ...values);
    }
    expect(newest).toBeGreaterThan(1);
  });
});
