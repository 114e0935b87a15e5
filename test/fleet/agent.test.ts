import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Program, startProgram, stopPrograms } from "../e2e/program.ts";
import { launchPrometheus, type Prometheus } from "../e2e/prometheus.ts";
import { hasPeer } from "../peers.ts";
import { documentedConfigurations } from "./documented.ts";

const documented = (title: string): string => {
  const block = documentedConfigurations("docs/fleet.md").find((each) =>
    each.title.includes(title),
  );
  if (block === undefined) throw new Error(`docs/fleet.md has no "${title}"`);
  return block.text;
};

const patience = { timeout: 30_000, interval: 500 };

describe.skipIf(!hasPeer(["prometheus", "--version"], "prometheus"))(
  "a board behind NAT, as docs/fleet.md has it",
  () => {
    let directory = "";
    let board: Program;
    let middle: Prometheus;
    let agent: Prometheus;

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), "agent-"));
      const file = join(directory, "board.yaml");
      await writeFile(file, "sensors: { attic: { driver: bme280, interval: 1s } }");
      board = await startProgram(["--simulate", `--config.file=${file}`]);
      middle = await launchPrometheus(documented("in the middle"), {
        flags: ["--web.enable-remote-write-receiver"],
      });
      const password = join(directory, "password");
      await writeFile(password, "unused");
      // Other addresses and a shorter interval; all else is what the page says.
      const text = documented("on the board")
        .replace("https://metrics.example.org", middle.url)
        .replace("localhost:10048", new URL(board.url).host)
        .replace("/etc/prometheus/remote-write-password", password)
        .replace("scrape_interval: 60s", "scrape_interval: 1s\n  scrape_timeout: 1s");
      agent = await launchPrometheus(text, { isAgent: true });
    }, 60_000);

    afterAll(async () => {
      await agent?.stop();
      await middle?.stop();
      await stopPrograms();
      await rm(directory, { recursive: true, force: true });
    });

    it("is seen in the middle under its own name and place", async () => {
      await expect
        .poll(
          async () =>
            (await middle.query("sensor_temperature_celsius")).map(({ labels }) => labels),
          patience,
        )
        .toEqual([
          {
            __name__: "sensor_temperature_celsius",
            instance: "barn-attic",
            job: "sensors",
            sensor: "attic",
            site: "barn",
          },
        ]);
      expect(await middle.query('up{instance="barn-attic"} == 1')).toHaveLength(1);
    }, 40_000);

    it("sends nothing of Node.js and no histogram over the line", async () => {
      const names = '{__name__=~"nodejs_.+|sensor_exporter_.+_bucket"}';
      await expect.poll(() => middle.query("process_cpu_seconds_total"), patience).toHaveLength(1);
      expect(await middle.query(names)).toEqual([]);
    }, 40_000);
  },
);
