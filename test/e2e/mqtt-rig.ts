import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "vitest";
import { type Mosquitto, type MosquittoOptions, startMosquitto } from "../bridge/mosquitto.ts";
import { replaceFile } from "../replace-file.ts";
import { type Program, startProgram } from "./program.ts";
import { type Watch, watchProgram } from "./watch.ts";

/** Lines of a broker that is down, back, or refuses, in short: `connected`, `disconnected closed`. */
const changesOf = (output: string): readonly string[] =>
  [...output.matchAll(/event=mqtt_(\w+) broker=house(?: code=([\w-]+))?/gu)].map(
    ([, event = "", code]) => (code === undefined ? event : `${event} ${code}`),
  );

const sumOf = (samples: ReadonlyMap<string, number>, prefix: string): number =>
  [...samples].reduce((sum, [key, value]) => (key.startsWith(prefix) ? sum + value : sum), 0);

const failuresName = 'sensor_exporter_mqtt_connection_failures_total{broker="house"';
const slackMs = 4000;

/**
 * Longest that the next attempt may be away: waits double from one second to sixty, and each connection of these tests
 * lasts too short a time to make them begin anew (docs/mqtt.md, section The connection).
 */
const longestWaitMs = (failures: number): number =>
  1000 * Math.min(60, 2 ** Math.max(0, failures - 1)) + slackMs;

/** The exporter beside a Mosquitto, watched from the start to the end of a test. */
export interface MqttRig {
  readonly broker: Mosquitto;
  readonly program: Program;
  readonly watch: Watch;
  readonly file: (name: string) => string;
  /** Writes a file beside the configuration, or that itself. */
  readonly write: (name: string, text: string) => Promise<void>;
  /** Waits for the next connection, no longer than the back-off allows, and until all is subscribed. */
  readonly connected: () => Promise<void>;
  /** Waits until an attempt has failed for that reason. */
  readonly failed: (reason: string) => Promise<void>;
  /** Publishes a temperature that no message had before, and waits until it is scraped. */
  readonly reads: (sensor: string, options?: { readonly retain?: boolean }) => Promise<void>;
  /** Waits until a sensor has no reading. */
  readonly isGone: (sensor: string) => Promise<void>;
  readonly changes: () => readonly string[];
}

/** Series of a sensor's temperature. */
export const temperatureOf = (sensor: string): string =>
  `sensor_temperature_celsius{sensor="${sensor}"}`;

/** Age at which readings of the rig's rule end. */
export const expiresMs = 3000;

/** Rule of the rig. */
export const gardenRule = `
      - topic: garden/{sensor}
        expires: ${expiresMs}ms
        values: { temperature: { path: t, unit: °C } }`;

/** A configuration with the broker `house`. */
export const houseConfig = (
  url: string,
  { keys = "", rules = gardenRule }: { readonly keys?: string; readonly rules?: string } = {},
): string => `
mqtt:
  - url: ${url}
    name: house
    client_id: house
    keep_alive: 1s
    discover: []${keys}
    subscriptions:${rules}
`;

let temperature = 20;

/** Starts a broker and the exporter; both end with the test, which fails if anything untrue was ever scraped. */
export const startRig = async (
  { expect, onTestFinished }: Pick<TestContext, "expect" | "onTestFinished">,
  {
    broker: brokerOptions = {},
    config = ({ url }) => houseConfig(url),
    files = {},
    begin = async () => {},
    subscriptions = 1,
    holdsMs = expiresMs,
    others = [],
    args = [],
  }: {
    /** How the broker is set up, or one that is there already. */
    readonly broker?: MosquittoOptions | Mosquitto;
    readonly config?: (broker: Mosquitto) => string;
    readonly files?: Readonly<Record<string, string>>;
    /** What happens before the exporter starts. */
    readonly begin?: (broker: Mosquitto) => Promise<void>;
    /** Packets with subscriptions that are sent after each connection. */
    readonly subscriptions?: number;
    /** How long readings hold, where the configuration says something else than the rig's rule. */
    readonly holdsMs?: number;
    /** Beginnings of sensors that no broker has. */
    readonly others?: readonly string[];
    readonly args?: readonly string[];
  } = {},
): Promise<MqttRig> => {
  const directory = await mkdtemp(join(tmpdir(), "mqtt-e2e-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const isThere = "restart" in brokerOptions;
  const broker = isThere ? brokerOptions : await startMosquitto(brokerOptions);
  if (!isThere) onTestFinished(broker.close);
  const file = (name: string) => join(directory, name);
  const write = (name: string, text: string) => replaceFile(file(name), text);
  for (const [name, text] of Object.entries(files)) await write(name, text);
  await write("config.yaml", config(broker));
  await begin(broker);
  const program = await startProgram([`--config.file=${file("config.yaml")}`, ...args]);
  onTestFinished(async () => {
    program.signal("SIGKILL");
    await program.ended;
  });
  const watch = watchProgram(program.url, holdsMs);
  onTestFinished(() => watch.end(others));

  const samples = () => watch.latest().samples;
  const acknowledged = () => broker.log().split("Sending SUBACK to house").length - 1;
  let seen = 0;
  return {
    broker,
    program,
    watch,
    file,
    write,
    connected: async () => {
      await expect
        .poll(() => samples().get('sensor_exporter_mqtt_connected{broker="house"}'), {
          timeout: longestWaitMs(sumOf(samples(), failuresName)),
        })
        .toBe(1);
      await expect.poll(acknowledged, { timeout: slackMs }).toBe(seen + subscriptions);
      seen += subscriptions;
    },
    failed: async (reason) => {
      await expect
        .poll(() => samples().get(`${failuresName},reason="${reason}"}`) ?? 0, { timeout: 10_000 })
        .toBeGreaterThanOrEqual(1);
      expect(samples().get('sensor_exporter_mqtt_connected{broker="house"}')).toBe(0);
    },
    reads: async (sensor, { retain = false } = {}) => {
      temperature = Math.round(100 * temperature + 1) / 100;
      const value = temperature;
      watch.published(temperatureOf(sensor), value);
      await broker.publish(`garden/${sensor}`, JSON.stringify({ t: value }), { retain, qos: 1 });
      await expect
        .poll(() => samples().get(temperatureOf(sensor)), { timeout: slackMs })
        .toBe(value);
      expect(samples().get(`sensor_up{sensor="${sensor}"}`)).toBe(1);
    },
    isGone: async (sensor) => {
      await expect
        .poll(() => samples().has(temperatureOf(sensor)), { timeout: expiresMs + slackMs })
        .toBe(false);
      expect(samples().get(`sensor_up{sensor="${sensor}"}`)).toBe(0);
    },
    changes: () => changesOf(program.output()),
  };
};
