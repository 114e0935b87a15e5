/**
 * Processor time per message, memory and time of a scrape while messages come in, side by side with mqtt2prometheus
 * (Debian's prometheus-mqtt-exporter) on the same Mosquitto and with the same messages.
 * Run: npm run bench:mqtt
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connectAsync, type MqttClient } from "mqtt";

const topics = 1000;
const messagesPerRound = 20_000;
const messagesPerSecond = 5000;
const rounds = 5;
const ticksPerSecond = 100;
const bytesPerKilobyte = 1024;

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
};

interface Subject {
  readonly name: string;
  readonly child: ChildProcess;
  readonly url: string;
  /** Name of the metric that the messages set. */
  readonly metric: string;
}

const directory = await mkdtemp(join(tmpdir(), "bench-mqtt-"));
const brokerPort = await freePort();

const start = (command: string, args: readonly string[]): ChildProcess => {
  const child = spawn(command, args, { stdio: "ignore" });
  child.on("error", (error) => {
    throw error;
  });
  return child;
};

const scrape = async ({ url }: Subject): Promise<string> => (await fetch(url)).text();

const waitFor = async (subject: Subject): Promise<Subject> => {
  for (let turn = 0; turn < 100; turn += 1) {
    if (await scrape(subject).catch(() => undefined)) return subject;
    await sleep(100);
  }
  throw new Error(`${subject.name} does not answer`);
};

const startPeer = async (): Promise<Subject> => {
  const port = await freePort();
  const file = join(directory, "peer.yaml");
  const metric = (name: string) =>
    `  - { prom_name: ${name}, mqtt_name: ${name}, help: "${name}", type: gauge }\n`;
  await writeFile(
    file,
    `mqtt:\n  server: tcp://127.0.0.1:${brokerPort}\n  topic_path: bench/+\n  qos: 0\n` +
      `cache:\n  timeout: 60m\nmetrics:\n${metric("temperature")}${metric("humidity")}`,
  );
  const args = [`-config=${file}`, "-listen-address=127.0.0.1", `-listen-port=${port}`];
  return waitFor({
    name: "mqtt2prometheus",
    child: start("prometheus-mqtt-exporter", args),
    url: `http://127.0.0.1:${port}/metrics`,
    metric: "temperature{",
  });
};

const startOurs = async (): Promise<Subject> => {
  const port = await freePort();
  const file = join(directory, "ours.yaml");
  await writeFile(
    file,
    `limits: { series: 100000 }\nmqtt:\n  - url: mqtt://127.0.0.1:${brokerPort}\n    discover: []\n` +
      "    limits: { series: 100000, devices: 10000 }\n" +
      "    subscriptions:\n      - topic: bench/{sensor}\n        series: 100000\n        values:\n" +
      '          temperature: { path: temperature, unit: °C }\n          relative_humidity: { path: humidity, unit: "%" }\n',
  );
  const main = new URL("../src/main.js", import.meta.url).pathname;
  const args = ["--max-semi-space-size=1", main, `--config.file=${file}`, "--log.level=error"];
  return waitFor({
    name: "ours",
    child: start(process.execPath, [...args, `--web.listen-address=127.0.0.1:${port}`]),
    url: `http://127.0.0.1:${port}/metrics`,
    metric: "sensor_temperature_celsius{",
  });
};

/** Seconds of processor time that a process has used, its threads included: fields 14 and 15 of proc(5). */
const processorSeconds = async ({ child }: Subject): Promise<number> => {
  const fields = (await readFile(`/proc/${child.pid}/stat`, "utf8"))
    .replace(/^.*\) /u, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
};

const residentMegabytes = async ({ child }: Subject): Promise<number> => {
  const status = await readFile(`/proc/${child.pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/u.exec(status)?.[1]) / bytesPerKilobyte;
};

let sent = 0;

/** Publishes a round of messages, evenly, and waits until the last one must have arrived. */
const publishRound = async (client: MqttClient): Promise<void> => {
  const perStep = messagesPerSecond / 100;
  for (let step = 0; step < messagesPerRound / perStep; step += 1) {
    for (let index = 0; index < perStep; index += 1) {
      sent += 1;
      const temperature = (sent % 4000) / 100;
      const humidity = (sent % 10_000) / 100;
      client.publish(`bench/sensor-${sent % topics}`, JSON.stringify({ temperature, humidity }));
    }
    await sleep(10);
  }
  await sleep(500);
};

const median = (values: readonly number[]): number =>
  [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Median milliseconds of scrapes while messages come in. */
const scrapeWhile = async (subject: Subject, isOver: () => boolean): Promise<number> => {
  const times: number[] = [];
  while (!isOver()) {
    const startedMs = performance.now();
    await scrape(subject);
    times.push(performance.now() - startedMs);
    await sleep(200);
  }
  return median(times);
};

const run = async (subjects: readonly Subject[], client: MqttClient): Promise<void> => {
  await publishRound(client);
  const costs = subjects.map((): number[] => []);
  for (let round = 0; round < rounds; round += 1) {
    const before = await Promise.all(subjects.map(processorSeconds));
    await publishRound(client);
    const after = await Promise.all(subjects.map(processorSeconds));
    after.forEach((seconds, index) => {
      costs[index]?.push(((seconds - (before[index] ?? 0)) * 1e6) / messagesPerRound);
    });
  }
  let isOver = false;
  const scraping = Promise.all(subjects.map((subject) => scrapeWhile(subject, () => isOver)));
  await publishRound(client);
  isOver = true;
  const scrapes = await scraping;
  const results = await Promise.all(
    subjects.map(async (subject, index) => {
      const text = await scrape(subject);
      const series = text.split("\n").filter((line) => line.startsWith(subject.metric)).length;
      const cost = median(costs[index] ?? []);
      const megabytes = await residentMegabytes(subject);
      console.log(
        `${subject.name.padEnd(16)} ${cost.toFixed(1).padStart(6)} µs of processor a message, ` +
          `${megabytes.toFixed(0)} MB resident, scrape ${(scrapes[index] ?? 0).toFixed(1)} ms, ` +
          `${series} of ${topics} temperatures`,
      );
      return { cost, megabytes, scrape: scrapes[index] ?? 0 };
    }),
  );
  const [theirs, ours] = results;
  if (theirs === undefined || ours === undefined) return;
  console.log(
    `mqtt2prometheus / ours: processor ${(theirs.cost / ours.cost).toFixed(2)}, ` +
      `memory ${(theirs.megabytes / ours.megabytes).toFixed(2)}, ` +
      `scrape ${(theirs.scrape / ours.scrape).toFixed(2)}`,
  );
};

const broker = start("mosquitto", ["-p", String(brokerPort)]);
await sleep(500);
const subjects = [await startPeer(), await startOurs()];
const client = await connectAsync(`mqtt://127.0.0.1:${brokerPort}`);
await sleep(1000);
console.log(
  `${messagesPerRound} messages of two values on ${topics} topics at ${messagesPerSecond}/s, median of ${rounds} rounds`,
);
await run(subjects, client);
await client.endAsync();
for (const { child } of subjects) child.kill();
broker.kill();
await rm(directory, { recursive: true });
