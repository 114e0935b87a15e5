import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hasPeer, runPeer } from "../peers.ts";
import { replaceFile } from "../replace-file.ts";
import { startProgram, stopPrograms } from "./program.ts";

const findLibrary = "ls /usr/lib/*/faketime/libfaketime.so.1";
const hasLibrary = hasPeer(["sh", "-c", findLibrary], "libfaketime");

let directory = "";
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "clock-"));
});
afterEach(async () => {
  await stopPrograms();
  await rm(directory, { recursive: true, force: true });
});

const configuration = `
sensors:
  attic: { driver: sht4x, interval: 1s, expires: 30s }
  meter: { driver: pulse-counter, line: 17, interval: 1s }
`;

/** A program whose wall clock can be set while it runs; its monotonic clock is the machine's. */
const start = async (wall: string) => {
  const [library = ""] = runPeer("sh", ["-c", findLibrary], "").stdout.split("\n");
  const file = join(directory, "config.yaml");
  const time = join(directory, "time");
  await writeFile(file, configuration);
  await writeFile(time, `${wall}\n`);
  const program = await startProgram(
    ["--simulate", `--config.file=${file}`, `--state.directory=${join(directory, "state")}`],
    {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: time,
      FAKETIME_NO_CACHE: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
      NO_FAKE_STAT: "1",
    },
  );
  const scrape = async () => (await fetch(`${program.url}/metrics`)).text();
  return { ...program, scrape, setWall: (text: string) => replaceFile(time, `${text}\n`) };
};

/** Every series about sensors, values left out. */
const seriesOf = (text: string): readonly string[] =>
  [...text.matchAll(/^(sensor_\S+) /gmu)].map(([, series = ""]) => series).sort();

const sampleOf = (text: string, series: string): number => {
  const line = text.split("\n").find((each) => each.startsWith(`${series} `));
  return Number(line?.slice(series.length + 1));
};

const moments = [
  'sensor_last_reading_timestamp_seconds{sensor="attic"}',
  'sensor_last_reading_timestamp_seconds{sensor="meter"}',
  "sensor_exporter_config_last_reload_success_timestamp_seconds",
  "process_start_time_seconds",
];

// Of the machine, that is; hours are more than any pause of it.
const hourSeconds = 3600;

describe.runIf(hasLibrary)("a wall clock that is decades behind when the program starts", () => {
  it("shows, and when it is set, everything is right that was stamped before, and nothing is lost", async () => {
    const program = await start("@1970-01-01 00:10:00");
    const isComplete = (text: string) =>
      text.includes('sensor_up{sensor="attic"} 1') && text.includes('sensor_up{sensor="meter"} 1');
    await expect
      .poll(async () => isComplete(await program.scrape()), { timeout: 15_000 })
      .toBe(true);
    const before = await program.scrape();
    expect(sampleOf(before, "sensor_exporter_time_seconds")).toBeLessThan(24 * hourSeconds);
    for (const moment of moments) expect(sampleOf(before, moment)).toBeLessThan(24 * hourSeconds);

    await program.setWall("+0");
    const isRight = (seconds: number) => Math.abs(Date.now() / 1000 - seconds) < hourSeconds;
    await expect
      .poll(async () => isRight(sampleOf(await program.scrape(), "sensor_exporter_time_seconds")))
      .toBe(true);
    const after = await program.scrape();
    for (const moment of moments)
      expect([moment, isRight(sampleOf(after, moment))]).toEqual([moment, true]);
    expect(seriesOf(after)).toEqual(seriesOf(before));

    const polls = 'sensor_polls_total{sensor="attic"}';
    await expect
      .poll(async () => sampleOf(await program.scrape(), polls), { timeout: 15_000 })
      .toBeGreaterThan(sampleOf(after, polls) + 1);
    expect(seriesOf(await program.scrape())).toEqual(seriesOf(before));
    expect(
      sampleOf(await program.scrape(), 'sensor_poll_failures_total{sensor="attic"}'),
    ).toBeNaN();
  });
});
