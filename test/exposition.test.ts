import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderCollected } from "../src/exposition/collected.ts";
import { contentTypes, type Format } from "../src/exposition/format.ts";
import { createExposition } from "../src/exposition.ts";
import { type HealthFamily, health } from "../src/health.ts";
import { definitionOf, type Quantity, quantities } from "../src/quantities.ts";
import { createStore, type Family, familyOf } from "../src/store.ts";
import { createVirtualClock } from "./mocks/clock.ts";
import { hasPeer, runPeer } from "./peers.ts";

const python = "/usr/bin/python3";
const hasPromtool = hasPeer(["promtool", "--version"], "Debian's package prometheus");
const hasPython = hasPeer(
  [python, "-c", "import prometheus_client.openmetrics.parser"],
  "Debian's package python3-prometheus-client",
);

const build = { version: "1.2.3", revision: "abcdef", node: "v20.19.0" };
const forEver = Number.POSITIVE_INFINITY;

const createSubject = ({ includesProcess = false } = {}) => {
  const clock = createVirtualClock();
  const store = createStore({ clock, maximumSeries: 10_000 });
  const startedMs = clock.nowMs() - 500;
  const exposition = createExposition({ store, build, includesProcess, startedMs });
  return { clock, store, exposition };
};

const allQuantities = Object.keys(quantities).filter((key): key is Quantity =>
  Object.hasOwn(quantities, key),
);

/** Every family the program knows, each with a value. */
const createFull = () => {
  const subject = createSubject({ includesProcess: true });
  for (const quantity of allQuantities) {
    subject.store
      .open(familyOf(quantity), { sensor: "attic", room: 'a "b" \\ c\n' })
      ?.set(0.5, 0, forEver);
  }
  const families: readonly HealthFamily[] = Object.values(health);
  for (const family of families) {
    const labels = Object.fromEntries(family.labelNames.map((name) => [name, "x"]));
    subject.store.open(family, labels)?.set(1, 0, forEver);
  }
  subject.exposition.observePoll("bme280", 0.0123);
  subject.exposition.observeRequest("metrics", 0.0005);
  return subject;
};

describe("the text format", () => {
  it("has HELP, TYPE and the samples of each family, and nothing of one without a value", async () => {
    const { store, exposition } = createSubject();
    store.open(familyOf("temperatureCelsius"), { sensor: "attic" })?.set(21.5, 0, forEver);
    store.open(familyOf("pressurePascals"), { sensor: "attic" });
    const { help } = familyOf("temperatureCelsius");
    const text = await exposition.render("text");
    expect(text).toContain(
      `# HELP sensor_temperature_celsius ${help}\n# TYPE sensor_temperature_celsius gauge\nsensor_temperature_celsius{sensor="attic"} 21.5\n`,
    );
    expect(text).not.toContain("sensor_pressure_pascals");
    expect(text).not.toContain("# EOF");
    expect(text.endsWith("\n")).toBe(true);
  });

  it("names the build, and has infos as gauges, since it knows no other type for them", async () => {
    const text = await createSubject().exposition.render("text");
    expect(text).toContain("# TYPE sensor_exporter_build_info gauge\n");
    expect(text).toContain(
      'sensor_exporter_build_info{nodeversion="v20.19.0",revision="abcdef",version="1.2.3"} 1\n',
    );
  });

  it("escapes line feeds and backslashes in HELP, not quotes", async () => {
    const { store, exposition } = createSubject();
    const family: Family = { name: "sensor_x", type: "gauge", help: 'a\\b\n"c"' };
    store.open(family, {})?.set(1, 0, forEver);
    expect(await exposition.render("text")).toContain('# HELP sensor_x a\\\\b\\n"c"\n');
  });
});

describe("OpenMetrics", () => {
  it("names counters and infos without their suffix in the header, and with it in the samples", async () => {
    const { store, exposition } = createSubject();
    store.open(familyOf("pulsesTotal"), { sensor: "rain" })?.set(3, 0, forEver);
    store.open(health.sensor, { sensor: "rain", driver: "pulse-counter" })?.set(1, 0, forEver);
    const text = await exposition.render("openmetrics");
    expect(text).toContain("# TYPE sensor_pulses counter\n");
    expect(text).toContain('\nsensor_pulses_total{sensor="rain"} 3\n');
    expect(text).toContain("# TYPE sensor info\n");
    expect(text).toContain('\nsensor_info{sensor="rain",driver="pulse-counter"} 1\n');
  });

  it("has UNIT lines, escapes quotes in HELP, and ends with EOF", async () => {
    const { store, exposition } = createSubject();
    const family: Family = {
      name: "sensor_x_volts",
      type: "gauge",
      help: 'a\\b\n"c"',
      unit: "volts",
    };
    store.open(family, {})?.set(1, 0, forEver);
    const text = await exposition.render("openmetrics");
    expect(text).toContain(
      '# TYPE sensor_x_volts gauge\n# UNIT sensor_x_volts volts\n# HELP sensor_x_volts a\\\\b\\n\\"c\\"\nsensor_x_volts 1\n',
    );
    expect(text.endsWith("\n# EOF\n")).toBe(true);
  });

  it("has the same samples as the text format", async () => {
    const { exposition } = createFull();
    const names = async (format: Format) =>
      (await exposition.render(format))
        .split("\n")
        .filter((line) => line !== "" && !line.startsWith("#"))
        .map((line) => line.slice(0, line.lastIndexOf(" ")));
    expect(await names("openmetrics")).toEqual(await names("text"));
  });
});

describe("the content types", () => {
  // https://prometheus.io/docs/instrumenting/exposition_formats/ and the OpenMetrics specification, "Protocol negotiation".
  it("are the ones that Prometheus 3 insists on", () => {
    expect(contentTypes).toEqual({
      text: "text/plain; version=0.0.4; charset=utf-8",
      openmetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8",
    });
  });
});

describe("the exporter's own metrics", () => {
  it("have a histogram of polls by driver and of requests by handler", async () => {
    const { exposition } = createSubject();
    exposition.observePoll("bme280", 0.02);
    exposition.observePoll("bme280", 100);
    exposition.observeRequest("metrics", 0.002);
    const text = await exposition.render("text");
    expect(text).toContain("# TYPE sensor_exporter_poll_duration_seconds histogram\n");
    const bucket = (le: string) =>
      `sensor_exporter_poll_duration_seconds_bucket{driver="bme280",le="${le}"}`;
    expect(text).toContain(`${bucket("0.0025")} 0\n`);
    expect(text).toContain(`${bucket("0.025")} 1\n`);
    expect(text).toContain(`${bucket("15.5")} 1\n`);
    expect(text).toContain(`${bucket("+Inf")} 2\n`);
    expect(text).toContain('sensor_exporter_poll_duration_seconds_count{driver="bme280"} 2\n');
    expect(text).toContain(
      'sensor_exporter_http_request_duration_seconds_count{handler="metrics"} 1\n',
    );
  });

  it("describe the process only if wanted", async () => {
    const withProcess = await createSubject({ includesProcess: true }).exposition.render("text");
    expect(withProcess).toContain("\nprocess_resident_memory_bytes ");
    expect(withProcess).toContain('\nnodejs_version_info{major="');
    const without = await createSubject().exposition.render("text");
    expect(without).not.toMatch(/process_|nodejs_/);
    expect(without).toContain("sensor_exporter_build_info");
  });

  it("say when the process started by a wall clock that is set only afterwards", async () => {
    const { clock, exposition } = createSubject({ includesProcess: true });
    const start = async () =>
      Number(/^process_start_time_seconds (\S+)$/mu.exec(await exposition.render("text"))?.[1]);
    clock.setWallMs(10_000);
    expect(await start()).toBe(9.5);
    await clock.advance(60_000);
    clock.setWallMs(Date.UTC(2026, 0, 1));
    // `date -u -d 2026-01-01 +%s`, less a minute and the half second before the first scrape.
    expect(await start()).toBe(1_767_225_600 - 60.5);
  });

  it("are the same for two scrapes at once in different formats", async () => {
    const { exposition } = createFull();
    const rounds = await Promise.all(
      Array.from({ length: 8 }, (_, round) =>
        exposition.render(round % 2 === 0 ? "text" : "openmetrics"),
      ),
    );
    for (const [round, text] of rounds.entries()) {
      expect(text.includes("# EOF")).toBe(round % 2 === 1);
      expect(text.includes("# TYPE process_cpu_seconds_total counter")).toBe(round % 2 === 0);
      expect(text.includes("# TYPE process_cpu_seconds counter")).toBe(round % 2 === 1);
    }
  });

  it("leave out what is not a number and metrics without a sample or of an unknown type", () => {
    const metric = {
      name: "x",
      help: "y",
      type: "gauge",
      values: [{ value: Number.NaN, labels: {} }],
    };
    expect(renderCollected(metric, "text")).toBe("");
    expect(renderCollected({ ...metric, values: [] }, "text")).toBe("");
    expect(
      renderCollected({ ...metric, type: "summary", values: [{ value: 1, labels: {} }] }, "text"),
    ).toBe("");
    expect(
      renderCollected({ ...metric, values: [{ value: 1, labels: { "a-b": 1 } }] }, "text"),
    ).toBe("");
  });
});

describe.skipIf(!hasPromtool)("promtool", () => {
  it("accepts everything that the program can export, and warns of the declared exceptions only", async () => {
    const { exposition } = createFull();
    const text = await exposition.render("text");
    const { status, stdout, stderr } = runPeer("promtool", ["check", "metrics"], text);
    // 0 without and 3 with warnings; 1 if it cannot be parsed.
    expect([0, 3]).toContain(status);
    const exceptions = allQuantities
      .map(definitionOf)
      .filter(({ exception }) => exception !== undefined)
      .map(({ metric }) => metric);
    const warnings = `${stdout}${stderr}`.split("\n").filter((line) => line !== "");
    const unexpected = warnings.filter(
      (line) =>
        !(exceptions.includes(line.split(" ", 1)[0] ?? "") && line.includes("use base unit")),
    );
    expect(unexpected).toEqual([]);
  });
});

/** Reads a JSON array of expositions; prints one of lists of [name, labels, value as repr, help] per exposition. */
const parserScript = (module: string) => `
import json, sys
from ${module} import text_string_to_metric_families as parse
sys.stdin.reconfigure(encoding="utf-8"); sys.stdout.reconfigure(encoding="utf-8")
json.dump([[[s.name, s.labels, repr(float(s.value)), f.documentation]
    for f in parse(text) for s in f.samples] for text in json.load(sys.stdin)], sys.stdout)
`;

type ParsedSample = readonly [
  name: string,
  labels: Record<string, string>,
  value: string,
  help: string,
];

const pythonPrints = (module: string, input: string): string => {
  const { status, stdout, stderr } = runPeer(python, ["-c", parserScript(module)], input);
  expect(stderr).toBe("");
  expect(status).toBe(0);
  return stdout;
};

const parsers = {
  text: "prometheus_client.parser",
  openmetrics: "prometheus_client.openmetrics.parser",
} as const;

const parseWithPython = (
  format: Format,
  texts: readonly string[],
): readonly (readonly ParsedSample[])[] =>
  JSON.parse(pythonPrints(parsers[format], JSON.stringify(texts)));

describe.skipIf(!hasPython).each(["text", "openmetrics"] as const)(
  "Python's parser of %s",
  (format) => {
    it("accepts everything that the program can export", async () => {
      const { exposition } = createFull();
      const [samples] = parseWithPython(format, [await exposition.render(format)]);
      const names = new Set(samples?.map(([name]) => name));
      for (const quantity of allQuantities) expect(names).toContain(familyOf(quantity).name);
      for (const family of Object.values(health)) expect(names).toContain(family.name);
    });

    it("gets back every label value, help text and number", async () => {
      // Any UTF-16 text; half characters apart, whose replacement has a test of its own.
      const text = fc.string({
        unit: fc.oneof(
          fc.constantFrom("\\", '"', "\n", "{", "}", ",", " ", "#", "="),
          fc.constant("\r"),
          fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
        ),
      });
      const number = fc.oneof(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.integer(),
        fc.constantFrom(-0, 5e-324, Number.MAX_VALUE, 1e21, 1e-7, 0.1 + 0.2, 2 ** 53),
      );
      const cases = fc.sample(
        fc.record({
          label: text,
          // Python's parsers take blanks off the ends.
          help: text.map((help) => `<${help}>`),
          value: number,
        }),
        500,
      );
      const expositions = await Promise.all(
        cases.map(({ label, help, value }) => {
          const { store, exposition } = createSubject();
          store
            .open({ name: "sensor_x", type: "gauge", help }, { sensor: label })
            ?.set(value, 0, forEver);
          return exposition.render(format);
        }),
      );
      const parsed = parseWithPython(format, expositions);
      for (const [index, { label, help, value }] of cases.entries()) {
        const sample = parsed[index]?.find(([name]) => name === "sensor_x");
        expect(sample?.[1]).toEqual(label === "" ? {} : { sensor: label });
        expect(sample?.[3]).toBe(help);
        expect(Number(sample?.[2])).toBe(value === 0 ? 0 : value);
      }
    });
  },
);
