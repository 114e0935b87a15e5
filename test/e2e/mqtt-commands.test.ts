import { readFile, stat } from "node:fs/promises";
import { connectAsync } from "mqtt";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { record } from "../../src/commands/record.ts";
import { hasMosquitto, type Mosquitto, startMosquitto } from "../bridge/mosquitto.ts";
import { createFakeSystem, createScratch } from "../commands/system.ts";
import { freePort } from "../free-port.ts";
import { runProgram, startProgram, stopPrograms } from "./program.ts";

const scratch = createScratch();
let broker: Mosquitto;
let config = "";

beforeAll(async () => {
  if (!hasMosquitto) return;
  broker = await startMosquitto({ users: { attic: "s3cret-word" } });
  config = scratch.write(
    "house.yaml",
    `
mqtt:
  - url: ${broker.url}
    name: house
    username: attic
    password: s3cret-word
    client_id: attic
    session_expiry: 1h
    status_topic: attic/status
    discover: [home-assistant]
    subscriptions:
      - topic: plant/{sensor}
        share: exporters
        values: { temperature: { path: t, unit: °C } }
`,
  );
});
afterEach(stopPrograms);
afterAll(async () => {
  await broker?.close();
  scratch.remove();
});

/** What the broker logs once a client has subscribed. */
const untilSubscribed = (filter: string) =>
  expect
    .poll(() => broker.log().split(`\t${filter} (QoS`).length, { timeout: 10_000 })
    .toBeGreaterThan(1);

const linesOf = async (file: string) =>
  (await readFile(file, "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

const binary = Uint8Array.of(0x00, 0xff, 0xfe);

describe.skipIf(!hasMosquitto)("record and replay", () => {
  it("writes what the broker delivers, and publishes the same again", async () => {
    const file = scratch.path("traffic.ndjson");
    await broker.publish("other/kept", "1", { retain: true });
    const recording = runProgram([
      "record",
      `--config.file=${config}`,
      "--topic=other/#",
      "--limit=4",
      `--output=${file}`,
    ]);
    await untilSubscribed("other/#");
    await broker.publish("plant/fern", '{"t":20}');
    await broker.publish("other/binary", binary);
    await broker.publish("other/empty", "");
    const { exit, stdout, output } = await recording;

    expect([exit, stdout]).toEqual([0, ""]);
    expect(output).toContain("payloads may hold names, positions and other personal data");
    expect(output).toContain(`recorded 4 messages of 4 topics from house to ${file}\n`);
    const [header, ...messages] = await linesOf(file);
    expect(header).toMatchObject({ recording: 1, broker: "house" });
    expect(messages.map(({ at: _, ...message }) => message)).toEqual([
      { topic: "other/kept", payload: "1", retain: true },
      { topic: "plant/fern", payload: '{"t":20}' },
      // RFC 4648, section 4: 00 ff fe.
      { topic: "other/binary", base64: "AP/+" },
      { topic: "other/empty", payload: "" },
    ]);
    expect(messages[0].at).toBe(0);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, "utf8")).not.toContain("s3cret-word");

    const client = await connectAsync(broker.url, { username: "attic", password: "s3cret-word" });
    const received: (readonly [string, string, boolean])[] = [];
    client.on("message", (topic, payload, { retain }) =>
      received.push([topic, payload.toString("hex"), retain]),
    );
    await client.subscribeAsync(["plant/#", "other/binary", "other/empty"]);
    const replayed = await runProgram([
      "replay",
      file,
      `--config.file=${config}`,
      "--broker=house",
      "--speed=max",
    ]);
    expect([replayed.exit, replayed.output]).toEqual([0, "published 4 messages of 4 topics\n"]);
    await expect
      .poll(() => received)
      .toEqual([
        ["plant/fern", Buffer.from('{"t":20}').toString("hex"), false],
        ["other/binary", "00fffe", false],
        ["other/empty", "", false],
      ]);
    await client.endAsync();
  });

  it("takes neither the exporter's session nor its status topic nor its share of a group", () => {
    // Mosquitto logs p2 for MQTT 3.1.1 and c1 for a clean session.
    expect(broker.log()).toMatch(/ as attic-record \(p\d, c1, /u);
    expect(broker.log()).not.toMatch(/ as attic \(|attic\/status|\$share/u);
  });

  it("records to standard output for a while", async () => {
    const { exit, stdout, output } = await runProgram([
      "record",
      `--config.file=${config}`,
      "--topic=other/kept",
      "--for=300ms",
    ]);
    expect(exit).toBe(0);
    expect(stdout.split("\n").map((line) => line.slice(0, 13))).toEqual([
      '{"recording":',
      '{"at":0,"topi',
      "",
    ]);
    expect(output).toContain("recorded 1 message of 1 topic from house to standard output\n");
  });

  it("writes what it has when it is interrupted", async () => {
    const file = scratch.path("interrupted.ndjson");
    const system = createFakeSystem();
    const recording = record(system, {
      "config.file": config,
      topic: ["other/kept"],
      output: file,
    });
    await expect.poll(() => stat(file).then(({ size }) => size)).toBeGreaterThan(100);
    system.interrupt();
    expect(await recording).toBe(0);
    expect(system.stderr()).toContain("recorded 1 message of 1 topic");
    expect(await linesOf(file)).toHaveLength(2);
  });

  it("publishes with the timing of the recording, and as kept only if asked to", async () => {
    const file = scratch.write(
      "timed.ndjson",
      [
        "# by hand, without a header",
        '{"at":0,"topic":"timed/a","payload":"1","retain":true}',
        '{"at":0.1,"topic":"$SYS/broker/uptime","payload":"1"}',
        '{"at":0.1,"topic":"timed/#","payload":"1"}',
        "garbage",
        '{"at":6,"topic":"timed/b","payload":"2"}',
      ].join("\n"),
    );
    const client = await connectAsync(broker.url, { username: "attic", password: "s3cret-word" });
    const arrivedMs: number[] = [];
    client.on("message", () => arrivedMs.push(performance.now()));
    await client.subscribeAsync("timed/#");
    const password = scratch.write("password", "s3cret-word\n");
    const { exit, output } = await runProgram([
      "replay",
      file,
      `--url=${broker.url}`,
      "--username=attic",
      `--password.file=${password}`,
      "--speed=10",
      "--retain",
    ]);
    expect(exit).toBe(0);
    expect(output).toBe(
      `${file}:5: is no JSON object\npublished 2 messages of 2 topics; 2 left out, whose topics belong to the broker or have wildcards; 1 line not understood\n`,
    );
    await expect.poll(() => arrivedMs.length).toBe(2);
    // Six seconds, ten times as fast.
    const apartMs = (arrivedMs[1] ?? 0) - (arrivedMs[0] ?? 0);
    expect(apartMs).toBeGreaterThan(500);
    expect(apartMs).toBeLessThan(2000);
    const kept: string[] = [];
    const late = await connectAsync(broker.url, { username: "attic", password: "s3cret-word" });
    late.on("message", (topic) => kept.push(topic));
    await late.subscribeAsync("timed/#");
    await expect.poll(() => kept).toEqual(["timed/a"]);
    await client.endAsync();
    await late.endAsync();
  });

  it("says why it cannot connect, and never the password", async () => {
    const system = createFakeSystem();
    const recording = record(system, {
      "config.file": config,
      "password.file": scratch.write("wrong", "not-the-word"),
    });
    const ended = recording.then(String, String);
    await expect
      .poll(system.stderr)
      .toMatch(/event=mqtt_refused broker=house code=(?:bad-credentials|not-authorized)/u);
    system.interrupt();
    expect(await ended).toContain(
      `stopped before it was connected to the broker house at ${broker.url}`,
    );
    expect(system.stderr()).not.toContain("not-the-word");
  });

  it.each([
    { args: ["replay", "x.ndjson"], says: "say where to publish" },
    { args: ["replay", "x.ndjson", "--url=http://x"], says: "is no address of a broker" },
    { args: ["replay", "x.ndjson", "--url=mqtt://me:pw@x"], says: "--password.file" },
    { args: ["replay", "/nonexistent", "--url=mqtt://x"], says: "there is no such file" },
  ])("refuses $args with a word of help", async ({ args, says }) => {
    const { exit, output } = await runProgram(args);
    expect(exit).toBe(1);
    expect(output).toContain(says);
    expect(output).not.toContain("pw@");
  });
});

describe("replay into the running program", () => {
  it("publishes on its embedded broker", async () => {
    const house = scratch.write(
      "embedded.yaml",
      `
broker:
  listen: ["127.0.0.1:${await freePort()}"]
  discover: []
  subscriptions:
    - topic: plant/{sensor}
      values: { temperature: { path: t, unit: °C } }
`,
    );
    const { url } = await startProgram([`--config.file=${house}`]);
    const file = scratch.write(
      "plant.ndjson",
      '{"at":0,"topic":"plant/fern","payload":"{\\"t\\":20}"}',
    );
    const { exit, output } = await runProgram([
      "replay",
      file,
      `--config.file=${house}`,
      "--broker=embedded",
    ]);
    expect([exit, output]).toEqual([0, "published 1 message of 1 topic\n"]);
    await expect
      .poll(async () => (await fetch(`${url}/metrics`)).text())
      .toContain('sensor_temperature_celsius{sensor="fern"} 20\n');
  });
});

describe.skipIf(!hasMosquitto)("explain --listen", () => {
  it("explains what arrives, also on topics that were announced while it listened", async () => {
    const explaining = runProgram(["explain", `--config.file=${config}`, "--listen=3s", "--json"]);
    await expect
      .poll(() => broker.log().split("Received SUBSCRIBE from attic-explain").length, {
        timeout: 10_000,
      })
      .toBeGreaterThan(1);
    // https://www.home-assistant.io/integrations/sensor.mqtt/
    await broker.publish(
      "homeassistant/sensor/cellar/config",
      '{"name":"cellar","unique_id":"c1","state_topic":"own/cellar","device_class":"temperature","unit_of_measurement":"°C"}',
    );
    await untilSubscribed("own/cellar");
    await broker.publish("own/cellar", "11.5");
    await broker.publish("plant/fern", '{"t":20}');
    const { exit, stdout } = await explaining;
    expect(exit).toBe(0);
    const objects: { topic?: string; taken?: unknown; metrics?: readonly string[] }[] = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(objects.map(({ topic, taken }) => [topic, taken])).toEqual([
      ["homeassistant/sensor/cellar/config", { dialect: "home-assistant" }],
      ["own/cellar", { dialect: "home-assistant" }],
      ["plant/fern", { rule: "plant/{sensor}" }],
      [undefined, undefined],
    ]);
    const metrics = objects.at(-1)?.metrics?.join("\n");
    expect(metrics).toMatch(/^sensor_temperature_celsius\{.*\} 11\.5$/mu);
    expect(metrics).toMatch(/^sensor_temperature_celsius\{sensor="fern"\} 20$/mu);
  });
});
