import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectAsync } from "mqtt";
import { quantities } from "../../src/quantities.ts";
import { unitsOf } from "../../src/units.ts";
import { type Program, startProgram, stopPrograms } from "../e2e/program.ts";
import { type Prometheus, startPrometheus } from "../e2e/prometheus.ts";
import { makeCertificate } from "../http/certificates.ts";

/** Boards under a real Prometheus, with every kind of trouble that a dashboard shows. */
export interface Fleet {
  readonly prometheus: Prometheus;
  /** The board that has a reading of every quantity, as Prometheus names it. */
  readonly instance: string;
  readonly stop: () => Promise<void>;
}

const definitions = Object.values(quantities);

/** A rule with every quantity of the catalogue, each in its base unit under its own name. */
const everyQuantity = (): string =>
  definitions
    .map(({ name, dimension }) => {
      const [unit = ""] = unitsOf(dimension);
      return `        ${name}: { path: ${name}${unit === "" ? "" : `, unit: "${unit}"`} }`;
    })
    .join("\n");

/** What a device that measures everything publishes: totals that rise, and 1 for all else, which no limit forbids. */
const everyReading = (time: number): string =>
  JSON.stringify(
    Object.fromEntries(definitions.map(({ name, type }) => [name, type === "counter" ? time : 1])),
  );

/** A board with a reading of everything, a sensor that is torn off, one that lies, and a broker that is not there. */
const troubledBoard = `
sensors:
  climate: { driver: bme280, interval: 1s, labels: { room: attic } }
  boiler:
    driver: ds18b20
    id: 28-0316a2794bff
    interval: 1s
    plausible: { temperature: { minimum: 100 °C } }
  supply: { driver: hwmon, device: rpi_volt, interval: 1s }
  processor: { driver: thermal, interval: 1s }
  rain: { driver: pulse-counter, line: 17, interval: 1s }
simulation:
  faults:
    - { sensor: climate, fault: unplugged, after: 6s }
broker:
  listen: ["127.0.0.1:0"]
  tls: { certificate_file: broker.pem, key_file: broker.key }
  discover: []
  subscriptions:
    - topic: everything/{room}/{sensor}
      values:
${everyQuantity()}
mqtt:
  - url: mqtt://127.0.0.1:1
    name: lost
    discover: []
    subscriptions:
      - { topic: "nothing/{sensor}", values: { temperature: t } }
`;

/** The alerts that are shipped, which here fire without a delay. */
const alertRules = async (): Promise<string> =>
  (await readFile("config/prometheus/rules/alerts.yml", "utf8")).replaceAll(/^ +for: .+\n/gmu, "");

const brokerUrl = (program: Program): string => {
  const found = /event=broker_listening urls=(mqtts:\S+)/u.exec(program.output());
  if (found?.[1] === undefined) throw new Error(`no broker: ${program.output()}`);
  return found[1];
};

/** Publishes as the device that measures everything, once a second, until it is told to end. */
const publishEverything = async (
  url: string,
  authorityFile: string,
): Promise<() => Promise<void>> => {
  const client = await connectAsync(url, { ca: await readFile(authorityFile) });
  let time = 0;
  const publish = () => {
    time += 1;
    client.publish("everything/kitchen/oracle", everyReading(time));
    // One value that is none: a rule counts it as refused. One topic that no rule knows.
    client.publish("everything/kitchen/broken", JSON.stringify({ temperature: "warm" }));
    client.publish("elsewhere", "1");
  };
  publish();
  const timer = setInterval(publish, 1000);
  return async () => {
    clearInterval(timer);
    await client.endAsync(true);
  };
};

/** Starts the simulated house, the troubled board and a board that soon is dead, and Prometheus with alerts. */
export const startFleet = async (): Promise<Fleet> => {
  const directory = await mkdtemp(join(tmpdir(), "grafana-"));
  const start = async (name: string, text: string, ...more: readonly string[]) => {
    const file = join(directory, `${name}.yaml`);
    await writeFile(file, text);
    return startProgram(["--simulate", `--config.file=${file}`, ...more]);
  };
  makeCertificate(directory, "broker", { usage: "serverAuth" });
  const house = (await readFile("config/simulated.yaml", "utf8"))
    .replaceAll("interval: 5s", "interval: 1s")
    .replace("127.0.0.1:11883", "127.0.0.1:0");
  const state = join(directory, "state");
  const programs = [
    await start("house", house),
    await start("troubled", troubledBoard, `--state.directory=${state}`),
    await start("dead", "sensors: { garden: { driver: sht4x } }"),
  ] as const;
  const [, troubled, dead] = programs;
  const endPublishing = await publishEverything(brokerUrl(troubled), join(directory, "broker.pem"));
  const rules = join(directory, "alerts.yml");
  await writeFile(rules, await alertRules());
  const hosts = programs.map(({ url }) => new URL(url).host);
  const prometheus = await startPrometheus(hosts, {}, { rule_files: [rules] });
  const stop = async () => {
    await prometheus.stop();
    await endPublishing();
    await stopPrograms();
    await rm(directory, { recursive: true, force: true });
  };
  for (let tries = 0; tries < 300; tries += 1) {
    const isSeen = await prometheus.query(`up{instance="${hosts[2]}"} == 1`);
    if (isSeen.length > 0) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  dead.signal("SIGKILL");
  return { prometheus, instance: hosts[1] ?? "", stop };
};
