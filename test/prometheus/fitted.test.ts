import { readFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { type RulesOptions, rules } from "../../src/commands/rules.ts";
import { createFakeSystem, createScratch } from "../commands/system.ts";
import { hasPeer, runPeer } from "../peers.ts";
import { parseRules } from "./rule-files.ts";

const scratch = createScratch();
afterAll(scratch.remove);

const house = scratch.write(
  "house.yaml",
  `
sensors:
  fridge:
    driver: bme280
    interval: 30s
    expires: 2m
    labels: { room: kitchen }
    derive: [dew_point]
    alerts:
      temperature: { below: 2 °C, above: 46.4 °F, for: 10m, severity: critical }
      relative_humidity: { above: 80%, for: 0s }
      pressure: { stuck: 6h }
      dew_point: { above: 6 }
  meter:
    driver: pulse-counter
    line: 17
    counts: { volume: 1l }
    alerts:
      volume: { stalled: 2h, severity: info }
  door:
    driver: digital-input
    line: 22
    reads: contact_open
    alerts:
      contact_open: { is: 1, for: 15m }
mqtt:
  - url: mqtt://127.0.0.1:1
    name: house
    subscriptions:
      - topic: plant/{room}/{sensor}/climate
        name: plants
        expires: 1h
        values: { temperature: env.t }
`,
);

const print = async (options: RulesOptions = {}) => {
  const system = createFakeSystem();
  const exit = await rules(system, { "config.file": house, ...options });
  return { exit, text: system.stdout(), complaints: system.stderr() };
};

/** What a board's series have in common, and a series of a sensor of it. */
const board = 'job="sensors",instance="attic"';
const series = (metric: string, labels: string, values: string) => ({
  series: `${metric}{${[board, labels].filter((text) => text !== "").join(",")}}`,
  values,
});

const fridge = 'sensor="fridge",room="kitchen"';
const ofFridge = { job: "sensors", instance: "attic", sensor: "fridge", room: "kitchen" };

/** The alerts of one name that are expected at a time: labels, summary, description; all of one anchor. */
const at = (
  time: string,
  alertname: string,
  ...expected: readonly (readonly [Readonly<Record<string, string>>, string, string])[]
) => ({
  eval_time: time,
  alertname,
  exp_alerts: expected.map(([labels, summary, description]) => ({
    exp_labels: labels,
    exp_annotations: { summary, description, runbook: `docs/alerts.md#${alertname.toLowerCase()}` },
  })),
});

describe("rules", () => {
  it("are the same each time", async () => {
    const first = await print();
    expect(first).toEqual(await print());
    expect([first.exit, first.complaints]).toEqual([0, ""]);
  });

  it("have for each sensor its own expiry, and what its alerts ask for, in base units", async () => {
    const { text } = await print();
    const found = parseRules(text).flatMap((rule) =>
      "alert" in rule && rule.labels["sensor"] === "fridge"
        ? [[rule.alert, rule.labels["quantity"], rule.expr.replace(/ and on .*/u, ""), rule.for]]
        : [],
    );
    // 46.4 °F are 8 °C, 80 % are a ratio of 0.8.
    expect(found).toEqual([
      ["SensorFailing", undefined, 'sensor_up{sensor="fridge"} == 0', "2m"],
      [
        "SensorSilent",
        undefined,
        'sensor_exporter_time_seconds - on (job, instance) group_right () sensor_last_reading_timestamp_seconds{sensor="fridge"} > 120',
        "1m",
      ],
      ["BelowLimit", "temperature", 'sensor_temperature_celsius{sensor="fridge"} < 2', "10m"],
      ["AboveLimit", "temperature", 'sensor_temperature_celsius{sensor="fridge"} > 8', "10m"],
      ["AboveLimit", "dew_point", 'sensor_dew_point_celsius{sensor="fridge"} > 6', "5m"],
      [
        "AboveLimit",
        "relative_humidity",
        'sensor_relative_humidity_ratio{sensor="fridge"} > 0.8',
        undefined,
      ],
      [
        "ValueStuck",
        "pressure",
        'changes(sensor_pressure_pascals{sensor="fridge"}[6h]) == 0 and sensor_pressure_pascals{sensor="fridge"} and sensor_pressure_pascals{sensor="fridge"} offset 6h',
        undefined,
      ],
    ]);
  });

  it("are of one board if its instance is named", async () => {
    const { text } = await print({ instance: "attic" });
    for (const { expr } of parseRules(text)) {
      const selectors = expr.match(/\bsensor_\w+(?:\{[^}]*\})?/gu) ?? [];
      expect(selectors.filter((each) => !each.includes('{instance="attic"'))).toEqual([]);
    }
    expect(text).toContain("named with --instance");
    await expect(print({ instance: "" })).rejects.toThrow("name the board as Prometheus does");
  });

  it("have a paragraph each that says what to look at first", async () => {
    const { text } = await print();
    const page = readFileSync("docs/alerts.md", "utf8");
    for (const rule of parseRules(text)) {
      if (!("alert" in rule)) throw new Error("a recording rule");
      expect(rule.annotations["runbook"]).toBe(`docs/alerts.md#${rule.alert.toLowerCase()}`);
      expect(page.split(`\n### ${rule.alert}\n`)[1]).toMatch(
        /^(?:(?!###)[\s\S])*?\*\*Look\s+first/u,
      );
    }
  });

  it("are not printed for a configuration that is wrong", async () => {
    const file = scratch.write("wrong.yaml", "sensors: { attic: { driver: bme28 } }");
    const { exit, text, complaints } = await print({ "config.file": file });
    expect([exit, text]).toEqual([78, ""]);
    expect(complaints).toContain("did you mean bme280?");
  });
});

describe.skipIf(!hasPeer(["promtool", "--version"], "prometheus"))("promtool, of them,", () => {
  const check = (name: string, text: string) => {
    const file = scratch.write(name, text);
    const words = ["check", "rules", "--lint=all", "--lint-fatal", file];
    const { status, stdout, stderr } = runPeer("promtool", words, "");
    return { file, status, said: stdout + stderr };
  };

  it.each(["config/example.yaml", "config/simulated.yaml", "config/minimal.yaml"])(
    "takes those for %s",
    async (file) => {
      const { status, said } = check("shipped.yml", (await print({ "config.file": file })).text);
      expect(status, said).toBe(0);
    },
  );

  it("takes those for a configuration with nothing to watch", async () => {
    const file = scratch.write("none.yaml", "mqtt: [{ url: mqtt://127.0.0.1:1 }]");
    const { status, said } = check("none.yml", (await print({ "config.file": file })).text);
    expect(status, said).toBe(0);
  });

  const names = [
    `it's "a"\\n{{ $labels.job }}`,
    "a: b # c",
    "line\u2028break",
    "joined\u{e0020}tag",
    "{}",
    "- $1 'x'",
  ];

  it.each(names)("sees an alert with the name of the sensor as it is: %j", async (name) => {
    const config = scratch.write(
      "odd.yaml",
      `sensors: { ${JSON.stringify(name)}: { driver: sht4x, alerts: { temperature: { above: 8 } } } }`,
    );
    const { text } = await print({ "config.file": config, instance: name });
    const { file, status, said } = check("odd.yml", text);
    expect(status, said).toBe(0);
    const text8 = JSON.stringify(name).replaceAll("\u2028", "\\u2028");
    const test = {
      rule_files: [file],
      evaluation_interval: "1m",
      tests: [
        {
          interval: "1m",
          input_series: [
            {
              series: `sensor_temperature_celsius{instance=${text8},sensor=${text8}}`,
              values: "9x10",
            },
          ],
          alert_rule_test: [
            at("6m", "AboveLimit", [
              { instance: name, sensor: name, quantity: "temperature", severity: "warning" },
              `Temperature of ${name} of ${name} is above 8 °C`,
              "It is 9 °C. It has been so for 5m.",
            ]),
          ],
        },
      ],
    };
    const result = runPeer(
      "promtool",
      ["test", "rules", scratch.write("odd_test.yml", JSON.stringify(test))],
      "",
    );
    expect(result.status, result.stdout + result.stderr).toBe(0);
  });

  it("sees them fire and not fire", async () => {
    const { file } = check("house.yml", (await print({ instance: "attic" })).text);
    const well = [
      series("sensor_exporter_time_seconds", "", "0+60x600"),
      series("sensor_up", fridge, "1x600"),
      series("sensor_last_reading_timestamp_seconds", fridge, "-20+60x600"),
      series("sensor_temperature_celsius", fridge, "5x30 9x8 5x600"),
      series("sensor_dew_point_celsius", fridge, "2x600"),
      series("sensor_relative_humidity_ratio", fridge, "0.79x600"),
      series("sensor_pressure_pascals", fridge, "100000x300 100001x300"),
      series("sensor_volume_liters_total", 'sensor="meter"', "0x100 1x110 2x110 3x300"),
      series("sensor_contact_open", 'sensor="door"', "0x30 1x14 0x600"),
      series("sensor_exporter_mqtt_connected", 'broker="house"', "1x600"),
      series("sensor_exporter_mqtt_series", 'broker="house",rule="plants"', "2x600"),
    ];
    const ill = [
      series("sensor_exporter_time_seconds", "", "0+60x600"),
      series("sensor_up", fridge, "1x600"),
      series("sensor_last_reading_timestamp_seconds", fridge, "0+60x9 540x600"),
      series("sensor_temperature_celsius", fridge, "5x9 9.25x60 1.5x60"),
      series("sensor_dew_point_celsius", fridge, "7x600"),
      series("sensor_relative_humidity_ratio", fridge, "0.5x9 0.85x600"),
      series("sensor_pressure_pascals", fridge, "100000x600"),
      series("sensor_volume_liters_total", 'sensor="meter"', "0x100 1x300"),
      series("sensor_contact_open", 'sensor="door"', "0x30 1x600"),
      series("sensor_exporter_mqtt_connected", 'broker="house"', "1x600"),
      series("sensor_exporter_mqtt_series", 'broker="house",rule="plants"', "0x600"),
      // The same names on another board, which is not meant.
      {
        series: 'sensor_temperature_celsius{job="sensors",instance="barn",sensor="fridge"}',
        values: "20x600",
      },
    ];
    const none = (time: string) => ({
      expr: 'ALERTS{alertstate="firing"}',
      eval_time: time,
      exp_samples: [],
    });
    const warm = [
      { ...ofFridge, severity: "critical", quantity: "temperature" },
      "Temperature of fridge of attic is above 8 °C",
      "It is 9.25 °C. It has been so for 10m.",
    ] as const;
    const dew = [
      { ...ofFridge, severity: "warning", quantity: "dew_point" },
      "Dew point of fridge of attic is above 6 °C",
      "It is 7 °C. It has been so for 5m.",
    ] as const;
    const humid = [
      { ...ofFridge, severity: "warning", quantity: "relative_humidity" },
      "Relative humidity of fridge of attic is above 80 %",
      "It is 85%.",
    ] as const;
    const test = {
      rule_files: [file],
      evaluation_interval: "1m",
      tests: [
        {
          name: "all is well",
          interval: "1m",
          input_series: well,
          promql_expr_test: ["20m", "40m", "3h", "5h", "7h"].map(none),
        },
        {
          name: "nothing is",
          interval: "1m",
          input_series: ill,
          alert_rule_test: [
            at("19m", "AboveLimit", humid, dew),
            at("20m", "AboveLimit", warm, humid, dew),
            at("80m", "BelowLimit"),
            at("81m", "BelowLimit", [
              { ...ofFridge, severity: "critical", quantity: "temperature" },
              "Temperature of fridge of attic is below 2 °C",
              "It is 1.5 °C. It has been so for 10m.",
            ]),
            at("12m", "SensorSilent"),
            at("13m", "SensorSilent", [
              { ...ofFridge, severity: "warning" },
              "Sensor fridge of attic is silent",
              "It is up, but its newest reading is 4m 0s old; 2m are allowed.",
            ]),
            at("6h", "ValueStuck", [
              { ...ofFridge, severity: "warning", quantity: "pressure" },
              "Pressure of fridge of attic is always the same",
              "It has not changed for 6h.",
            ]),
            at("3h40m", "CounterStalled"),
            at("3h41m", "CounterStalled", [
              {
                job: "sensors",
                instance: "attic",
                sensor: "meter",
                severity: "info",
                quantity: "volume",
              },
              "Volume of meter of attic does not rise any more",
              "It has not changed for 2h.",
            ]),
            at("45m", "StateLasts"),
            at("46m", "StateLasts", [
              {
                job: "sensors",
                instance: "attic",
                sensor: "door",
                severity: "warning",
                quantity: "contact_open",
              },
              "Contact open of door of attic is 1",
              "It has been so for 15m.",
            ]),
            at("59m", "MqttRuleSilent"),
            at("60m", "MqttRuleSilent", [
              {
                job: "sensors",
                instance: "attic",
                broker: "house",
                rule: "plants",
                severity: "warning",
              },
              "Nothing comes of plants on attic",
              "Broker house is connected, and for 1h no sensor was heard of.",
            ]),
          ],
        },
        {
          name: "one is unplugged, one says what cannot be true, and a board is off",
          interval: "1m",
          input_series: [
            series("sensor_exporter_time_seconds", "", "0+60x60 stale"),
            series("sensor_up", fridge, "1x9 0x50 stale"),
            series("sensor_last_reading_timestamp_seconds", fridge, "0+60x9 540x50 stale"),
            series("sensor_up", 'sensor="meter"', "1x60 stale"),
            series("sensor_last_reading_timestamp_seconds", 'sensor="meter"', "0x60 stale"),
            series(
              "sensor_rejected_readings_total",
              'sensor="meter",reason="implausible"',
              "0+1x60 stale",
            ),
          ],
          alert_rule_test: [
            at("11m", "SensorFailing"),
            at("12m", "SensorFailing", [
              { ...ofFridge, severity: "warning" },
              "Sensor fridge of attic fails",
              "All its polls of the last 2m have failed.",
            ]),
            at("30m", "SensorSilent"),
          ],
          promql_expr_test: [none("62m")],
        },
      ],
    };
    const { status, stdout, stderr } = runPeer(
      "promtool",
      ["test", "rules", scratch.write("house_test.yml", JSON.stringify(test))],
      "",
    );
    expect(status, stdout + stderr).toBe(0);
  }, 60_000);
});
