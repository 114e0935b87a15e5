import { readdir, readFile } from "node:fs/promises";
import { posix } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { exampleOptions, optionRows } from "../scripts/generate/options.ts";
import { renderFiles } from "../scripts/generate/pages.ts";
import { listDialects } from "../src/bridge/load-dialect.ts";
import { loadConfig } from "../src/config/load.ts";
import { listDrivers, loadDriver } from "../src/drivers/load.ts";
import { errorCodes } from "../src/errors.ts";
import { health } from "../src/health.ts";
import { definitionOf, quantityByName, quantityNames } from "../src/quantities.ts";

const root = new URL("../", import.meta.url);
const read = (path: string): Promise<string> => readFile(new URL(path, root), "utf8");

const captured = (text: string, pattern: RegExp): readonly string[] =>
  [...text.matchAll(pattern)].map(([, capture = ""]) => capture);

const files = await renderFiles();
const metricsPage = await read("docs/metrics.md");
const sensorsPage = await read("docs/sensors.md");
const errorsPage = await read("docs/errors.md");

describe("generated files", () => {
  it.each(files)("are as the declarations have them: $path", async ({ path, content }) => {
    expect(await read(path)).toBe(content);
  });

  it("are the same each time", async () => {
    expect(await renderFiles()).toEqual(files);
  });

  it.each(files.filter(({ path }) => path.endsWith(".md")))(
    "have tables whose rows have as many cells as their heading: $path",
    ({ content }) => {
      for (const table of captured(content, /((?:^\|.*\|\n)+)/gmu)) {
        const cells = table
          .trimEnd()
          .split("\n")
          .map((row) => row.replaceAll("\\|", "").split("|").length);
        expect(new Set(cells).size).toBe(1);
      }
    },
  );

  it.each(files.filter(({ path }) => path.endsWith(".md")))(
    "link to headings that exist: $path",
    async ({ path, content }) => {
      for (const target of captured(content, /\]\((?!https?:)([^)\s]*#[^)\s]*)\)/gu)) {
        const [file = "", anchor] = target.split("#");
        const page = file === "" ? content : await read(posix.join(posix.dirname(path), file));
        // GitHub's anchors: lower case, punctuation dropped, blanks turned into hyphens.
        const anchors = captured(page, /^#+ (.+)$/gmu).map((heading) =>
          heading
            .toLowerCase()
            .replaceAll(/[^\w\s-]/gu, "")
            .replaceAll(" ", "-"),
        );
        expect(anchors, `${path} links to ${target}`).toContain(anchor);
      }
    },
  );
});

describe("docs/sensors.md", () => {
  const sections = captured(sensorsPage, /^### (.+)$/gmu);

  it("has a section for every driver and for nothing else", async () => {
    const kinds = ["i2c", "gpio", "kernel"];
    const present = await Promise.all(
      kinds.map((kind) => readdir(new URL(`src/drivers/${kind}/`, root))),
    );
    const drivers = present.flat().map((file) => file.replace(/\.ts$/u, ""));
    expect(sections.toSorted()).toEqual(drivers.toSorted());
  });

  it.each(sections)("has an example for %s that is a valid configuration", async (name) => {
    const section = sensorsPage.split(`\n### ${name}\n`)[1] ?? "";
    const [yaml = ""] = captured(section, /^```yaml\n(.*?)^```$/gmsu);
    expect(yaml).toContain(`driver: ${name}\n`);
    const loaded = await loadConfig({
      file: "example.yaml",
      readFile: async () => new TextEncoder().encode(yaml),
      environment: {},
      driverNames: await listDrivers(),
      dialectNames: await listDialects(),
      loadDriver,
    });
    expect(loaded).not.toHaveProperty("problems");
    expect(loaded).toHaveProperty("config.sensors.0.driver", name);
  });

  it("names every quantity as the catalogue does", () => {
    const rows = [...sensorsPage.matchAll(/^\| `(\w+)` \| `(sensor_\w+)` \|/gmu)];
    expect(rows).not.toEqual([]);
    for (const [, name = "", metric] of rows) {
      const quantity = quantityByName(name);
      expect(quantity && definitionOf(quantity).metric).toBe(metric);
    }
  });
});

describe("options of a driver", () => {
  const required = z.strictObject({ id: z.string().describe("Serial number.") });

  it("must have an example where they are required", () => {
    expect(() => exampleOptions(required)).toThrow("the option id is required");
    const withExample = z.strictObject({ id: required.shape.id.meta({ examples: ["28-00"] }) });
    expect(exampleOptions(withExample)).toEqual({ id: "28-00" });
  });

  it("are listed with values, default and meaning, nested ones by their path", () => {
    const options = z.strictObject({
      id: required.shape.id,
      gain: z.literal([1, 2]).default(1).describe("Gain | of the input."),
      channels: z
        .array(z.strictObject({ share: z.number().min(0).max(1).optional() }))
        .default([])
        .describe("Channels."),
    });
    expect(optionRows(options)).toEqual([
      ["`id`", "text", "required", "Serial number."],
      ["`gain`", "`1`, `2`", "`1`", "Gain \\| of the input."],
      ["`channels`", "list", "`[]`", "Channels."],
      ["`channels[].share`", "number, 0 to 1", "", ""],
    ]);
  });
});

describe("docs/metrics.md", () => {
  const [readings = "", own = ""] = metricsPage.split("\n## Health of sensors and exporter\n");

  it("has every quantity and no other", () => {
    const documented = captured(readings, /^\| `(\w+)` \| `sensor_\w+` \|/gmu);
    expect(documented.toSorted()).toEqual(quantityNames.toSorted());
  });

  it("has every metric of the exporter's own and no other but its histograms", () => {
    const documented = captured(own, /^\| `(\w+)` \|/gmu);
    expect(documented.toSorted()).toEqual(
      [
        ...Object.values(health).map(({ name }) => name),
        "sensor_exporter_http_request_duration_seconds",
        "sensor_exporter_poll_duration_seconds",
      ].toSorted(),
    );
  });

  it("gives the reason of every exception", () => {
    const [, exceptions = ""] = readings.split("\n## Exceptions to base units\n");
    for (const name of quantityNames) {
      const quantity = quantityByName(name);
      const reason = quantity && definitionOf(quantity).exception;
      if (reason !== undefined) expect(exceptions).toContain(`| ${reason} |`);
    }
  });
});

describe("docs/errors.md", () => {
  it("has a section for every code and for nothing else", () => {
    const sections = captured(errorsPage, /^## ([a-z-]+)$/gmu);
    expect(sections).toEqual(Object.keys(errorCodes));
  });

  it("has a meaning and the remedy of every code", () => {
    for (const [code, remedy] of Object.entries(errorCodes)) {
      const [, section = ""] = errorsPage.split(`\n## ${code}\n`);
      expect(section).toMatch(/^\n[A-Z].+\.\n\n\*\*Remedy:\*\* /u);
      expect(section).toContain(`**Remedy:** ${remedy}\n`);
    }
  });
});

describe("every page", () => {
  it("names only metrics that exist", async () => {
    const known = new Set([
      ...quantityNames.flatMap((name) => {
        const quantity = quantityByName(name);
        return quantity === undefined ? [] : [definitionOf(quantity).metric];
      }),
      ...captured(metricsPage, /`(sensor_\w+)`/gu),
    ]);
    const names = (await readdir(new URL("docs/", root))).filter((name) => name.endsWith(".md"));
    for (const path of ["README.md", ...names.map((name) => `docs/${name}`)]) {
      const text = await read(path);
      const mentioned = captured(text, /(?<![\w:])(sensor_[a-z0-9_]*[a-z0-9])\b(?![*/])/gu)
        .map((name) => name.replace(/(?<=_seconds)_(?:bucket|sum|count)$/u, ""))
        .filter((name) => !known.has(name));
      expect(mentioned, path).toEqual([]);
    }
  });
});
