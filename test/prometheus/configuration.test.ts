import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { hasPeer, runPeer } from "../peers.ts";
import { configurationFiles } from "./rule-files.ts";

const discovered = z.array(z.object({ labels: z.record(z.string(), z.string()) }));

const targets = [
  { targets: ["10.0.0.5:10048"], labels: { board: "attic", place: "home" } },
  { targets: ["barn.farm.lan:10048", "barn.farm.lan:9999"] },
];

const fromFiles = "file_sd_configs:\n      - files: [targets/*.json]\n";

describe.skipIf(!hasPeer(["promtool", "--version"], "prometheus"))(
  "the configuration of Prometheus for a fleet",
  () => {
    let directory = "";

    beforeAll(() => {
      directory = mkdtempSync(join(tmpdir(), "configuration-"));
      cpSync("config/prometheus", directory, { recursive: true });
      mkdirSync(join(directory, "targets"));
      writeFileSync(join(directory, "targets/boards.json"), JSON.stringify(targets));
    });

    afterAll(() => rmSync(directory, { recursive: true, force: true }));

    /** A copy of a file that differs, in a folder like its own. */
    const changed = (file: string, change: (text: string) => string): string => {
      const copy = join(directory, basename(file));
      writeFileSync(copy, change(readFileSync(file, "utf8")));
      return copy;
    };

    const discover = (file: string, patience: string) => {
      const words = ["check", "service-discovery", `--timeout=${patience}`, file, "sensors"];
      return discovered.parse(JSON.parse(runPeer("promtool", words, "").stdout));
    };

    // It always waits for as long as it may: longer only where less is not enough.
    const labelsBy = (file: string) => {
      let found = discover(file, "2s");
      for (const patience of ["10s", "20s"]) {
        if (found.length < 3) found = discover(file, patience);
      }
      return found
        .map(({ labels: { __address__: at = "", instance, board, place } }) => [
          at,
          instance,
          board,
          place,
        ])
        .toSorted(([one = ""], [other = ""]) => one.localeCompare(other));
    };

    it("names a board as its target does, else by its address without the usual port", {
      timeout: 60_000,
    }, () => {
      expect(labelsBy(join(directory, "prometheus.yml"))).toEqual([
        ["10.0.0.5:10048", "attic", "attic", "home"],
        ["barn.farm.lan:10048", "barn.farm.lan", undefined, undefined],
        ["barn.farm.lan:9999", "barn.farm.lan:9999", undefined, undefined],
      ]);
    });

    it("names a board that the name server knows by the first part of its host's name", {
      timeout: 60_000,
    }, () => {
      const file = changed("config/prometheus/prometheus-dns-sd.yml", (text) =>
        text.replace(/dns_sd_configs:\n(?: {6}.*\n)+/u, fromFiles),
      );
      expect(labelsBy(file)).toEqual([
        ["10.0.0.5:10048", "attic", "attic", "home"],
        ["barn.farm.lan:10048", "barn", "barn", undefined],
        ["barn.farm.lan:9999", "barn", "barn", undefined],
      ]);
    });

    it.each(configurationFiles)("is taken with what it offers in comments, too: %s", (file) => {
      const commented = /^( *)# ( *(?:- )?[a-z_]+:.*| *- .*)$/gmu;
      const copy = changed(file, (text) => text.replace(commented, "$1$2"));
      expect(readFileSync(copy, "utf8")).toMatch(/^ {4}basic_auth:\n {6}username: prometheus\n/mu);
      const { status, stderr } = runPeer(
        "promtool",
        ["check", "config", "--syntax-only", copy],
        "",
      );
      expect(status, stderr).toBe(0);
    });

    it("differs in nothing but where the boards come from", () => {
      const common = (file: string): string =>
        readFileSync(file, "utf8")
          .replace(/^(?:#.*\n)+/u, "")
          .replace(/^ {2}- job_name: sensors\n[\s\S]*?\n\n/mu, "")
          .replace(/^ {6}# Records of a name server[\s\S]*/mu, "");
      for (const file of configurationFiles) {
        expect(common(file), file).toBe(common("config/prometheus/prometheus.yml"));
      }
    });
  },
);

describe.skipIf(!hasPeer(["amtool", "--version"], "prometheus-alertmanager"))(
  "the example for Alertmanager",
  () => {
    it("is taken by amtool", () => {
      const { status, stdout, stderr } = runPeer(
        "amtool",
        ["check-config", "config/prometheus/alertmanager.yml"],
        "",
      );
      expect(status, stdout + stderr).toBe(0);
    });

    it.each([
      ["critical", "people"],
      ["warning", "people"],
      ["info", "nobody"],
    ])("sends what is %s to %s", (severity, receiver) => {
      const { stdout } = runPeer(
        "amtool",
        [
          "config",
          "routes",
          "test",
          "--config.file=config/prometheus/alertmanager.yml",
          `severity=${severity}`,
          "instance=attic",
        ],
        "",
      );
      expect(stdout).toBe(`${receiver}\n`);
    });
  },
);
