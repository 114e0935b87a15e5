import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { health } from "../../src/health.ts";
import { definitionOf, quantityByName, quantityNames } from "../../src/quantities.ts";
import { hasPeer, runPeer } from "../peers.ts";
import {
  configurationFiles,
  metricsIn,
  parseRules,
  ruleFiles,
  shippedRules,
  unitTestFiles,
} from "./rule-files.ts";

const rules = shippedRules();
const records = rules.flatMap((rule) => ("record" in rule ? [rule.record] : []));

/** Metrics that Prometheus itself has of every target, and those of the process. */
const foreign = ["up", "scrape_samples_scraped"];

const metricNames = new Set([
  ...Object.values(health).map(({ name }) => name),
  ...quantityNames.flatMap((name) => {
    const quantity = quantityByName(name);
    return quantity === undefined ? [] : [definitionOf(quantity).metric];
  }),
  ...records,
  ...foreign,
]);

const alerts = rules.flatMap((rule) => ("alert" in rule ? [rule] : []));

const unitTests = z
  .object({
    tests: z.array(
      z.object({
        promql_expr_test: z.array(z.object({ expr: z.string() })).default([]),
        alert_rule_test: z
          .array(z.object({ alertname: z.string(), exp_alerts: z.array(z.unknown()) }))
          .default([]),
      }),
    ),
  })
  .transform(({ tests }) => tests);

const tests = unitTestFiles.flatMap((file) => unitTests.parse(parse(readFileSync(file, "utf8"))));

describe("the metrics in an expression", () => {
  it("are told from functions, labels, durations and words", () => {
    expect(
      metricsIn(
        'sum by (job, place) (rate(sensor_polls_total{code="a_b"}[5m] offset 1h)) / on (job) group_left (place) job:up:count unless up > 0.5',
      ),
    ).toEqual(["sensor_polls_total", "job:up:count", "up"]);
  });
});

describe("the rules for Prometheus", () => {
  it.each(rules.map((rule) => ["record" in rule ? rule.record : rule.alert, rule] as const))(
    "ask only for metrics that exist: %s",
    (_name, { expr }) => {
      const asked = metricsIn(expr);
      expect(asked.length).toBeGreaterThan(0);
      expect(asked.filter((name) => !metricNames.has(name))).toEqual([]);
    },
  );

  it("record under names of level, metric and operation", () => {
    for (const record of records) {
      expect(record).toMatch(/^(?:job|place|instance|sensor):[a-z_]+:[a-z_]+(?:\d+[mhd])?$/u);
    }
  });

  it("have a unit test for everything that is recorded", () => {
    const queried = tests.flatMap(({ promql_expr_test: queries }) =>
      queries.flatMap(({ expr }) => metricsIn(expr)),
    );
    expect(records.filter((record) => !queried.includes(record))).toEqual([]);
  });
});

describe("the alerts", () => {
  const named = alerts.map((rule) => [rule.alert, rule] as const);

  it.each(named)(
    "say how urgent they are, what has happened, and where to read on: %s",
    (name, rule) => {
      expect(rule.labels["severity"]).toMatch(/^(?:critical|warning|info)$/u);
      const { summary, description, runbook, ...others } = rule.annotations;
      expect(summary).not.toMatch(/\.$/u);
      expect(description).toMatch(/\.$/u);
      expect(runbook).toBe(`docs/alerts.md#${name.toLowerCase()}`);
      expect(others).toEqual({});
    },
  );

  it("each have a paragraph that says what to look at first, and no other has", () => {
    const page = readFileSync("docs/alerts.md", "utf8");
    // Those that `sensor-exporter rules` alone prints come after that heading.
    const [shared = ""] = page.split("\n## One board\n");
    const sections = shared.split(/^### /mu).slice(1);
    expect(sections.map((section) => section.split("\n", 1)[0])).toEqual([
      ...new Set(alerts.map(({ alert }) => alert)),
    ]);
    for (const section of sections) expect(section).toMatch(/\*\*Look\s+first\*\*/u);
  });

  it.each(named)("are shown to fire and not to fire: %s", (name) => {
    const cases = tests
      .flatMap(({ alert_rule_test: each }) => each)
      .filter(({ alertname }) => alertname === name)
      .map(({ exp_alerts: expected }) => expected.length > 0);
    expect(new Set(cases)).toEqual(new Set([true, false]));
  });
});

describe.skipIf(!hasPeer(["promtool", "--version"], "prometheus"))(
  "promtool, of Prometheus itself,",
  () => {
    const promtool = (...words: readonly string[]) => {
      const { status, stdout, stderr } = runPeer("promtool", words, "");
      return { status, said: stdout + stderr };
    };

    it.each(configurationFiles)("takes the configuration %s", (file) => {
      const { status, said } = promtool("check", "config", file);
      expect(status, said).toBe(0);
    });

    it.each(ruleFiles)("takes the rules %s, of which none is there twice", (file) => {
      const { status, said } = promtool("check", "rules", "--lint=all", "--lint-fatal", file);
      expect(status, said).toBe(0);
      expect(said).toContain(
        `SUCCESS: ${parseRules(readFileSync(file, "utf8")).length} rules found`,
      );
    });

    it.each(unitTestFiles)("sees the unit tests pass: %s", { timeout: 60_000 }, (file) => {
      const { status, said } = promtool("test", "rules", file);
      expect(status, said).toBe(0);
    });
  },
);
