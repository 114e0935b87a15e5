import { describe, expect, it } from "vitest";
import { load, problemLines } from "../config/support.ts";
import { type DialectHarness, startDialects } from "./dialect-harness.ts";

/** Rules at work as a user writes them: below `subscriptions:` of a broker, each line indented by six blanks. */
const startRules = async (subscriptions: string): Promise<DialectHarness> => {
  const indented = subscriptions.replaceAll(/^/gmu, "      ");
  const loaded = await load(`mqtt:\n  - url: mqtt://broker.lan\n    subscriptions:\n${indented}\n`);
  expect(problemLines(loaded)).toEqual([]);
  const rules = "config" in loaded ? (loaded.config.mqtt[0]?.rules ?? []) : [];
  return startDialects({}, {}, rules);
};

const plant = `
- topic: plant/{room}/{sensor}/climate
  name: plants
  values:
    temperature: { path: env.t, unit: °F }
    relative_humidity: { path: env.rh, unit: "%" }
    battery: { path: "bat[0].level", unit: "%" }
`;

describe("a rule of the user's", () => {
  it("makes readings in base units of a payload's paths, and labels of the topic's parts", async () => {
    const rules = await startRules(plant);
    const payload = '{"env": {"t": 70.7, "rh": 43}, "bat": [{"level": 64}]}';
    expect(rules.publish("plant/kitchen/basil/climate", payload)).toBe("plants");
    // 70.7 °F are (70.7 - 32) × 5 / 9 = 21.5 °C.
    expect(rules.readings()).toEqual({
      'sensor_temperature_celsius{sensor="basil",room="kitchen"}': 21.5,
      'sensor_relative_humidity_ratio{sensor="basil",room="kitchen"}': 0.43,
      'sensor_battery_ratio{sensor="basil",room="kitchen"}': 0.64,
      'sensor_up{sensor="basil",room="kitchen"}': 1,
    });
  });

  it("keeps devices of one name in two rooms apart", async () => {
    const rules = await startRules(plant);
    rules.publish("plant/kitchen/basil/climate", '{"env": {"t": 50}}');
    rules.publish("plant/hall/basil/climate", '{"env": {"t": 68}}');
    // 50 °F are 10 °C and 68 °F are 20 °C.
    expect(rules.readings()).toMatchObject({
      'sensor_temperature_celsius{sensor="basil",room="kitchen"}': 10,
      'sensor_temperature_celsius{sensor="basil",room="hall"}': 20,
    });
  });

  it("loses no value over another that is missing or none", async () => {
    const rules = await startRules(plant);
    rules.publish("plant/hall/fern/climate", '{"env": {"t": "12.6.5", "rh": 43}}');
    expect(Object.keys(rules.readings())).toEqual([
      'sensor_relative_humidity_ratio{sensor="fern",room="hall"}',
      'sensor_up{sensor="fern",room="hall"}',
    ]);
    expect(rules.findings()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: "refused", from: "env.t", reason: "not-a-number" }),
        { kind: "missing", from: "bat[0].level" },
      ]),
    );
  });

  it("says in every message which path was missing", async () => {
    const rules = await startRules(plant);
    for (const payload of ['{"env": {}}', '{"env": {}}', "no JSON"]) {
      rules.publish("plant/hall/fern/climate", payload);
      expect(rules.findings()).toEqual(
        ["env.t", "env.rh", "bat[0].level"].map((from) => ({ kind: "missing", from })),
      );
    }
    expect(rules.readings()).toEqual({});
  });

  it("subscribes its topic with named parts as wildcards, shared if it has a group", async () => {
    const rules = await startRules(`
- { topic: "plant/{room}/{sensor}/climate", values: { temperature: t } }
- { topic: "lab/{sensor...}", share: exporters, qos: 1, values: { temperature: t } }
`);
    expect(rules.filters()).toEqual(["plant/+/+/climate", "$share/exporters/lab/#"]);
    rules.publish("lab/bench/left", '{"t": 3}');
    expect(rules.readings()).toMatchObject({
      'sensor_temperature_celsius{sensor="bench/left"}': 3,
    });
  });

  it("leaves alone what its topic does not match", async () => {
    const rules = await startRules(plant);
    expect(rules.publish("plant/kitchen/climate", '{"env": {"t": 50}}')).toBeUndefined();
    expect(rules.publish("plant//basil/soil", '{"env": {"t": 50}}')).toBeUndefined();
    expect(rules.publish("plant/kitchen//climate", '{"env": {"t": 50}}')).toBeUndefined();
    expect(rules.readings()).toEqual({});
  });

  it("reads a payload that is the value beside one that is JSON", async () => {
    const rules = await startRules(`
- topic: lab/{sensor}
  values:
    temperature: {}
    voltage: u
`);
    rules.publish("lab/a", "21.5");
    rules.publish("lab/b", '"22.5"');
    rules.publish("lab/c", '{"u": 3.3}');
    rules.publish("lab/d", "4 minutes");
    expect(rules.readings()).toEqual({
      'sensor_temperature_celsius{sensor="a"}': 21.5,
      'sensor_temperature_celsius{sensor="b"}': 22.5,
      'sensor_voltage_volts{sensor="c"}': 3.3,
      'sensor_up{sensor="a"}': 1,
      'sensor_up{sensor="b"}': 1,
      'sensor_up{sensor="c"}': 1,
    });
  });

  it("reaches keys with dots, blanks and names of the language", async () => {
    const rules = await startRules(`
- topic: lab/{sensor}
  values:
    temperature:
      - { path: '["heat.index"]', labels: { channel: dot } }
      - { path: "'a b'.c", labels: { channel: blank } }
      - { path: __proto__.t, labels: { channel: proto } }
      - { path: constructor.name, labels: { channel: constructor } }
`);
    rules.publish("lab/a", '{"heat.index": 1, "a b": {"c": 2}, "__proto__": {"t": 3}}');
    expect(rules.readings()).toEqual({
      'sensor_temperature_celsius{sensor="a",channel="dot"}': 1,
      'sensor_temperature_celsius{sensor="a",channel="blank"}': 2,
      'sensor_temperature_celsius{sensor="a",channel="proto"}': 3,
      'sensor_up{sensor="a"}': 1,
    });
  });

  it("scales, shifts and leaves out what means that there is no value", async () => {
    const rules = await startRules(`
- topic: lab/{sensor}
  values:
    temperature: { path: t, absent: [-127, 85], scale: 0.1, offset: -40 }
    pressure: { path: p, unit: hPa }
`);
    rules.publish("lab/a", '{"t": 615, "p": 1013.25}');
    // 615 × 0.1 - 40 = 21.5; a hectopascal is 100 Pa.
    expect(rules.readings()).toMatchObject({
      'sensor_temperature_celsius{sensor="a"}': 21.5,
      'sensor_pressure_pascals{sensor="a"}': 101_325,
    });
    rules.publish("lab/a", '{"t": 85, "p": null}');
    expect(Object.keys(rules.readings())).toEqual(['sensor_up{sensor="a"}']);
  });

  it("counts totals as counters, told apart by their labels", async () => {
    const rules = await startRules(`
- topic: meter/{sensor}
  values:
    energy:
      - { path: in, unit: kWh, labels: { channel: in } }
      - { path: out, unit: kWh, labels: { channel: out } }
`);
    rules.publish("meter/main", '{"in": 1.5, "out": -1}');
    // A kilowatt-hour is 3 600 000 J; a total below zero is none.
    expect(rules.readings()).toEqual({
      'sensor_energy_joules_total{sensor="main",channel="in"}': 5_400_000,
      'sensor_up{sensor="main"}': 1,
    });
  });

  it("evaluates an expression", async () => {
    const rules = await startRules(`
- topic: lab/{sensor}
  values:
    pressure: { expression: value_json.p | float / 10, unit: hPa }
`);
    rules.publish("lab/a", '{"p": "10132"}');
    expect(rules.readings()).toMatchObject({ 'sensor_pressure_pascals{sensor="a"}': 101_320 });
    rules.publish("lab/b", '{"p": "many"}');
    expect(Object.keys(rules.readings())).not.toContain('sensor_pressure_pascals{sensor="b"}');
  });
});

describe("a path with a star", () => {
  const phases = `
- topic: meter/{sensor}
  values:
    power: { path: "phases.*.w", fan: [phase] }
    temperature: { path: "probes[*]", fan: [probe] }
`;

  it("fills a label with each key of an object, and each index of a list", async () => {
    const rules = await startRules(phases);
    rules.publish(
      "meter/main",
      '{"phases": {"l1": {"w": 100, "v": 230}, "l2": {"w": "x"}, "__proto__": {"w": 5}}, "probes": [1, null, 3], "w": 9}',
    );
    expect(rules.readings()).toEqual({
      'sensor_power_watts{sensor="main",phase="l1"}': 100,
      'sensor_power_watts{sensor="main",phase="__proto__"}': 5,
      'sensor_temperature_celsius{sensor="main",probe="0"}': 1,
      'sensor_temperature_celsius{sensor="main",probe="2"}': 3,
      'sensor_up{sensor="main"}': 1,
    });
  });

  it("says where it found nothing to look at", async () => {
    const rules = await startRules(phases);
    rules.publish("meter/main", '{"phases": {"l1": {"w": 100}}}');
    expect(rules.findings()).toContainEqual({ kind: "missing", from: "probes" });
  });

  it("fills one label for each star", async () => {
    const rules = await startRules(`
- topic: rack/{sensor}
  values: { current: { path: "*.outlets.*", fan: [bank, outlet] } }
`);
    rules.publish("rack/a", '{"left": {"outlets": [0.5, 1]}}');
    expect(rules.readings()).toMatchObject({
      'sensor_current_amperes{sensor="a",bank="left",outlet="0"}': 0.5,
      'sensor_current_amperes{sensor="a",bank="left",outlet="1"}': 1,
    });
  });
});

describe("words", () => {
  it("are numbers by the rule's map", async () => {
    const rules = await startRules(`
- topic: lab/{sensor}
  values: { switch_on: { path: pump, map: { RUN: 1, STOP: 0 } } }
`);
    rules.publish("lab/a", '{"pump": "RUN"}');
    rules.publish("lab/b", '{"pump": "STOP"}');
    rules.publish("lab/c", '{"pump": "BROKEN"}');
    expect(rules.readings()).toMatchObject({
      'sensor_switch_on{sensor="a"}': 1,
      'sensor_switch_on{sensor="b"}': 0,
    });
    expect(rules.findings()).toContainEqual(
      expect.objectContaining({ kind: "refused", reason: "unknown-word" }),
    );
  });

  const modes = `
- topic: heater/{sensor}
  values: { value: { path: mode, states: [heat, "Off", 2] } }
`;
  const modeOf = (rules: DialectHarness) =>
    Object.entries(rules.readings())
      .filter(([series]) => series.startsWith("sensor_value"))
      .map(([series, value]) => [/state="([^"]*)"/u.exec(series)?.[1], value]);

  it.each([
    ['"heat"', { heat: 1, Off: 0, 2: 0 }],
    ['"OFF"', { heat: 0, Off: 1, 2: 0 }],
    ["2", { heat: 0, Off: 0, 2: 1 }],
    // In none of the named states none of them holds.
    ['"fan_only"', { heat: 0, Off: 0, 2: 0 }],
    ["1", { heat: 0, Off: 0, 2: 0 }],
    ["true", { heat: 0, Off: 0, 2: 0 }],
    ["null", {}],
    ['"unavailable"', {}],
    ["{}", {}],
  ])("are a set of states, of which one holds at most: %s", async (mode, expected) => {
    const rules = await startRules(modes);
    rules.publish("heater/a", `{"mode": ${mode}}`);
    expect(Object.fromEntries(modeOf(rules))).toEqual(expected);
  });

  it("end a state with the next one", async () => {
    const rules = await startRules(modes);
    rules.publish("heater/a", '{"mode": "heat"}');
    rules.publish("heater/a", '{"mode": "off"}');
    expect(Object.fromEntries(modeOf(rules))).toEqual({ heat: 0, Off: 1, 2: 0 });
  });
});

describe("text with separators", () => {
  it("is split by position", async () => {
    const rules = await startRules(`
- topic: lab/{sensor}
  separator: ;
  values: { temperature: 0, relative_humidity: { path: 2, unit: "%" }, voltage: 3 }
`);
    rules.publish("lab/a", "21.5; x ; 40 \n");
    expect(rules.readings()).toEqual({
      'sensor_temperature_celsius{sensor="a"}': 21.5,
      'sensor_relative_humidity_ratio{sensor="a"}': 0.4,
      'sensor_up{sensor="a"}': 1,
    });
    expect(rules.findings()).toContainEqual({ kind: "missing", from: "[3]" });
  });

  it("is split by names, and a part that is no pair takes no other with it", async () => {
    const rules = await startRules(`
- topic: lab/{sensor}
  separator: { between: ",", equals: "=" }
  values: { temperature: t, voltage: u, current: __proto__ }
`);
    rules.publish("lab/a", "t=21.5,broken,=7, u = 3.3 ,__proto__=2");
    expect(rules.readings()).toMatchObject({
      'sensor_temperature_celsius{sensor="a"}': 21.5,
      'sensor_voltage_volts{sensor="a"}': 3.3,
      'sensor_current_amperes{sensor="a"}': 2,
    });
  });

  it("can name the sensor, and fan out", async () => {
    const rules = await startRules(`
- topic: serial
  sensor: "{$.id}"
  separator: { between: ";", equals: ":" }
  values: { temperature: { path: "*", fan: [probe] } }
`);
    rules.publish("serial", "id:7a;t1:20;t2:21");
    expect(rules.readings()).toMatchObject({
      'sensor_temperature_celsius{sensor="7a",probe="t1"}': 20,
      'sensor_temperature_celsius{sensor="7a",probe="t2"}': 21,
    });
  });
});

describe("names and labels", () => {
  const gateway = `
- topic: gateway/{site}/up
  sensor: "{$.id} of {site}"
  labels: { floor: 2, kind: { path: meta.kind } }
  values: { temperature: t }
`;

  it("come from the payload where the rule says so", async () => {
    const rules = await startRules(gateway);
    rules.publish("gateway/home/up", '{"id": 7, "meta": {"kind": "probe"}, "t": 1}');
    rules.publish("gateway/home/up", '{"id": 8, "meta": {"kind": "probe"}, "t": 2}');
    expect(rules.readings()).toMatchObject({
      'sensor_temperature_celsius{sensor="7 of home",floor="2",kind="probe",site="home"}': 1,
      'sensor_temperature_celsius{sensor="8 of home",floor="2",kind="probe",site="home"}': 2,
    });
  });

  it("that a payload lacks leave it without readings", async () => {
    const rules = await startRules(gateway);
    for (const payload of ['{"id": 7, "t": 1}', '{"meta": {"kind": "x"}, "t": 1}', "1"]) {
      rules.publish("gateway/home/up", payload);
    }
    expect(rules.readings()).toEqual({});
    expect(rules.findings()).toContainEqual(
      expect.objectContaining({ kind: "ignored", from: "payload" }),
    );
  });

  it("from a payload are text, whatever they look like", async () => {
    const rules = await startRules(`
- topic: gateway/{site}
  sensor: "{$.id} {site}"
  values: { temperature: t }
`);
    rules.publish("gateway/home", '{"id": "{site}", "t": 1}');
    expect(rules.readings()).toMatchObject({
      'sensor_temperature_celsius{sensor="{site} home",site="home"}': 1,
    });
  });

  it("decide which sensors are wanted", async () => {
    const rules = await startRules(`
- topic: lab/{sensor}
  values: { temperature: t }
  allow: ["bench*", spare]
  deny: ["*-test"]
`);
    for (const name of ["bench-1", "bench-test", "spare", "other"]) {
      rules.publish(`lab/${name}`, '{"t": 1}');
    }
    expect(Object.keys(rules.readings()).filter((series) => !series.includes("_up"))).toEqual([
      'sensor_temperature_celsius{sensor="bench-1"}',
      'sensor_temperature_celsius{sensor="spare"}',
    ]);
  });
});

describe("time", () => {
  const minuteMs = 60_000;

  it("ends a reading after that of its rule, or its own", async () => {
    const rules = await startRules(`
- topic: lab/{sensor}
  expires: 10m
  values: { temperature: t, voltage: { path: u, expires: 1m } }
`);
    rules.publish("lab/a", '{"t": 1, "u": 2}');
    await rules.advance(minuteMs + 1);
    expect(Object.keys(rules.readings())).toEqual([
      'sensor_temperature_celsius{sensor="a"}',
      'sensor_up{sensor="a"}',
    ]);
    await rules.advance(9 * minuteMs);
    expect(rules.readings()).toEqual({ 'sensor_up{sensor="a"}': 0 });
  });

  it("takes a retained message for a value, though not for a sign of life", async () => {
    const rules = await startRules('- { topic: "lab/{sensor}", values: { temperature: t } }');
    rules.publish("lab/a", '{"t": 1}', { retain: true });
    expect(rules.readings()).toEqual({ 'sensor_temperature_celsius{sensor="a"}': 1 });
  });

  it("leaves retained messages out where the rule ignores them", async () => {
    const rules = await startRules(`
- topic: lab/{sensor}
  retained: ignore
  values: { temperature: t, power: { path: "p.*", fan: [phase] } }
`);
    rules.publish("lab/a", '{"t": 1, "p": {"a": 2}}', { retain: true });
    expect(rules.readings()).toEqual({});
    rules.publish("lab/a", '{"t": 1, "p": {"a": 2}}');
    expect(Object.keys(rules.readings())).toHaveLength(3);
  });

  it("ends readings when the broker is told to forget the message", async () => {
    const rules = await startRules('- { topic: "lab/{sensor}", values: { temperature: t } }');
    rules.publish("lab/a", '{"t": 1}');
    rules.publish("lab/a", "");
    expect(rules.readings()).not.toHaveProperty('sensor_temperature_celsius{sensor="a"}');
  });
});

describe("availability", () => {
  const withWill = (more = "") => `
- topic: lab/{sensor}/state
  values: { temperature: t }
- topic: lab/{sensor}/will
  availability: { online: [up], offline: [down, "false"] }
${more}`;
  const temperature = 'sensor_temperature_celsius{sensor="a"}';

  it("ends the readings of its sensor at once, whichever rule they are of", async () => {
    const rules = await startRules(withWill());
    rules.publish("lab/a/state", '{"t": 1}');
    rules.publish("lab/a/will", "UP", { retain: true });
    expect(rules.readings()).toEqual({ [temperature]: 1, 'sensor_up{sensor="a"}': 1 });
    rules.publish("lab/a/will", "false");
    expect(rules.readings()).toEqual({ 'sensor_up{sensor="a"}': 0 });
    rules.publish("lab/a/will", "other");
    rules.publish("lab/a/state", '{"t": 2}');
    expect(rules.readings()).toEqual({ 'sensor_up{sensor="a"}': 0 });
    rules.publish("lab/a/will", "up");
    expect(rules.readings()).toEqual({ [temperature]: 2, 'sensor_up{sensor="a"}': 1 });
  });

  it("holds for a sensor that was forgotten in between", async () => {
    const rules = await startRules(withWill());
    rules.publish("lab/a/will", "up", { retain: true });
    rules.publish("lab/a/will", "");
    rules.sweep();
    rules.publish("lab/a/state", '{"t": 1}');
    rules.publish("lab/a/will", "down");
    expect(rules.readings()).toEqual({ 'sensor_up{sensor="a"}': 0 });
  });

  it("leaves the readings of one that sleeps until they expire", async () => {
    const rules = await startRules(withWill("  sleeping: true"));
    rules.publish("lab/a/state", '{"t": 1}');
    rules.publish("lab/a/will", "down");
    expect(rules.readings()).toEqual({ [temperature]: 1, 'sensor_up{sensor="a"}': 1 });
  });

  it("can stand in the same message as the values", async () => {
    const rules = await startRules(`
- topic: lab/{sensor}
  values: { temperature: t }
  availability: { path: alive, online: [true], offline: [false] }
`);
    rules.publish("lab/a", '{"t": 1, "alive": true}');
    expect(rules.readings()).toEqual({ [temperature]: 1, 'sensor_up{sensor="a"}': 1 });
    rules.publish("lab/a", '{"t": 1, "alive": false}');
    expect(rules.readings()).toEqual({ 'sensor_up{sensor="a"}': 0 });
  });
});

describe("several rules", () => {
  it("read the same message, each what it is about", async () => {
    const rules = await startRules(`
- topic: lab/{sensor}
  values: { temperature: t }
- topic: lab/#
  name: voltages
  sensor: all
  values: { voltage: u }
`);
    rules.publish("lab/a", '{"t": 1, "u": 2}');
    expect(rules.readings()).toMatchObject({
      'sensor_temperature_celsius{sensor="a"}': 1,
      'sensor_voltage_volts{sensor="all"}': 2,
    });
  });

  it("share metrics outside the catalogue", async () => {
    const metric = "{ path: sg, help: Specific gravity of the wort., unit: ratio, scale: 0.001 }";
    const rules = await startRules(`
- topic: brew/{sensor}
  metrics:
    sensor_gravity_ratio: ${metric}
    sensor_bubbles_total: { path: bubbles, type: counter, help: Bubbles that rose. }
- topic: wine/{sensor}
  metrics:
    sensor_gravity_ratio: ${metric}
`);
    rules.publish("brew/a", '{"sg": 1050, "bubbles": 7}');
    rules.publish("wine/b", '{"sg": 995}');
    expect(rules.readings()).toMatchObject({
      'sensor_gravity_ratio{sensor="a"}': 1.05,
      'sensor_gravity_ratio{sensor="b"}': 0.995,
      'sensor_bubbles_total{sensor="a"}': 7,
    });
    rules.publish("brew/a", '{"bubbles": -1}');
    expect(rules.readings()).toMatchObject({ 'sensor_bubbles_total{sensor="a"}': 7 });
  });

  it("open no more series than each may", async () => {
    const rules = await startRules(`
- { topic: "lab/{sensor}", series: 2, values: { temperature: t } }
`);
    for (const name of ["a", "b", "c"]) rules.publish(`lab/${name}`, '{"t": 1}');
    const shown = Object.keys(rules.readings()).filter((series) => series.includes("celsius"));
    expect(shown).toEqual([
      'sensor_temperature_celsius{sensor="a"}',
      'sensor_temperature_celsius{sensor="b"}',
    ]);
  });
});
