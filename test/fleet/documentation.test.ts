import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { listDialects } from "../../src/bridge/load-dialect.ts";
import { loadConfig } from "../../src/config/load.ts";
import { listDrivers, loadDriver } from "../../src/drivers/load.ts";
import { hasPeer, runPeer } from "../peers.ts";
import { documentedConfigurations } from "./documented.ts";

const page = readFileSync("docs/fleet.md", "utf8");
const blocks = documentedConfigurations("docs/fleet.md");

const discovered = z.array(z.object({ labels: z.record(z.string(), z.string()).nullable() }));

describe.skipIf(!hasPeer(["promtool", "--version"], "prometheus"))("docs/fleet.md", () => {
  let directory = "";

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "fleet-"));
  });

  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const check = (kind: readonly string[], text: string) => {
    const file = join(directory, "block.yml");
    writeFileSync(file, text);
    return runPeer("promtool", ["check", ...kind, file], "");
  };

  it("has configurations of Prometheus, of an agent, and of a bridge", () => {
    expect(new Set(blocks.map(({ kind }) => kind))).toEqual(
      new Set(["prometheus", "agent", "exporter"]),
    );
  });

  it.each(blocks.filter(({ kind }) => kind === "prometheus"))(
    "has a configuration that Prometheus takes: $title",
    ({ text }) => {
      const { status, stderr } = check(["config", "--syntax-only"], text);
      expect(status, stderr).toBe(0);
    },
  );

  it.each(blocks.filter(({ kind }) => kind === "agent"))(
    "has a configuration that Prometheus takes as an agent: $title",
    ({ text }) => {
      const { status, stderr } = check(["config", "--syntax-only", "--agent"], text);
      expect(status, stderr).toBe(0);
    },
  );

  it.each(blocks.filter(({ kind }) => kind === "exporter"))(
    "has a configuration that the exporter takes: $title",
    async ({ text }) => {
      const loaded = await loadConfig({
        file: "bridge.yaml",
        readFile: async () => new TextEncoder().encode(text),
        environment: {},
        driverNames: await listDrivers(),
        dialectNames: await listDialects(),
        loadDriver,
      });
      expect(loaded).not.toHaveProperty("problems");
    },
  );

  it("gives each board to one of the three shards", () => {
    const block = blocks.find(({ title }) => title.includes("first of three"));
    const boards = Array.from({ length: 60 }, (_, index) => `10.0.0.${index}:10048`);
    writeFileSync(join(directory, "boards.json"), JSON.stringify([{ targets: boards }]));
    const shares = ["0", "1", "2"].map((shard) => {
      const file = join(directory, `shard-${shard}.yml`);
      const text = (block?.text ?? "")
        .replaceAll('"0"', `"${shard}"`)
        .replace(
          /http_sd_configs:\n.*\n/u,
          `file_sd_configs:\n      - files: [${directory}/boards.json]\n`,
        );
      writeFileSync(file, text);
      const rest = ["check", "service-discovery", "--timeout=2s", file, "sensors"];
      return discovered
        .parse(JSON.parse(runPeer("promtool", rest, "").stdout))
        .flatMap(({ labels }) => labels?.["__address__"] ?? []);
    });
    expect(shares.flat().toSorted()).toEqual(boards.toSorted());
    expect(Math.min(...shares.map(({ length }) => length))).toBeGreaterThan(0);
  });
});

describe("the arithmetic of docs/fleet.md", () => {
  const secondsOfYear = 365 * 86_400;
  const bytesPerSample = 2;

  /** `2,667`, `8.4 GB` and the like as numbers. */
  const number = (cell: string): number => Number(cell.replaceAll(",", "").replace(/ .*$/u, ""));

  const rows = [...page.matchAll(/^\| ([\d,]+) \| ([\d,]+) \| (.+) \|$/gmu)].map(
    ([, boards = "", series = "", rest = ""]) => ({
      boards: number(boards),
      series: number(series),
      cells: rest.split(" | ").map(number),
    }),
  );

  it("has a row for one, fifty, a thousand and ten thousand boards of forty series", () => {
    expect(rows.map(({ boards, series }) => [boards, series / boards])).toEqual([
      [1, 40],
      [50, 40],
      [1000, 40],
      [10_000, 40],
    ]);
  });

  it.each(rows)("is right for $boards boards", ({ series, cells }) => {
    const rates = [15, 30, 60].map((interval) => series / interval);
    const gigabytes = rates.map((rate) => (rate * secondsOfYear * bytesPerSample) / 1e9);
    for (const [index, exact] of [...rates, ...gigabytes].entries()) {
      // What is printed has two digits at least.
      expect(cells[index], `column ${index}`).toBeGreaterThan(exact * 0.93);
      expect(cells[index], `column ${index}`).toBeLessThan(exact * 1.07);
    }
  });
});

it("writes YAML that can be read wherever it has a block of it", () => {
  expect(blocks.length).toBeGreaterThan(5);
  for (const { text, title } of blocks) expect(() => parse(text), title).not.toThrow();
});
