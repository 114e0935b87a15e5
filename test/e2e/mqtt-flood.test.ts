import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { platform } from "node:process";
import { describe, expect, it, onTestFinished } from "vitest";
import { hasMosquitto, startMosquitto } from "../bridge/mosquitto.ts";
import { flood, type RawMessage } from "./mqtt-flood.ts";
import { temperatureOf } from "./mqtt-rig.ts";
import { startProgram } from "./program.ts";
import { watchProgram } from "./watch.ts";

const megabyte = 1_048_576;
const hourMs = 3_600_000;

/** A number of the process's status, in bytes. */
const memoryOf = async (pid: number, field: "VmRSS" | "VmHWM"): Promise<number> => {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "mu").exec(status)?.[1]) * 1024;
};

const start = async (limits: string, ruleLimit: string) => {
  const broker = await startMosquitto({ isQuiet: true });
  onTestFinished(broker.close);
  const directory = await mkdtemp(join(tmpdir(), "mqtt-flood-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  const file = join(directory, "config.yaml");
  await writeFile(
    file,
    `
limits: { series: 50000 }
mqtt:
  - url: ${broker.url}
    name: house
    discover: []${limits}
    subscriptions:
      - topic: garden/{sensor}
        name: garden
        expires: 1h${ruleLimit}
        values: { temperature: { path: t, unit: °C } }
`,
  );
  const program = await startProgram([`--config.file=${file}`]);
  onTestFinished(async () => {
    program.signal("SIGKILL");
    await program.ended;
  });
  const watch = watchProgram(program.url, hourMs);
  const sample = (name: string, labels = "") =>
    watch.latest().samples.get(`sensor_exporter_mqtt_${name}{broker="house"${labels}}`) ?? 0;
  const dropped = (reason: string) => sample("messages_dropped_total", `,reason="${reason}"`);
  /** All that has arrived and been looked at, or has not and is counted. */
  const accounted = () =>
    sample("messages_total", ',rule="garden"') +
    sample("messages_unmatched_total") +
    dropped("overload") +
    dropped("too-large") +
    dropped("duplicate");
  await expect.poll(() => sample("connected"), { timeout: 5000 }).toBe(1);
  const say = (sensor: string, value: number) => {
    watch.published(temperatureOf(sensor), value);
    return broker.publish(`garden/${sensor}`, `{"t": ${value}}`, { qos: 1 });
  };
  await say("good", 1);
  await expect.poll(() => watch.latest().samples.get(temperatureOf("good"))).toBe(1);
  const before = await memoryOf(program.pid, "VmRSS");
  /** Floods, waits until all is accounted for, and holds that every scrape was answered and memory is below its cap. */
  const endure = async (messages: Iterable<RawMessage>, count: number, capBytes: number) => {
    const from = accounted();
    const scrapesBefore = watch.looks().length;
    expect(await flood(broker.ports[0] ?? 0, messages)).toBe(true);
    const scrapesDuring = watch.looks().length - scrapesBefore;
    await expect.poll(() => accounted() - from, { timeout: 15_000 }).toBe(count);
    const peak = await memoryOf(program.pid, "VmHWM");
    expect(peak - before).toBeLessThan(capBytes);
    return scrapesDuring;
  };
  return { broker, watch, say, sample, dropped, accounted, endure, program };
};

/** Numbers in no order but the same in each run, from 0 up to but not including 1 (Park and Miller 1988). */
const createRandom = () => {
  let state = 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
};

describe.runIf(hasMosquitto && platform === "linux")("a flood", () => {
  // 10,000 devices with their series cost some 50 MB; 16 MiB may wait and pin the pieces of memory in which they came,
  // V8's young generation has 48 MB and its old one grows to about twice of what lives before it is collected.
  const capBytes = 256 * megabyte;

  it("of 200,000 messages ends with the newest value of each of its 10,000 topics", async () => {
    const limits = "\n    limits: { series: 20000, devices: 20000 }";
    const { watch, endure, sample } = await start(limits, "\n        series: 20000");
    const newest = new Map<string, number>();
    const random = createRandom();
    const messages = function* (): Iterable<RawMessage> {
      for (let index = 0; index < 200_000; index += 1) {
        // Each topic at least once, then in no order.
        const number = index < 10_000 ? index : Math.floor(random() * 10_000);
        const value = index / 1000;
        newest.set(temperatureOf(`n${number}`), value);
        yield { topic: `garden/n${number}`, payload: `{"t":${value}}` };
      }
    };
    expect(await endure(messages(), 200_000, capBytes)).toBeGreaterThan(0);
    await expect.poll(() => sample("series", ',rule="garden"')).toBe(10_001);
    const { samples } = watch.latest();
    const wrong = [...newest].filter(([series, value]) => samples.get(series) !== value);
    expect(wrong).toEqual([]);
    await watch.end(["n"]);
  });

  it("of topics without end costs neither memory without end nor a device that was there", async () => {
    const { watch, say, endure, sample } = await start("", "");
    const messages = function* (from: number): Iterable<RawMessage> {
      for (let index = 0; index < 100_000; index += 1) {
        yield { topic: `garden/n${from + index}`, payload: '{"t":-1}' };
      }
    };
    expect(await endure(messages(0), 100_000, capBytes)).toBeGreaterThan(0);
    await say("good", 2);
    await expect.poll(() => watch.latest().samples.get(temperatureOf("good"))).toBe(2);
    // Twice as many cost no more than once.
    await endure(messages(100_000), 100_000, capBytes);
    await say("good", 3);
    await expect.poll(() => watch.latest().samples.get(temperatureOf("good"))).toBe(3);

    const looks = watch.looks();
    const since = looks.findIndex(({ samples }) => samples.has(temperatureOf("good")));
    const without = looks.slice(since).filter(({ samples }) => !samples.has(temperatureOf("good")));
    expect(without).toEqual([]);

    // The usual limits of docs/configuration.md: 1000 devices, 1000 series of a rule.
    expect(sample("devices")).toBe(1000);
    expect(sample("series", ',rule="garden"')).toBe(1000);
    expect(sample("topics")).toBe(1000);
    expect(sample("devices_refused_total")).toBeGreaterThan(0);
    await watch.end(["n"]);
  });

  it("of series above the limit of their rule is refused and counted", async () => {
    const { watch, say, endure, sample } = await start("", "\n        series: 10");
    const messages = Array.from({ length: 100 }, (_, index) => ({
      topic: `garden/n${index}`,
      payload: '{"t":1}',
    }));
    await endure(messages, 100, capBytes);
    expect(sample("series", ',rule="garden"')).toBe(10);
    expect(sample("series_refused_total", ',rule="garden"')).toBe(91);
    await say("good", 2);
    await expect.poll(() => watch.latest().samples.get(temperatureOf("good"))).toBe(2);
    await watch.end(["n"]);
  });
});

describe.runIf(hasMosquitto && platform === "linux")("garbage", () => {
  it("makes no reading, is counted, and disturbs nobody", async () => {
    const { broker, watch, say, dropped, accounted, sample, program } = await start("", "");
    const send = (messages: readonly RawMessage[]) => flood(broker.ports[0] ?? 0, messages);
    const from = accounted();
    const deep = "[".repeat(100_000);
    const payloads: readonly (string | Uint8Array)[] = [
      Uint8Array.of(0xff, 0xfe, 0x00, 0xc3, 0x28),
      `{"t":${deep}${"]".repeat(100_000)}}`,
      `${'{"t":'.repeat(40_000)}1${"}".repeat(40_000)}`,
      deep,
      '{"__proto__":{"t":21},"constructor":{"t":21}}',
      '{"t":"0x15"}',
      '{"t":1e999}',
      '{"t":NaN}',
      '{"t":true}',
      '{"t":{"t":21}}',
      "9".repeat(100_000),
      '{"t":"١٢"}',
      "\0",
    ];
    const messages = payloads.map((payload) => ({ topic: "garden/bad", payload }));
    // Five megabytes, where 256 KiB are the usual limit of docs/configuration.md.
    const large = { topic: "garden/bad", payload: new Uint8Array(5_000_000).fill(0x31) };
    expect(await send([...messages, large])).toBe(true);
    await expect.poll(() => accounted() - from).toBe(messages.length + 1);
    expect(dropped("too-large")).toBe(1);
    const refused = (reason: string) =>
      sample("readings_refused_total", `,reason="${reason}",rule="garden"`);
    // "0x15" and digits of another script; 1e999 is above what IEEE 754 holds; lists and objects.
    expect(refused("not-a-number")).toBeGreaterThanOrEqual(2);
    expect(refused("not-finite")).toBe(1);
    expect(refused("wrong-type")).toBeGreaterThanOrEqual(3);
    // Topics of all that MQTT allows (section 1.5.3), and some that it does not.
    const topics: readonly string[] = [
      "garden/💧",
      'garden/"\\\n',
      "garden/",
      `garden/${"x".repeat(60_000)}`,
    ];
    for (const topic of topics) await send([{ topic, payload: "{}" }]);
    for (const topic of [
      Uint8Array.of(0xff, 0xfe),
      Uint8Array.of(0xed, 0xa0, 0x80),
      Uint8Array.of(0x67, 0x00),
      "garden/#",
    ]) {
      await send([{ topic, payload: '{"t":21}' }]);
    }
    await say("good", 2);
    await expect.poll(() => watch.latest().samples.get(temperatureOf("good"))).toBe(2);
    expect(dropped("defect")).toBe(0);
    expect(program.output()).not.toMatch(/mqtt_defect|mqtt_disconnected/u);
    await watch.end();
  });
});
