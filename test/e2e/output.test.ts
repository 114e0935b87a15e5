import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../free-port.ts";
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

  it("serves on, and stops when it is told to, while nobody reads what it says", async () => {
    const url = `127.0.0.1:${await freePort()}`;
    // A pipe holds 64 KiB (pipe(7)); this one is full.
    const { exit, output } = await runPipeline(
      `mkfifo ${directory}/pipe; exec 9<>${directory}/pipe
      head --bytes=65536 /dev/zero >&9
      sensor_exporter serve ${house} --simulate --web.listen-address=${url} >&9 2>&9 &
      answer=
      until [ -n "$answer" ]; do answer=$(curl --silent ${url}/-/healthy) || sleep 0.2; done
      echo "$answer"
      pid=$(pgrep -P $!) || pid=$!
      kill -HUP "$pid"; kill -TERM "$pid"; wait $!`,
    );
    expect(output).toBe("Healthy.\n");
    expect(exit).toBe(0);
  });
});
