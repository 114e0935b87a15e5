import { describe, expect, it } from "vitest";
import { health } from "../src/health.ts";
import type { QuantityDefinition } from "../src/quantities/definition.ts";
import {
  definitionOf,
  quantities,
  quantityByName,
  quantityGroups,
  quantityNames,
} from "../src/quantities.ts";
import { convertFromBase, unitsOf } from "../src/units.ts";
import { hasPeer, runPeer } from "./peers.ts";

const catalogue: Readonly<Record<string, QuantityDefinition>> = quantities;
const entries = Object.entries(catalogue);
const definitions = entries.map(([, definition]) => definition);
const withoutTotal = (metric: string): string => metric.replace(/_total$/u, "");

/** Every entry with one sample, as a scrape would show it. */
const exposition = definitions
  .map(
    ({ metric, type, help }) => `# HELP ${metric} ${help}\n# TYPE ${metric} ${type}\n${metric} 1\n`,
  )
  .join("");

describe.each(entries)("%s", (key, definition) => {
  const { name, metric, type, unit, help, exception, dimension, display } = definition;

  it("has the key that its metric gives", () => {
    const words = metric.replace(/^sensor_/u, "");
    expect(key).toBe(words.replaceAll(/_(.)/gu, (_, letter: string) => letter.toUpperCase()));
  });

  it("has a metric of prefix, name, unit and, on counters, total", () => {
    const unitPart = unit === undefined ? "" : `_${unit}`;
    const parts = `sensor_${name}${unitPart}${type === "counter" ? "_total" : ""}`;
    // `on` is a boolean to older YAML parsers, and `sensor_ratio` already ends with its unit.
    const odd: Readonly<Record<string, string>> = {
      on_time: "sensor_on_seconds_total",
      ratio: "sensor_ratio",
    };
    expect(metric).toBe(odd[name] ?? parts);
  });

  it("keeps to the characters of metric names and to lower case", () => {
    expect(metric).toMatch(/^sensor(?:_[a-z0-9]+)+$/u);
    expect(name).toMatch(/^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/u);
  });

  it("has a unit that OpenMetrics accepts: the end of the family's name", () => {
    const family = withoutTotal(metric);
    expect(unit === undefined || family.endsWith(`_${unit}`)).toBe(true);
  });

  it("ends with total if and only if it is a counter", () => {
    expect(metric.endsWith("_total")).toBe(type === "counter");
  });

  it("keeps clear of the names and suffixes that Prometheus reserves", () => {
    expect(withoutTotal(metric)).not.toMatch(
      /_(?:bucket|count|sum|info|created|gauge|counter|histogram|summary|percent)(?:_|$)/u,
    );
  });

  it("is in base units unless it says why not", () => {
    const foreign =
      /_(?:ppm|ppb|dbm|decibels|degrees|rpm|ntu|liters|minutes?|hours?|days?|(?:milli|micro|nano|kilo|mega)[a-z]+)(?:_|$)/u;
    expect(exception !== undefined).toBe(foreign.test(metric));
  });

  it("explains itself on one line, a sentence", () => {
    expect(help).toMatch(/^[A-Z][^\n]+\.$/u);
    expect(exception ?? "Yes.").toMatch(/^[A-Z][^\n]+\.$/u);
    expect(help.length).toBeLessThanOrEqual(110);
  });

  it("is shown to people in a unit of its dimension", () => {
    expect(unitsOf(dimension)).toContain(display.unit);
    expect(convertFromBase(dimension, display.unit, 1)).toBeDefined();
    expect(display.decimals).toBeGreaterThanOrEqual(0);
    expect(display.decimals).toBeLessThanOrEqual(6);
  });

  it("has limits in order, counters none below zero, ratios and states from 0 to 1", () => {
    const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = definition;
    expect(minimum).toBeLessThan(maximum);
    expect(type === "counter" ? minimum : 0).toBe(0);
    expect(dimension === "state" ? [minimum, maximum] : [0, 1]).toEqual([0, 1]);
  });

  it("is found by its name", () => {
    expect(definitionOf(quantityByName(name) ?? "value")).toBe(definition);
    expect(quantityNames).toContain(name);
  });
});

describe.skipIf(!hasPeer(["promtool", "--version"], "the package prometheus"))("promtool", () => {
  it("objects to nothing but the prefixes of exceptions that are justified", () => {
    const { stderr } = runPeer("promtool", ["check", "metrics"], exposition);
    const objections = stderr.split("\n").filter((line) => line !== "");
    const expected = definitions
      .filter(({ exception }) => exception !== undefined)
      .flatMap(({ metric }) => {
        const unit = /micrograms|millimeters/u.exec(metric)?.[0];
        const base = unit === "micrograms" ? "grams" : "meters";
        return unit === undefined ? [] : [`${metric} use base unit "${base}" instead of "${unit}"`];
      });
    expect(objections.toSorted()).toEqual(expected.toSorted());
  });
});

/** What the symbols of base units are called in names; SI Brochure, 9th edition, tables 2, 4 and 8. */
const unitWords: Readonly<Record<string, string>> = {
  "°C": "celsius",
  K: "kelvin",
  ratio: "ratio",
  Pa: "pascals",
  "g/m³": "grams_per_cubic_meter",
  // One milligram per liter is one gram per cubic meter.
  "mg/L": "grams_per_cubic_meter",
  "µg/m³": "micrograms_per_cubic_meter",
  ppm: "ppm",
  "1/m³": "per_cubic_meter",
  "Bq/m³": "becquerels_per_cubic_meter",
  "Sv/h": "sieverts_per_hour",
  NTU: "ntu",
  lx: "lux",
  "W/m²": "watts_per_square_meter",
  V: "volts",
  A: "amperes",
  W: "watts",
  VA: "volt_amperes",
  var: "volt_amperes_reactive",
  J: "joules",
  VAs: "volt_ampere_seconds",
  vars: "volt_ampere_reactive_seconds",
  Hz: "hertz",
  Ω: "ohms",
  F: "farads",
  C: "coulombs",
  T: "teslas",
  "S/m": "siemens_per_meter",
  m: "meters",
  "m²": "square_meters",
  L: "liters",
  "L/s": "liters_per_second",
  g: "grams",
  N: "newtons",
  "m/s": "meters_per_second",
  "m/s²": "meters_per_second_squared",
  "°": "degrees",
  "°/s": "degrees_per_second",
  rpm: "rpm",
  mm: "millimeters",
  "mm/h": "millimeters_per_hour",
  dBm: "dbm",
  dB: "decibels",
  s: "seconds",
  "1/s": "per_second",
  B: "bytes",
  "B/s": "bytes_per_second",
};

describe("units in names", () => {
  it.each(definitions)("$metric is in the base unit of its dimension", ({ dimension, unit }) => {
    const [base = ""] = unitsOf(dimension);
    expect(unit).toBe(base === "" ? undefined : unitWords[base]);
  });
});

describe("the catalogue", () => {
  it("has no name and no metric family twice", () => {
    const families = definitions.map(({ metric }) => withoutTotal(metric));
    expect(new Set(quantityNames).size).toBe(quantityNames.length);
    // OpenMetrics drops _total from the family's name, so a gauge must not have the rest of a counter's name.
    expect(families.filter((family, at) => families.indexOf(family) !== at)).toEqual([]);
  });

  it("shares no metric family with the exporter's own metrics", () => {
    const own = new Set(Object.values(health).map(({ name }) => withoutTotal(name)));
    expect(definitions.filter(({ metric }) => own.has(withoutTotal(metric)))).toEqual([]);
  });

  it("is the sum of its groups, none of which hides an entry of another", () => {
    const grouped = quantityGroups.flatMap((group) => Object.keys(group.quantities));
    expect(grouped).toEqual(Object.keys(quantities));
  });

  it("has the names that dashboards and alerts rely on", () => {
    expect(definitions.map(({ metric }) => metric)).toEqual(
      expect.arrayContaining([
        "sensor_temperature_celsius",
        "sensor_relative_humidity_ratio",
        "sensor_pressure_pascals",
        "sensor_illuminance_lux",
        "sensor_voltage_volts",
        "sensor_current_amperes",
        "sensor_power_watts",
        "sensor_carbon_dioxide_ppm",
        "sensor_pm2_5_micrograms_per_cubic_meter",
        "sensor_pulses_total",
        "sensor_energy_joules_total",
        "sensor_volume_liters_total",
        "sensor_rain_millimeters_total",
        "sensor_on_seconds_total",
      ]),
    );
  });

  it("knows no name that is not in it", () => {
    expect(quantityByName("temprature")).toBeUndefined();
    expect(quantityByName("constructor")).toBeUndefined();
    expect(quantityByName("__proto__")).toBeUndefined();
  });
});
