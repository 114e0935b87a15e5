import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { hasPeer, runPeer } from "../peers.ts";
import { filesIn } from "./rule-files.ts";

const discovered = z.array(z.object({ labels: z.record(z.string(), z.string()) }));

const targets = [
  { targets: ["10.0.0.5:10048"], labels: { board: "attic", site: "home" } },
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

    const labelsBy = (file: string) => {
      const { stdout } = runPeer(
        "promtool",
        ["check", "service-discovery", "--timeout=2s", file, "sensors"],
        "",
      );
      return discovered
        .parse(JSON.parse(stdout))
        .map(({ labels: { __address__: at, instance, board, site } }) => [
          at,
          instance,
          board,
          site,
        ]);
    };

    it("names a board as its target does, else by its address without the usual port", () => {
      expect(labelsBy(join(directory, "prometheus.yml"))).toEqual([
        ["10.0.0.5:10048", "attic", "attic", "home"],
        ["barn.farm.lan:10048", "barn.farm.lan", undefined, undefined],
        ["barn.farm.lan:9999", "barn.farm.lan:9999", undefined, undefined],
      ]);
    });

    it("names a board that the name server knows by the first part of its host's name", () => {
      const file = changed("config/prometheus/prometheus-dns-sd.yml", (text) =>
        text.replace(/dns_sd_configs:\n(?: {6}.*\n)+/u, fromFiles),
      );
      expect(labelsBy(file)).toEqual([
        ["10.0.0.5:10048", "attic", "attic", "home"],
        ["barn.farm.lan:10048", "barn", "barn", undefined],
        ["barn.farm.lan:9999", "barn", "barn", undefined],
      ]);
    });

    it.each(filesIn())("is taken with what it offers in comments, too: %s", (file) => {
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
      for (const file of filesIn()) {
        expect(common(file), file).toBe(common("config/prometheus/prometheus.yml"));
      }
    });
  },
);
