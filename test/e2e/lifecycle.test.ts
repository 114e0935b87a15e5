import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runProgram, startProgram, stopPrograms } from "./program.ts";

let directory = "";
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "lifecycle-"));
});
afterEach(async () => {
  await stopPrograms();
  await rm(directory, { recursive: true, force: true });
});

const meter = `
  meter:
    driver: pulse-counter
    line: 17
    interval: 1s
    counts: { energy: 0.001Wh }`;
const attic = `
  attic:
    driver: sht4x
    interval: 1s`;

const write = async (sensors: string): Promise<string> => {
  const file = join(directory, "config.yaml");
  await writeFile(file, `sensors:${sensors}\n`);
  return file;
};

const start = async (sensors: string, ...args: readonly string[]) => {
  const file = await write(sensors);
  const program = await startProgram([
    "--simulate",
    `--config.file=${file}`,
    `--state.directory=${join(directory, "state")}`,
    ...args,
  ]);
  const scrape = async () => (await fetch(`${program.url}/metrics`)).text();
  const pulses = async () =>
    Number(/^sensor_pulses_total\{.*\} (\d+)$/mu.exec(await scrape())?.[1]);
  return { ...program, scrape, pulses };
};

const savedPulses = async (): Promise<number> => {
  const text = await readFile(join(directory, "state", "counters.json"), "utf8");
  return Number(/"metric": "sensor_pulses_total",\s+"value": (\d+)/u.exec(text)?.[1]);
};

describe("stopping", () => {
  it.each(["SIGTERM", "SIGINT"] as const)(
    "on %s saves the counters, exits with 0, and goes on counting where it was after a restart",
    async (signal) => {
      const first = await start(meter);
      await expect.poll(first.pulses, { timeout: 9_000 }).toBeGreaterThan(1);
      const before = await first.pulses();
      const askedMs = performance.now();
      first.signal(signal);
      expect(await first.ended).toBe(0);
      expect(performance.now() - askedMs).toBeLessThan(5_000);
      const saved = await savedPulses();
      expect(saved).toBeGreaterThanOrEqual(before);

      const second = await start(meter);
      await expect.poll(second.pulses).toBeGreaterThanOrEqual(saved);
      expect(await second.pulses()).toBeLessThan(saved + 10);
    },
  );

  it("is not held up by a client that keeps its connection", async () => {
    const program = await start(attic);
    await program.scrape();
    program.signal("SIGTERM");
    expect(await program.ended).toBe(0);
  });

  it("happens at once on the second signal, whatever the first still waits for", async () => {
    const program = await start(attic);
    // A request that never ends keeps the server from closing for a second.
    const socket = connect(Number(new URL(program.url).port), "127.0.0.1");
    socket.on("error", () => {});
    await once(socket, "connect");
    socket.write("GET /metrics HTTP/1.1\r\n");
    await sleep(100);
    program.signal("SIGTERM");
    await expect.poll(program.output).toContain("event=stopping");
    program.signal("SIGINT");
    expect(await program.ended).toBe(1);
    socket.destroy();
  });
});

describe("the state directory", () => {
  it("is refused to a second process, which says so", async () => {
    await start(meter);
    const { exit, output } = await runProgram([
      "--simulate",
      `--config.file=${join(directory, "config.yaml")}`,
      `--state.directory=${join(directory, "state")}`,
      "--web.listen-address=127.0.0.1:0",
    ]);
    expect(exit).toBe(1);
    expect(output).toContain(join(directory, "state"));
  });

  it("may hold rubbish, which is set aside", async () => {
    const first = await start(meter);
    first.signal("SIGTERM");
    await first.ended;
    await writeFile(join(directory, "state", "counters.json"), '{"format": "sens');
    const second = await start(meter);
    expect(second.output()).toContain("event=state_set_aside");
    await expect.poll(second.pulses).toBeGreaterThanOrEqual(0);
  });
});

describe("reloading", () => {
  it("on SIGHUP starts what is new, stops what is gone, and loses no count of what stays", async () => {
    const program = await start(meter + attic);
    await expect.poll(program.pulses, { timeout: 9_000 }).toBeGreaterThan(1);
    const before = await program.pulses();
    await write(`${meter}
  cellar:
    driver: sht4x
    address: 0x45
    interval: 1s`);
    program.signal("SIGHUP");
    await expect.poll(program.scrape, { timeout: 9_000 }).toContain('sensor_up{sensor="cellar"} 1');
    expect(await program.scrape()).not.toContain('sensor="attic"');
    expect(await program.pulses()).toBeGreaterThanOrEqual(before);
    expect(program.output()).toMatch(/event=config_reloaded file=\S+ sensors=2/u);
  });

  it("keeps the old configuration running when the new one is bad, and says so in a metric", async () => {
    const program = await start(attic);
    await expect.poll(program.scrape).toContain('sensor_up{sensor="attic"} 1');
    expect(await program.scrape()).toContain("sensor_exporter_config_last_reload_successful 1");
    await write(`${attic}\n    intervall: 5s`);
    program.signal("SIGHUP");
    await expect.poll(program.scrape).toContain("sensor_exporter_config_last_reload_successful 0");
    expect(await program.scrape()).toContain('sensor_up{sensor="attic"} 1');
    expect(program.output()).toMatch(/event=config_refused problem=".+config\.yaml:5:5: /u);
    await write(attic);
    program.signal("SIGHUP");
    await expect.poll(program.scrape).toContain("sensor_exporter_config_last_reload_successful 1");
  });

  it("over HTTP is there only when it was asked for", async () => {
    const without = await start(attic);
    expect((await fetch(`${without.url}/-/reload`, { method: "POST" })).status).toBe(404);
    without.signal("SIGTERM");
    await without.ended;

    const program = await start(attic, "--web.enable-lifecycle");
    expect((await fetch(`${program.url}/-/reload`)).status).toBe(405);
    expect((await fetch(`${program.url}/-/reload`, { method: "POST" })).status).toBe(200);
    await write(`${attic}\n    intervall: 5s`);
    const refused = await fetch(`${program.url}/-/reload`, { method: "POST" });
    expect(refused.status).toBe(500);
    expect(await refused.text()).toMatch(/config\.yaml:5:5: .*interval/u);
  });
});
