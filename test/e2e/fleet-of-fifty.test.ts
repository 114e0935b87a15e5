import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env } from "node:process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { hasMosquitto, type Mosquitto, startMosquitto } from "../bridge/mosquitto.ts";
import { freePort } from "../free-port.ts";
import { hasPeer } from "../peers.ts";
import { type Program, startProgram, startTargets, stopPrograms } from "./program.ts";
import { launchPrometheus, type Prometheus } from "./prometheus.ts";

// Fifty take a minute and more of a machine with two cores; ten show the same.
const boards = Number(env["FLEET_BOARDS"] ?? 10);
const startedAtOnce = 4;
const patience = { timeout: 60_000, interval: 500 };

const names = Array.from(
  { length: boards },
  (_, index) => `board-${String(index + 1).padStart(2, "0")}`,
);
const [leaving = "", killed = "", listed = "", ...staying] = names;

const alertsSchema = z.object({
  data: z.object({
    alerts: z.array(z.object({ labels: z.record(z.string(), z.string()), state: z.string() })),
  }),
});

/** The shipped configuration and rules, faster: what takes minutes in a house takes seconds here. */
const hurry = (text: string): string =>
  text
    .replace(/(scrape_interval|evaluation_interval): \S+/gu, "$1: 2s")
    .replace(/scrape_timeout: \S+/gu, "scrape_timeout: 2s")
    .replace(/(- alert: BoardDown\n\s+expr: .*\n\s+for): \S+/u, "$1: 4s");

describe.skipIf(!hasMosquitto || !hasPeer(["prometheus", "--version"], "prometheus"))(
  `a fleet of ${boards} boards`,
  () => {
    let directory = "";
    let broker: Mosquitto;
    let prometheus: Prometheus;
    let listedPort = 0;
    const fleet = new Map<string, Program>();

    const start = async (name: string): Promise<void> => {
      const config = join(directory, `${name}.yaml`);
      const port = name === listed ? listedPort : 0;
      // A board on the list has the same URL there, by which it is known to be the same.
      const url = port === 0 ? "" : `, url: "http://127.0.0.1:${port}/metrics"`;
      await writeFile(
        config,
        `
sensors: { climate: { driver: sht4x, interval: 10s } }
mqtt:
  - url: ${broker.url}
    keep_alive: 5s
    discover: []
    announce: { labels: { board: ${name}, place: home }${url} }
`,
      );
      const program = await startProgram([
        "--simulate",
        `--config.file=${config}`,
        ...(port === 0 ? [] : [`--web.listen-address=127.0.0.1:${port}`]),
      ]);
      fleet.set(name, program);
    };

    /** Starts a Prometheus with what is shipped, its paths made absolute. */
    const startShipped = async (): Promise<Prometheus> => {
      const file = (name: string) => join(directory, name);
      await cp("config/prometheus/rules", file("rules"), { recursive: true });
      const alerts = await readFile(file("rules/alerts.yml"), "utf8");
      expect(hurry(alerts)).not.toBe(alerts);
      await writeFile(file("rules/alerts.yml"), hurry(alerts));
      const configuration = await readFile("config/prometheus/prometheus.yml", "utf8");
      const moved = configuration.replace(
        /\b(rules\/\*\.yml|targets\/\*\.json)/gu,
        `${directory}/$1`,
      );
      expect(moved).toContain(file("targets/*.json"));
      return launchPrometheus(hurry(moved));
    };

    /** Boards by their label that are up, or down, as Prometheus has it. */
    const boardsThatAre = async (up: 0 | 1): Promise<readonly (string | undefined)[]> =>
      (await prometheus.query(`up == ${up}`)).map(({ labels }) => labels["board"]).sort();
    const firing = async (): Promise<readonly string[]> => {
      const answer = await fetch(`${prometheus.url}/api/v1/alerts`);
      return alertsSchema
        .parse(await answer.json())
        .data.alerts.filter(({ state }) => state === "firing")
        .map(({ labels }) => `${labels["alertname"]} ${labels["instance"]}`);
    };

    beforeAll(
      async () => {
        directory = await mkdtemp(join(tmpdir(), "fleet-"));
        broker = await startMosquitto({ isQuiet: true });
        listedPort = await freePort();
        await mkdir(join(directory, "targets"));
        const list = join(directory, "boards.txt");
        await writeFile(list, `127.0.0.1:${listedPort} board=${listed} place=home\n`);
        await startTargets([
          `--url=${broker.url}`,
          `--list=${list}`,
          "--allow=127.0.0.0/8",
          `--output=${join(directory, "targets", "found.json")}`,
        ]);
        prometheus = await startShipped();
        for (let first = 0; first < boards; first += startedAtOnce) {
          await Promise.all(names.slice(first, first + startedAtOnce).map(start));
        }
      },
      30_000 + 6_000 * boards,
    );

    afterAll(async () => {
      await prometheus?.stop();
      await stopPrograms();
      await broker?.close();
      await rm(directory, { recursive: true, force: true });
    }, 60_000);

    it("is found whole, and every reading of it is scraped", async () => {
      await expect.poll(() => boardsThatAre(1), patience).toEqual(names);
      const temperatures = 'sensor_temperature_celsius{sensor="climate",place="home"}';
      await expect
        .poll(
          async () =>
            (await prometheus.query(temperatures)).map(({ labels }) => labels["instance"]).sort(),
          patience,
        )
        .toEqual(names);
      expect(await firing()).toEqual([]);
    }, 130_000);

    it("does without a board that stops, and without one that dies", async () => {
      fleet.get(leaving)?.signal("SIGTERM");
      expect(await fleet.get(leaving)?.ended).toBe(0);
      fleet.get(killed)?.signal("SIGKILL");
      await expect.poll(() => boardsThatAre(1), patience).toEqual([listed, ...staying]);
      expect(await firing()).toEqual([]);
    }, 80_000);

    it("misses a board that is on the list, until that is back", async () => {
      fleet.get(listed)?.signal("SIGKILL");
      await expect.poll(firing, patience).toEqual([`BoardDown ${listed}`]);
      expect(await boardsThatAre(0)).toEqual([listed]);
      await start(listed);
      await expect.poll(firing, patience).toEqual([]);
      await expect.poll(() => boardsThatAre(1), patience).toEqual([listed, ...staying]);
    }, 130_000);

    it("takes up a board that joins", async () => {
      await start(killed);
      await expect.poll(() => boardsThatAre(1), patience).toEqual([killed, listed, ...staying]);
    }, 80_000);
  },
);
