/**
 * Time per message from payload to series, side by side with what a bridge on prom-client would do: match the topic,
 * parse the payload, set a gauge by its labels. No broker and no network in between.
 * Run: npm run bench
 */
import { Gauge, Registry } from "prom-client";
import { createDevices } from "../src/bridge/devices.ts";
import { createRuleClaimant } from "../src/bridge/rules.ts";
import { createSession } from "../src/bridge/session.ts";
import { systemClock } from "../src/clock.ts";
import type { RuleConfig, ValueConfig } from "../src/config/bridge-config.ts";
import { createStore } from "../src/store.ts";

const topics = 100_000;
const messagesPerRound = 300_000;
const rounds = 5;
const millisecondsPerSecond = 1000;

/** Anything that takes messages. */
type Subject = (topic: string, payload: Uint8Array) => void;

const value = (quantity: ValueConfig["quantity"], path: string, unit: string): ValueConfig => ({
  quantity,
  path: [path],
  unit,
  fan: [],
  absent: [],
  labels: {},
});

const rule: RuleConfig = {
  name: "bench",
  topic: "house/{room}/{sensor}/climate",
  qos: 0,
  sensor: "{sensor}",
  labels: {},
  expiresMs: 3_600_000,
  ignoresRetained: false,
  sleeping: false,
  values: [
    value("temperatureCelsius", "temperature", "°C"),
    value("relativeHumidityRatio", "humidity", "%"),
  ],
  allow: [],
  deny: [],
  maximumSeries: 1_000_000,
};

const createOurs = (): Subject => {
  const store = createStore({ clock: systemClock, maximumSeries: 1_000_000 });
  const devices = createDevices({
    store,
    limitOf: () => 1_000_000,
    isReserved: () => false,
  });
  const session = createSession({
    broker: "bench",
    clock: systemClock,
    devices,
    limits: { series: 1_000_000, topics: 1_000_000 },
    unsupported: () => {},
    failed: (_topic, error) => {
      throw error;
    },
    claimants: (host) => [createRuleClaimant(rule, host)],
  });
  return (topic, payload) => {
    session.take({ topic, payload, isRetained: false, atMs: systemClock.nowMs() });
  };
};

const createPromClient = (): Subject => {
  const registers = [new Registry()];
  const labelNames = ["sensor", "room"];
  const gauges = {
    temperature: new Gauge({ name: "temperature", help: "temperature", labelNames, registers }),
    humidity: new Gauge({ name: "humidity", help: "humidity", labelNames, registers }),
  };
  const pattern = /^house\/([^/]+)\/([^/]+)\/climate$/u;
  const decoder = new TextDecoder();
  return (topic, payload) => {
    const [, room = "", sensor = ""] = pattern.exec(topic) ?? [];
    const message: { readonly temperature: number; readonly humidity: number } = JSON.parse(
      decoder.decode(payload),
    );
    gauges.temperature.set({ sensor, room }, message.temperature);
    gauges.humidity.set({ sensor, room }, message.humidity / 100);
  };
};

const names = Array.from(
  { length: topics },
  (_, index) => `house/room-${index % 50}/sensor-${index}/climate`,
);
const encoder = new TextEncoder();
const payloads = Array.from({ length: 997 }, (_, index) =>
  encoder.encode(
    JSON.stringify({ temperature: (index * 7) / 100, humidity: index / 10, battery: 87 }),
  ),
);

const median = (values: readonly number[]): number =>
  [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;

const heapBytes = (): number => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
};

const run = (name: string, create: () => Subject) => {
  const before = heapBytes();
  const subject = create();
  const empty = new Uint8Array();
  for (const [index, topic] of names.entries())
    subject(topic, payloads[index % payloads.length] ?? empty);
  const bytes = (heapBytes() - before) / topics;
  const rates: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const startedMs = performance.now();
    for (let index = 0; index < messagesPerRound; index += 1) {
      const place = (index * 97 + round) % topics;
      subject(names[place] ?? "", payloads[(index + round) % payloads.length] ?? empty);
    }
    rates.push((messagesPerRound * millisecondsPerSecond) / (performance.now() - startedMs));
  }
  const rate = median(rates);
  console.log(
    `${name.padEnd(12)} ${Math.round(rate).toLocaleString("en")} messages/s, ${bytes.toFixed(0)} bytes a topic`,
  );
  return { rate, bytes };
};

console.log(`${topics} topics, two values a message, median of ${rounds} rounds on one core`);
const theirs = run("prom-client", createPromClient);
const ours = run("ours", createOurs);
console.log(
  `ours / prom-client: messages ${(ours.rate / theirs.rate).toFixed(2)}; ` +
    `prom-client / ours: bytes a topic ${(theirs.bytes / ours.bytes).toFixed(2)}`,
);
