import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectAsync } from "mqtt";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hasMosquitto, type Mosquitto, startMosquitto } from "../bridge/mosquitto.ts";
import { hasPeer } from "../peers.ts";
import { replaceFile } from "../replace-file.ts";
import { runProgram, startProgram, startTargets, stopPrograms } from "./program.ts";
import { startPrometheus } from "./prometheus.ts";

const patience = { timeout: 15_000, interval: 200 };
const here = "--allow=127.0.0.0/8";

let directory = "";
let broker: Mosquitto;
const file = (name: string) => join(directory, name);
const write = async (name: string, text: string): Promise<string> => {
  await replaceFile(file(name), text);
  return file(name);
};

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "targets-"));
});
afterEach(async () => {
  await stopPrograms();
  await rm(directory, { recursive: true, force: true });
});

const boardConfig = (name: string, labels = `{ board: ${name} }`): string => `
sensors: { climate: { driver: sht4x, interval: 1s } }
mqtt:
  - url: ${broker.url}
    keep_alive: 1s
    discover: []
    announce: { labels: ${labels} }
`;

const startBoard = async (name: string) => {
  const config = await write(`${name}.yaml`, boardConfig(name));
  return startProgram(["--simulate", `--config.file=${config}`]);
};

interface Group {
  readonly targets: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/** Boards by the label of each target. */
const boardsIn = (text: string): readonly (string | undefined)[] => {
  const groups: readonly Group[] = JSON.parse(text);
  return groups.flatMap(({ targets, labels }) => targets.map(() => labels["board"])).sort();
};
const boardsServed = async (url: string) => boardsIn(await (await fetch(`${url}/targets`)).text());
const metric = async (url: string, series: string): Promise<number | undefined> => {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split("\n").find((each) => each.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length));
};

describe.skipIf(!hasMosquitto)("boards that announce themselves on a broker", () => {
  beforeEach(async () => {
    broker = await startMosquitto({ isQuiet: true });
  });
  afterEach(() => broker.close());

  const announce = (name: string, payload: unknown) =>
    broker.publish(
      `sensor-exporter/presence/${name}`,
      typeof payload === "string" ? payload : JSON.stringify(payload),
      { retain: true, qos: 1 },
    );
  const announcement = (url: string, labels = {}) => ({
    schema: "sensor-exporter-presence/1",
    url,
    labels,
  });
  const startFinder = (...args: readonly string[]) =>
    startTargets([`--url=${broker.url}`, here, ...args]);

  it("are found, and leave when they stop, when they die and when they say something else", async () => {
    const finder = await startFinder(`--output=${file("targets.json")}`);
    const boards = async () => {
      const served = await boardsServed(finder.url).catch(() => []);
      const written = existsSync(file("targets.json"))
        ? boardsIn(await readFile(file("targets.json"), "utf8"))
        : [];
      return { served, written };
    };
    const are = (...names: readonly string[]) =>
      expect.poll(boards, patience).toEqual({ served: names, written: names });
    const attic = await startBoard("attic");
    const cellar = await startBoard("cellar");
    const garden = await startBoard("garden");
    await are("attic", "cellar", "garden");
    attic.signal("SIGTERM");
    await are("cellar", "garden");
    // The last will: MQTT 3.1.1, section 3.1.2.5.
    cellar.signal("SIGKILL");
    await are("garden");
    await write("garden.yaml", boardConfig("garden", "{ board: orchard }"));
    garden.signal("SIGHUP");
    await are("orchard");
    await write("garden.yaml", boardConfig("garden").replace(/ {4}announce.*\n/u, ""));
    garden.signal("SIGHUP");
    await are();
  });

  it("stay while the broker is away, which is said in a metric", async () => {
    await announce("a", announcement("http://127.0.0.1:1/metrics", { board: "a" }));
    const finder = await startFinder();
    await expect.poll(() => boardsServed(finder.url).catch(() => []), patience).toEqual(["a"]);
    const source = `{source="${broker.url.replace("mqtt://", "")}"}`;
    const isUp = () => metric(finder.url, `sensor_exporter_targets_source_up${source}`);
    await expect.poll(isUp, patience).toBe(1);
    await broker.kill();
    await expect.poll(isUp, patience).toBe(0);
    expect(await boardsServed(finder.url)).toEqual(["a"]);
    expect(await metric(finder.url, `sensor_exporter_targets${source}`)).toBe(1);
    expect(finder.output()).toContain("event=mqtt_disconnected");
  });

  it("stay in the file of a start without the broker, and are not served before it has told", async () => {
    const before = `[{"targets":["127.0.0.1:1"],"labels":{"board":"a"}}]\n`;
    await write("targets.json", before);
    await broker.stop();
    const finder = await startFinder(`--output=${file("targets.json")}`);
    const answer = await fetch(`${finder.url}/targets`);
    expect(answer.status).toBe(503);
    await expect
      .poll(async () => boardsIn(await readFile(file("targets.json"), "utf8")), patience)
      .toEqual(["a"]);
    await broker.start();
    await expect
      .poll(async () => boardsIn(await readFile(file("targets.json"), "utf8")), patience)
      .toEqual([]);
    expect(await boardsServed(finder.url)).toEqual([]);
  });

  it("are refused where they would have Prometheus ask what it must not, and counted by reason", async () => {
    await announce("loopback", announcement("http://127.0.0.1:9090/metrics"));
    await announce("cloud", announcement("http://169.254.169.254/latest/meta-data"));
    await announce("file", announcement("file:///etc/passwd"));
    await announce("address", announcement("http://pi.lan:1/metrics", { __address__: "x:1" }));
    await announce("job", announcement("http://pi.lan:1/metrics", { job: "node" }));
    await announce("rubbish", '{"url":');
    await announce("other", { schema: "something-else/1", url: "http://pi.lan:1/metrics" });
    await announce("large", `{"schema":"${"x".repeat(10_000)}"}`);
    await announce("good", announcement("http://pi.lan:10048/metrics", { board: "good" }));
    const finder = await startTargets([`--url=${broker.url}`]);
    await expect.poll(() => boardsServed(finder.url).catch(() => []), patience).toEqual(["good"]);
    const source = broker.url.replace("mqtt://", "");
    const refused = (reason: string) =>
      metric(
        finder.url,
        `sensor_exporter_targets_refused_total{reason="${reason}",source="${source}"}`,
      );
    expect(await refused("host")).toBe(2);
    expect(await refused("url")).toBe(1);
    expect(await refused("labels")).toBe(2);
    expect(await refused("malformed")).toBe(3);
    expect(finder.output()).toContain("event=target_refused");
  });

  it("are found by the brokers of a configuration, beside those of a list, which is believed first", async () => {
    const config = await write("config.yaml", `mqtt:\n  - url: ${broker.url}\n`);
    const list = await write("boards.txt", "127.0.0.1:1 board=listed\n");
    await announce("a", announcement("http://127.0.0.1:1/metrics", { board: "announced" }));
    await announce("b", announcement("http://127.0.0.1:2/metrics", { board: "announced" }));
    const { exit, stdout } = await runProgram([
      "targets",
      "--once",
      "--mqtt",
      `--config.file=${config}`,
      `--list=${list}`,
      here,
    ]);
    expect(exit).toBe(0);
    expect(JSON.parse(stdout)).toEqual([
      { targets: ["127.0.0.1:1"], labels: { board: "listed" } },
      { targets: ["127.0.0.1:2"], labels: { board: "announced" } },
    ]);
  });

  it("are found with the login of the configuration, or one of the command line", async () => {
    const users = { board: "kept-by-the-board", finder: "kept-by-the-finder" };
    // A board publishes to a topic of its own, and the finder to none.
    const access = ["pattern write boards/%u", "user finder", "topic read boards/#"];
    await broker.close();
    broker = await startMosquitto({ isQuiet: true, users, access });
    await write("password", `${users.finder}\n`);
    const login = "    username: board\n    password: kept-by-the-board\n";
    const board = boardConfig("attic", "{ board: attic }, topic: boards/board");
    await write("board.yaml", `${board}${login}`);
    await startProgram(["--simulate", `--config.file=${file("board.yaml")}`]);
    const args = [
      "targets",
      "--once",
      `--url=${broker.url}`,
      "--topic=boards/+",
      "--username=finder",
      `--password.file=${file("password")}`,
      here,
    ];
    await expect
      .poll(async () => boardsIn((await runProgram(args)).stdout), patience)
      .toEqual(["attic"]);
  });

  it("are ten thousand, and no more, with a broker as it is installed", async () => {
    const client = await connectAsync(broker.url);
    const payload = (index: number) =>
      JSON.stringify(
        announcement(`http://board-${index}.lan:10048/metrics`, { board: `${index}` }),
      );
    for (let first = 0; first < 10_050; first += 150) {
      await Promise.all(
        Array.from({ length: 150 }, (_, index) =>
          client.publishAsync(`sensor-exporter/presence/${first + index}`, payload(first + index), {
            retain: true,
            qos: 1,
          }),
        ),
      );
    }
    await client.endAsync();
    const finder = await startTargets([`--url=${broker.url}`]);
    const source = `source="${broker.url.replace("mqtt://", "")}"`;
    const refused = () =>
      metric(finder.url, `sensor_exporter_targets_refused_total{reason="limit",${source}}`);
    await expect.poll(refused, { timeout: 60_000, interval: 500 }).toBe(50);
    await expect
      .poll(async () => (await boardsServed(finder.url).catch(() => [])).length, patience)
      .toBe(10_000);
  }, 120_000);

  it("are all found after some have left, where there were more than fit", async () => {
    for (const name of ["a", "b", "c"]) {
      await announce(name, announcement(`http://${name}.lan:1/metrics`, { board: name }));
    }
    const finder = await startTargets([`--url=${broker.url}`, "--limit=2"]);
    const boards = () => boardsServed(finder.url).catch(() => []);
    await expect.poll(boards, patience).toEqual(["a", "b"]);
    await announce("a", "");
    await expect.poll(boards, patience).toEqual(["b", "c"]);
  });

  it("are found where a board is its own broker", async () => {
    const config = await write(
      "own.yaml",
      "broker: { listen: 127.0.0.1:0, announce: { labels: { board: own } } }\n",
    );
    const { output } = await startProgram([`--config.file=${config}`]);
    const [, url] = /urls=(mqtt:\S+)/u.exec(output()) ?? [];
    const { stdout } = await runProgram(["targets", "--once", `--url=${url}`, here]);
    expect(boardsIn(stdout)).toEqual(["own"]);
  });

  it.skipIf(!hasPeer(["prometheus", "--version"], "prometheus"))(
    "are scraped by a Prometheus that reads the file, and by one that asks for the list",
    async ({ onTestFinished }) => {
      const attic = await startBoard("attic");
      await startBoard("cellar");
      const finder = await startFinder(`--output=${file("targets.json")}`);
      const byFile = await startPrometheus([], {
        static_configs: [],
        file_sd_configs: [{ files: [file("targets.json")], refresh_interval: "1s" }],
      });
      onTestFinished(byFile.stop);
      const byRequest = await startPrometheus([], {
        static_configs: [],
        http_sd_configs: [{ url: `${finder.url}/targets`, refresh_interval: "1s" }],
      });
      onTestFinished(byRequest.stop);
      for (const prometheus of [byFile, byRequest]) {
        await expect
          .poll(
            async () =>
              (await prometheus.query('sensor_temperature_celsius{sensor="climate"}'))
                .map(({ labels }) => labels["board"])
                .sort(),
            patience,
          )
          .toEqual(["attic", "cellar"]);
      }
      attic.signal("SIGKILL");
      for (const prometheus of [byFile, byRequest]) {
        await expect
          .poll(
            async () => (await prometheus.query("up")).map(({ labels }) => labels["board"]),
            patience,
          )
          .toEqual(["cellar"]);
      }
    },
    60_000,
  );
});

describe("a list of boards", () => {
  it("is followed while it changes, and what was right stays while it is wrong", async () => {
    const list = await write("boards.txt", "127.0.0.1:1 board=a\n");
    const finder = await startTargets([`--list=${list}`]);
    const boards = () => boardsServed(finder.url).catch(() => []);
    await expect.poll(boards, patience).toEqual(["a"]);
    await write("boards.txt", "127.0.0.1:1 board=a\n127.0.0.1:2 board=b\n");
    await expect.poll(boards, patience).toEqual(["a", "b"]);
    await write("boards.txt", "ftp://c\n");
    const isUp = () => metric(finder.url, `sensor_exporter_targets_source_up{source="${list}"}`);
    await expect.poll(isUp, patience).toBe(0);
    expect(await boards()).toEqual(["a", "b"]);
    await write("boards.txt", "127.0.0.1:2 board=b\n");
    await expect.poll(boards, patience).toEqual(["b"]);
    expect(await isUp()).toBe(1);
  });

  it("is served with the content type that Prometheus demands, also when it is empty", async () => {
    const list = await write("boards.txt", "");
    const finder = await startTargets([`--list=${list}`]);
    await expect
      .poll(async () => (await fetch(`${finder.url}/-/ready`)).status, patience)
      .toBe(200);
    const answer = await fetch(`${finder.url}/targets`);
    expect([answer.status, answer.headers.get("content-type"), await answer.json()]).toEqual([
      200,
      "application/json",
      [],
    ]);
    expect((await fetch(`${finder.url}/-/healthy`)).status).toBe(200);
  });

  it("is behind the web configuration, as the metrics of an exporter are", async () => {
    // bcrypt of "scrape", made by bcryptjs 3.0.3.
    const hash = "$2b$04$iq3gcWRTnmt3ZIfPnRrkvO8qABDXUFrzrgrqY2.5e2.QCvaGmu4/i";
    const web = await write("web.yaml", `basic_auth_users:\n  prometheus: ${hash}\n`);
    const list = await write("boards.txt", "");
    const finder = await startTargets([`--list=${list}`, `--web.config.file=${web}`]);
    expect((await fetch(`${finder.url}/targets`)).status).toBe(401);
    expect((await fetch(`${finder.url}/metrics`)).status).toBe(401);
    const headers = { authorization: `Basic ${btoa("prometheus:scrape")}` };
    expect((await fetch(`${finder.url}/metrics`, { headers })).status).toBe(200);
  });
});

describe("sensor-exporter targets", () => {
  it.each([
    [["--once"], "say where to look: --mdns, --mqtt or --list <file>"],
    [["--list=x"], "say what to do with the targets: --output <file>"],
    [["--url=http://a", "--once"], "--url: must be the address of a broker"],
    [["--list=x", "--once", "--limit=0"], '--limit: "0" is no number of targets'],
    [["--list=x", "--once", "--allow=10.0.0.0/40"], '--allow: "10.0.0.0/40" is not all networks'],
    [["--list=x", "--once", "--keep=5"], '--keep: "5" is no duration'],
    [["--list=x", "--once", "--log.level=loud"], '--log.level: "loud" is none of debug, info'],
  ])("refuses %j with a word of help", async (args, words) => {
    const { exit, output } = await runProgram(["targets", ...args]);
    expect(output).toContain(words);
    expect(exit).toBe(1);
  });

  it("says all that is wrong with a list, and exits with 78", async () => {
    const list = await write("boards.txt", "ftp://a\nb room\n");
    const { exit, output } = await runProgram(["targets", "--once", `--list=${list}`]);
    expect(output.match(/\n/gu)).toHaveLength(2);
    expect(exit).toBe(78);
  });

  it("does not overwrite a file that holds something else", async () => {
    const list = await write("boards.txt", "a.lan\n");
    await writeFile(file("notes.txt"), "my notes");
    const { exit, output } = await runProgram([
      "targets",
      "--once",
      `--list=${list}`,
      `--output=${file("notes.txt")}`,
    ]);
    expect(output).toContain("holds something else than targets and would be overwritten");
    expect(exit).toBe(1);
    expect(await readFile(file("notes.txt"), "utf8")).toBe("my notes");
  });

  it("says which source has not told what it knows, and prints nothing", async () => {
    // Nobody listens on the first port (RFC 6335, section 6: tcpmux).
    const args = ["targets", "--once", "--url=mqtt://127.0.0.1:1"];
    const { exit, stdout, output } = await runProgram(args);
    expect([exit, stdout]).toEqual([1, ""]);
    expect(output).toContain("nothing was heard of 127.0.0.1:1");
  }, 40_000);
});
