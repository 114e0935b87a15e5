import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connectAsync } from "mqtt";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Bridge, createBridge } from "../../src/bridge/bridge.ts";
import { listDialects } from "../../src/bridge/load-dialect.ts";
import { systemClock } from "../../src/clock.ts";
import type { Config } from "../../src/config/config.ts";
import { loadConfig } from "../../src/config/load.ts";
import { listDrivers, loadDriver } from "../../src/drivers/load.ts";
import { createLog } from "../../src/log.ts";
import { createStore, type Store } from "../../src/store.ts";

/** What a user writes, loaded as the program loads it. */
const configOf = async (
  yaml: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Config> => {
  const loaded = await loadConfig({
    file: "config.yaml",
    readFile: async () => new TextEncoder().encode(yaml),
    environment,
    driverNames: await listDrivers(),
    dialectNames: await listDialects(),
    loadDriver,
  });
  if ("problems" in loaded) throw new Error(JSON.stringify(loaded.problems));
  return loaded.config;
};

let log = "";
let store: Store;
let bridge: Bridge;
beforeEach(() => {
  log = "";
  store = createStore({ clock: systemClock, maximumSeries: 1000 });
  bridge = createBridge({
    store,
    clock: systemClock,
    random: Math.random,
    log: createLog({
      level: "debug",
      format: "logfmt",
      write: (line) => {
        log += line;
      },
      wallMs: Date.now,
    }),
  });
});
afterEach(() => bridge.close());

const lines = () => store.render().flatMap(({ samples }) => samples.trimEnd().split("\n"));

const until = async (isTrue: () => boolean): Promise<void> => {
  for (let turn = 0; turn < 400 && !isTrue(); turn += 1) await sleep(5);
  expect(isTrue()).toBe(true);
};

const publish = async (topic: string, payload: string): Promise<void> => {
  const client = await connectAsync(bridge.brokers()[0]?.at ?? "");
  await client.publishAsync(topic, payload, { qos: 1 });
  await client.endAsync();
};

const embedded = (more: string): string =>
  `broker:\n  listen: ["127.0.0.1:0"]\n  discover: []\n  subscriptions:\n    - topic: lab/{sensor}\n      values: { temperature: {} }\n${more}`;

describe("the bridge", () => {
  it("leaves a broker alone whose configuration has not changed", async () => {
    await bridge.apply(await configOf(embedded("")));
    const [{ at = "" } = {}] = bridge.brokers();
    await publish("lab/bench", "21.5");
    await until(() => lines().includes('sensor_temperature_celsius{sensor="bench"} 21.5'));
    await bridge.apply(await configOf(`${embedded("")}limits: { series: 500 }\n`));
    expect(bridge.brokers()[0]?.at).toBe(at);
    expect(lines()).toContain('sensor_temperature_celsius{sensor="bench"} 21.5');
  });

  it("starts a broker anew whose rules have changed, and ends what they no longer say", async () => {
    await bridge.apply(await configOf(embedded("")));
    await publish("lab/bench", "21.5");
    await until(() => lines().some((line) => line.startsWith("sensor_temperature_celsius")));
    await bridge.apply(await configOf(embedded("      expires: 1h\n")));
    expect(lines().filter((line) => line.startsWith("sensor_temperature_celsius"))).toEqual([]);
    expect(lines()).toContain('sensor_exporter_mqtt_connected{broker="embedded"} 1');
  });

  it("closes a broker that is gone, with all that came from it", async () => {
    await bridge.apply(await configOf(embedded("")));
    await publish("lab/bench", "21.5");
    await until(() => lines().some((line) => line.startsWith("sensor_up")));
    await bridge.apply(await configOf("sensors:\n  cpu: { driver: thermal }\n"));
    expect(bridge.brokers()).toEqual([]);
    expect(bridge.devices()).toEqual([]);
    expect(lines().filter((line) => /^sensor_(?:temp|up|info|exporter_mqtt)/u.test(line))).toEqual(
      [],
    );
  });

  it("connects anew when a password in the configuration has changed", async () => {
    const yaml = (name: string) =>
      `mqtt:\n  - url: mqtt://127.0.0.1:1\n    name: ${name}\n    username: u\n    password: \${PASSWORD}\n    discover: []\n`;
    const count = () => log.match(/event=mqtt_\w+ broker=far/gu)?.length ?? 0;
    await bridge.apply(await configOf(yaml("far"), { PASSWORD: "one" }));
    await until(() => /broker=far/u.test(log));
    const before = count();
    await bridge.apply(await configOf(yaml("far"), { PASSWORD: "two" }));
    await sleep(200);
    expect(count()).toBe(before + 1);
    expect(log).not.toMatch(/\bone\b|\btwo\b/u);
  });

  it("gives sensors of the board their names", async () => {
    const sensors = "sensors:\n  bench: { driver: thermal }\n";
    await bridge.apply(await configOf(`${sensors}${embedded("")}`));
    await publish("lab/bench", "21.5");
    await until(() => lines().some((line) => line.startsWith("sensor_temperature_celsius")));
    expect(lines()).toContain('sensor_temperature_celsius{sensor="bench (embedded)"} 21.5');
  });

  it("keeps topics that nobody knew for the page", async () => {
    await bridge.apply(await configOf(embedded("")));
    await publish("unknown/topic", '{"a":1}');
    await until(() => (bridge.brokers()[0]?.unmatched.length ?? 0) > 0);
    expect(bridge.brokers()[0]?.unmatched).toEqual([
      { topic: "unknown/topic", payload: '{"a":1}' },
    ]);
    expect(lines()).toContain('sensor_exporter_mqtt_messages_unmatched_total{broker="embedded"} 1');
  });

  it("says what an announcement wants that cannot be done, and counts it", async () => {
    await bridge.apply(
      await configOf('broker: { listen: ["127.0.0.1:0"], discover: [home-assistant] }\n'),
    );
    const config = { name: "x", stat_t: "x/s", unit_of_meas: "°C", val_tpl: "{{ now() }}" };
    await publish("homeassistant/sensor/x/t/config", JSON.stringify(config));
    await until(() => log.includes("event=mqtt_unsupported"));
    expect(log).toContain("now");
    expect(lines()).toContain(
      'sensor_exporter_mqtt_readings_refused_total{broker="embedded",reason="unsupported",rule="home-assistant"} 1',
    );
  });

  it("counts series above the limit of a rule, and keeps those that are there", async () => {
    await bridge.apply(await configOf(embedded("      series: 1\n")));
    await publish("lab/first", "1");
    await until(() => lines().some((line) => line.includes('sensor="first"')));
    await publish("lab/second", "2");
    const refused =
      'sensor_exporter_mqtt_series_refused_total{broker="embedded",rule="lab/{sensor}"} 1';
    await until(() => lines().includes(refused));
    expect(lines()).toContain('sensor_temperature_celsius{sensor="first"} 1');
  });

  it("fails to start where the broker's address is taken, and says so", async () => {
    await bridge.apply(await configOf(embedded("")));
    const port = new URL(bridge.brokers()[0]?.at ?? "").port;
    const other = createBridge({
      store: createStore({ clock: systemClock, maximumSeries: 10 }),
      clock: systemClock,
      random: Math.random,
      log: createLog({ level: "error", format: "logfmt", write: () => {}, wallMs: Date.now }),
    });
    const config = await configOf(embedded("").replace("127.0.0.1:0", `127.0.0.1:${port}`));
    await expect(other.apply(config)).rejects.toThrow(`127.0.0.1:${port}`);
    await other.close();
  });
});

describe("secrets of a broker", () => {
  let directory = "";
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "bridge-"));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it("are in no metric and no line of the log", async () => {
    await writeFile(join(directory, "password"), "hunter2\n");
    const yaml = `mqtt:\n  - url: mqtt://127.0.0.1:1\n    username: u\n    password: hunter3\n  - url: mqtt://127.0.0.1:2\n    username: u\n    password_file: ${join(directory, "password")}\n`;
    const loaded = await loadConfig({
      file: join(directory, "config.yaml"),
      readFile: async (path) =>
        new TextEncoder().encode(path.endsWith("password") ? "hunter2\n" : yaml),
      environment: {},
      driverNames: await listDrivers(),
      dialectNames: await listDialects(),
      loadDriver,
    });
    if ("problems" in loaded) throw new Error(JSON.stringify(loaded.problems));
    await bridge.apply(loaded.config);
    await until(() => /:1\b/u.test(log) && /:2\b/u.test(log));
    const everything = [log, lines().join("\n"), JSON.stringify(loaded.config)].join("\n");
    expect(everything).not.toMatch(/hunter[23]/u);
  });
});
