import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { copySimulatedHouse, runPipeline } from "./program.ts";

let directory = "";
let house = "";
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "output-"));
  house = `--config.file=${await copySimulatedHouse(directory)}`;
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe("a program whose output is lost", () => {
  it("stops watching without a word when its reader has seen enough", async () => {
    const { exit, output } = await runPipeline(
      `set -o pipefail; sensor_exporter read ${house} --simulate --watch --json | head -n 1`,
    );
    expect(output.match(/\n/gu)).toHaveLength(1);
    expect(JSON.parse(output)).toHaveProperty("metric");
    expect(exit).toBe(0);
  });

  it("says that its output could not be written, and fails", async () => {
    const { exit, output } = await runPipeline(`sensor_exporter check ${house} > /dev/full`);
    expect(output).toMatch(/^sensor-exporter: cannot write its output: ENOSPC: .*\n$/u);
    expect(exit).toBe(1);
  });

  it.each([
    ["the log's reader is gone", "2> >(exec true)"],
    ["the log's disk is full", "2> /dev/full"],
  ])("serves on when %s", async (_what, redirection) => {
    // The second line of the log is the one about the stop; the exit code says that the stop was an orderly one.
    const { exit } = await runPipeline(
      `exec ${redirection}
      sensor_exporter serve ${house} --simulate --web.listen-address=127.0.0.1:0 &
      sleep 3; pid=$(pgrep -P $!) || pid=$!
      kill -TERM "$pid"; wait $!`,
    );
    expect(exit).toBe(0);
  });
});
