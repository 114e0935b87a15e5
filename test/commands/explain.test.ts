import { afterAll, describe, expect, it } from "vitest";
import { type ExplainOptions, explain } from "../../src/commands/explain.ts";
import { createFakeSystem, createScratch } from "./system.ts";

const scratch = createScratch();
afterAll(scratch.remove);

const plants = `
  - url: mqtt://127.0.0.1:1
    name: house
    discover: [zigbee2mqtt]
    subscriptions:
      - topic: plant/{room}/{sensor}/climate
        name: plants
        deny: [weeds]
        values:
          temperature: { path: env.t, unit: °C }
          relative_humidity: { path: env.rh, unit: "%" }
          battery: { path: "cells[0].level", unit: "%" }
        availability: { path: state, online: [up], offline: [down] }
`;
const config = scratch.write("house.yaml", `mqtt:${plants}`);

const run = async (options: ExplainOptions, file = config) => {
  const system = createFakeSystem();
  const exit = await explain(system, { "config.file": file, ...options });
  return { exit, stdout: system.stdout(), stderr: system.stderr() };
};

const explainOne = async (topic: string, payload: string, options: ExplainOptions = {}) =>
  (await run({ topic, payload, ...options })).stdout;

const basil = "plant/kitchen/basil/climate";
const recording = (...messages: readonly object[]): string =>
  [{ recording: 1, broker: "house", started: "2026-11-27T12:00:00Z" }, ...messages]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join("");

describe("explaining a message", () => {
  it("says which rule took it, and which line of the scrape comes of it", async () => {
    const { exit, stdout, stderr } = await run({ topic: basil, payload: '{"env":{"t":21.5}}' });
    expect([exit, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("rule plants, broker house\n");
    expect(stdout).toMatch(
      /^ +env\.t +sensor_temperature_celsius\{sensor="basil",room="kitchen"\} 21\.5$/mu,
    );
    expect(stdout).toMatch(
      /^Metrics in the end:\n(?:sensor_.*\n)*sensor_temperature_celsius\{sensor="basil",room="kitchen"\} 21\.5\n(?:sensor_.*\n)*$/mu,
    );
  });

  it.each([
    {
      what: "a key that is spelt otherwise",
      payload: '{"env":{"t":20,"rhu":40}}',
      says: 'env.rh          missing: there is no "rh": env has t, rhu; did you mean env.rhu?',
    },
    {
      what: "a key that is somewhere else",
      payload: '{"rh":40,"env":{"t":20}}',
      says: 'missing: there is no "rh": env has t; did you mean rh?',
    },
    {
      what: "a list that is too short",
      payload: '{"cells":[]}',
      says: 'missing: there is no "0": cells is a list of 0',
    },
    {
      what: "a value where an object was expected",
      payload: '{"env":3}',
      says: 'missing: there is no "t": env is 3, and nothing is below it',
    },
    { what: "text", payload: "hot", says: "missing: the payload is no JSON" },
  ])("says what is there instead of what is missing: $what", async ({ payload, says }) => {
    expect(await explainOne(basil, payload)).toContain(says);
  });

  it.each([
    { value: '"21.5 °C"', says: 'refused: "21.5 °C" is no plain number (`map` gives words' },
    { value: '"unavailable"', says: 'refused: "unavailable" says that there is no value' },
    { value: "-400", says: "refused: -400 lies outside what this quantity can be (check `unit`" },
    { value: '{"now":1}', says: 'refused: {"now":1} is not one value (give the path of a value' },
  ])("says why $value is refused, and what helps", async ({ value, says }) => {
    const stdout = await explainOne(basil, `{"env":{"t":${value}}}`);
    expect(stdout).toContain(says);
    expect(stdout).not.toContain("sensor_temperature_celsius");
  });

  it("says what a word of an availability topic means", async () => {
    expect(await explainOne(basil, '{"state":"up"}')).toContain('"up": it is online\n');
    expect(await explainOne(basil, '{"state":"dozing"}')).toContain(
      '"dozing" is no word that says whether it is there: ignored\n',
    );
  });

  it("tells a sensor that is denied from one that a limit has kept out", async () => {
    expect(await explainOne("plant/yard/weeds/climate", '{"env":{"t":20}}')).toContain(
      "left out by allow and deny: sensor_temperature_celsius",
    );
    const full = scratch.write("full.yaml", `limits: { series: 1 }\nmqtt:${plants}`);
    const { stdout } = await run({ topic: basil, payload: '{"env":{"t":1,"rh":50}}' }, full);
    expect(stdout).toContain("refused, since limits of series or devices are reached: sensor_rel");
  });

  it("sends nothing to the terminal that moves its cursor", async () => {
    const stdout = await explainOne("plant/a/\u001b[2J/climate", '{"env":{"t":"\\u001b[31m"}}');
    expect(stdout).toContain("plant/a/\\u001b[2J/climate");
    expect(stdout).not.toContain("\u001b");
  });

  it("gives programs one object for each message, and one for the metrics", async () => {
    const stdout = await explainOne(basil, '{"env":{"t":21.5}}', { json: true, retain: true });
    const [message, metrics, ...rest] = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(rest).toEqual([]);
    expect(message).toMatchObject({
      broker: "house",
      topic: basil,
      retained: true,
      taken: { rule: "plants" },
      findings: [
        { kind: "reading", from: "env.t", value: 21.5, written: "stored" },
        { kind: "missing", from: "env.rh" },
        { kind: "missing" },
        { kind: "missing" },
      ],
    });
    expect(metrics.metrics).toContain(
      'sensor_temperature_celsius{sensor="basil",room="kitchen"} 21.5',
    );
  });
});

describe("explaining a message that nobody takes", () => {
  it.each([
    { topic: "plants/kitchen/basil/climate", says: 'differs at level 1: "plants" is not "plant"' },
    { topic: "plant/kitchen/basil/clima", says: 'differs at level 4: "clima" is not "climate"' },
    { topic: `${basil}/raw`, says: 'ends after level 4, where the topic goes on with "raw"' },
    {
      topic: "plant/kitchen/basil",
      says: 'goes on at level 4 with "climate", where the topic ends',
    },
  ])("names the nearest rule and where it differs: $topic", async ({ topic, says }) => {
    const stdout = await explainOne(topic, "{}");
    expect(stdout).toContain("nobody took it, broker house\n");
    expect(stdout).toContain(`nearest rule: plant/{room}/{sensor}/climate ${says}\n`);
  });

  it("names where the dialects look, and one that would take it", async () => {
    // Tasmota's default topic order, https://tasmota.github.io/docs/MQTT/.
    const payload = '{"Time":"2026-01-01T00:00:00","AM2301":{"Temperature":21.5},"TempUnit":"C"}';
    const stdout = await explainOne("tele/attic/SENSOR", payload);
    expect(stdout).not.toContain("nearest rule");
    expect(stdout).toContain("configured dialects look below: zigbee2mqtt (zigbee2mqtt)\n");
    expect(stdout).toContain("the dialect tasmota would take it; add it to `discover`:\n");
    expect(stdout).toMatch(/^ +AM2301\.Temperature +sensor_temperature_celsius\{.*\} 21\.5$/mu);
    expect(stdout).toMatch(/\nNo metric comes of it\.\n$/u);
  });
});

describe("explaining a recording", () => {
  it("takes its messages in order and shows the metrics after the last one", async () => {
    const file = scratch.write(
      "order.ndjson",
      recording(
        { at: 0, topic: basil, payload: '{"env":{"t":20}}' },
        { at: 30, topic: basil, payload: '{"env":{"t":21}}' },
      ),
    );
    const { stdout } = await run({ file });
    expect(stdout.match(/^\d+\.\d{3} s {2}plant\/\S+/gmu)).toEqual([
      `0.000 s  ${basil}`,
      `30.000 s  ${basil}`,
    ]);
    const metrics = stdout.slice(stdout.indexOf("Metrics in the end"));
    expect(metrics).toContain('sensor_temperature_celsius{sensor="basil",room="kitchen"} 21\n');
    // 2026-11-27T12:00:30Z, by `date -d`.
    expect(metrics).toMatch(/^sensor_last_reading_timestamp_seconds\{.*\} 1795780830$/mu);
  });

  it("lets readings expire between its messages", async () => {
    const file = scratch.write(
      "expiry.ndjson",
      recording(
        { at: 0, topic: basil, payload: '{"env":{"t":20}}' },
        { at: 1_000_000, topic: basil, payload: '{"env":{"rh":50}}' },
      ),
    );
    const { stdout } = await run({ file });
    const metrics = stdout.slice(stdout.indexOf("Metrics in the end"));
    expect(metrics).toContain("sensor_relative_humidity_ratio");
    expect(metrics).not.toContain("sensor_temperature_celsius");
  });

  it("says when an announcement makes an earlier message understandable", async () => {
    // https://www.home-assistant.io/integrations/sensor.mqtt/
    const announcement = {
      name: "hall",
      unique_id: "hall_t",
      state_topic: "own/hall",
      device_class: "temperature",
      unit_of_measurement: "°C",
      value_template: "{{ value_json.t }}",
    };
    const file = scratch.write(
      "announcement.ndjson",
      recording(
        { at: 0, topic: "own/hall", payload: '{"t":19.5}' },
        { at: 1, topic: "own/garden", payload: '{"t":3}' },
        {
          at: 2,
          topic: "homeassistant/sensor/hall/config",
          payload: JSON.stringify(announcement),
        },
      ),
    );
    const announced = scratch.write(
      "announced.yaml",
      "mqtt:\n  - url: mqtt://127.0.0.1:1\n    discover: [home-assistant]\n",
    );
    const { stdout } = await run({ file }, announced);
    expect(stdout).toMatch(
      /can be understood now: own\/hall\n.* sensor_temperature_celsius\{.*\} 19\.5\n/u,
    );
    const { stdout: topics } = await run({ file, unmatched: true }, announced);
    expect(topics).toMatch(/^own\/garden .*\n$/u);
  });

  it("holds readings back of a device that has said that it is offline", async () => {
    const file = scratch.write(
      "offline.ndjson",
      recording(
        { at: 0, topic: basil, payload: '{"state":"down"}' },
        { at: 1, topic: basil, payload: '{"env":{"t":20}}' },
      ),
    );
    expect((await run({ file })).stdout).toContain(
      "held back, since its device is offline or has not yet said that it is online: sensor_temp",
    );
  });

  it("names lines that say nothing, and explains the others", async () => {
    const message = { at: 0, topic: basil, payload: '{"env":{"t":20}}' };
    const file = scratch.write("garbage.ndjson", `{"at":\n${recording(message)}what\n`);
    const { exit, stdout, stderr } = await run({ file });
    expect(exit).toBe(0);
    expect(stderr).toBe(`${file}:1: is no JSON object\n${file}:4: is no JSON object\n`);
    expect(stdout).toContain('sensor_temperature_celsius{sensor="basil",room="kitchen"} 20');
  });

  it("lists the topics that nobody took, and who would", async () => {
    const file = scratch.write(
      "unmatched.ndjson",
      recording(
        { at: 0, topic: basil, payload: '{"env":{"t":20}}' },
        { at: 1, topic: "own/thing", payload: "on" },
        { at: 2, topic: "own/thing", payload: "off" },
        { at: 3, topic: "tele/attic/LWT", payload: "Online" },
      ),
    );
    const { stdout } = await run({ file, unmatched: true });
    expect(stdout).toMatch(/^own\/thing ×2 {2}on/mu);
    expect(stdout).toMatch(
      /^tele\/attic\/LWT {2}Online {2}\(the dialect .*tasmota.* would take it\)$/mu,
    );
    expect(stdout.trim().split("\n")).toHaveLength(2);
    const json = (await run({ file, unmatched: true, json: true })).stdout;
    expect(JSON.parse(json.split("\n")[0] ?? "")).toMatchObject({
      broker: "house",
      topic: "own/thing",
      messages: 2,
      payload: "on",
    });
  });
});

describe("what explain is asked", () => {
  const two = scratch.write(
    "two.yaml",
    `mqtt:${plants}  - url: mqtt://127.0.0.1:2\n    name: shed\n    discover: []\n`,
  );

  it("explains for every broker, or for the one that is named", async () => {
    const both = await run({ topic: basil, payload: '{"env":{"t":20}}' }, two);
    expect(both.stdout).toContain("rule plants, broker house\n");
    expect(both.stdout).toContain("nobody took it, broker shed\n");
    const one = await run({ topic: basil, payload: "{}", broker: "shed" }, two);
    expect(one.stdout).not.toContain("house");
  });

  it.each([
    [{}, "say what to explain"],
    [{ topic: "a", payload: "1", listen: "1s" }, "say what to explain"],
    [{ topic: "a/#", payload: "1" }, 'nothing can be published to "a/#"'],
    [{ topic: "a" }, "--payload is missing"],
    [{ listen: "soon" }, '"soon" is no duration'],
    [{ unmatched: true }, "--listen 30s or --file"],
    [{ topic: "a", payload: "1", broker: "hose" }, "did you mean house?"],
    [{ file: "/nonexistent.ndjson" }, "cannot read /nonexistent.ndjson: there is no such file"],
  ])("refuses %j with a word of help", async (options, says) => {
    await expect(run(options)).rejects.toThrow(says);
  });

  it("says all that is wrong with the configuration", async () => {
    const bad = scratch.write("bad.yaml", "mqtt:\n  - ulr: mqtt://x\n");
    const { exit, stdout, stderr } = await run({ topic: "a", payload: "1" }, bad);
    expect([exit, stdout]).toEqual([78, ""]);
    expect(stderr).toContain(`${bad}:2:5: `);
  });
});
