import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { httpLimits } from "../../src/http/limits.ts";
import { type Program, startProgram, stopPrograms } from "./program.ts";
import { closed, closeSockets, openWire, statusesIn, type Wire } from "./wire.ts";

let directory = "";
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "security-flood-"));
});
afterEach(async () => {
  closeSockets();
  await stopPrograms();
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const config = () => {
  const file = join(directory, "config.yaml");
  writeFileSync(file, "sensors: { attic: { driver: sht4x } }\n");
  return file;
};

const start = async (...args: readonly string[]) => {
  const program = await startProgram(["--simulate", `--config.file=${config()}`, ...args]);
  return { program, port: Number(new URL(program.url).port) };
};

/** Scrapes as Prometheus does that comes anew, on a connection of its own. */
const scrape = (
  { url }: Program,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number | undefined; readonly body: string }> =>
  new Promise((resolve, reject) => {
    const asked = request(`${url}/metrics`, { agent: false, headers }, (response) => {
      let body = "";
      response.setEncoding("latin1").on("data", (chunk: string) => {
        body += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode, body }));
      response.on("error", reject);
    });
    asked.on("error", reject).end();
  });

const sampleOf = (metrics: string, series: string): number | undefined => {
  const line = metrics.split("\n").find((text) => text.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length));
};

const openMany = (port: number, count: number, from?: string): Promise<readonly Wire[]> =>
  Promise.all(
    Array.from({ length: count }, () => openWire(port, from === undefined ? {} : { from })),
  );

const scrapeLine = "GET /metrics HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n";
const refused = (reason: string) =>
  `sensor_exporter_http_requests_refused_total{reason="${reason}"}`;

describe("a scrape is answered", () => {
  it("while 500 connections of one client are open and say nothing, of which the oldest are cut", async () => {
    const { program, port } = await start();
    const idle: Wire[] = [];
    for (let batch = 0; batch < 10; batch += 1) {
      idle.push(...(await openMany(port, 50)));
      expect((await scrape(program)).status).toBe(200);
    }
    const { body } = await scrape(program);
    const open = () => idle.filter((wire) => !wire.isClosed()).length;
    await expect.poll(open).toBeLessThan(httpLimits.connections);
    expect(sampleOf(body, "sensor_exporter_http_connections_dropped_total")).toBeGreaterThanOrEqual(
      500 - httpLimits.connections,
    );
  });

  it("while clients dribble their headers, who are cut off in the end", async () => {
    const { program, port } = await start();
    const slow = await openMany(port, 100, "127.0.0.2");
    const begin = "GET /metrics HTTP/1.1\r\nHost: x\r\nX: ";
    let sent = 0;
    await expect
      .poll(
        async () => {
          for (const wire of slow) wire.write(begin[sent] ?? "y");
          sent += 1;
          expect((await scrape(program)).status).toBe(200);
          return slow.filter((wire) => !wire.isClosed()).length;
        },
        { timeout: 30_000, interval: 100 },
      )
      .toBe(0);
    // RFC 9110, section 15.5.9.
    expect(new Set(slow.flatMap((wire) => statusesIn(wire.received())))).toEqual(new Set([408]));
  }, 40_000);

  it("while connections come from many addresses, more than there may be", async () => {
    const { program, port } = await start();
    const addresses = Array.from({ length: 20 }, (_, index) => `127.0.1.${index + 1}`);
    for (let round = 0; round < 10; round += 1) {
      const flood = addresses.map((from) => openMany(port, 10, from));
      expect((await scrape(program)).status).toBe(200);
      for (const wire of (await Promise.all(flood)).flat()) {
        if (round % 2 === 0) wire.socket.resetAndDestroy();
      }
    }
    expect((await scrape(program)).status).toBe(200);
  });

  it("while clients ask for more and more and read nothing, who cannot fill the memory", async () => {
    const { program, port } = await start("--web.max-requests=10");
    const memory = async () =>
      sampleOf((await scrape(program)).body, "process_resident_memory_bytes") ?? Number.NaN;
    const before = await memory();
    // 12 MB of requests, for which the answers would be gigabytes.
    const deaf = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        openWire(port, { from: `127.0.2.${index + 1}`, isRead: false }),
      ),
    );
    const plain = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n";
    for (const wire of deaf) wire.write(plain.repeat(15_000));
    for (let count = 0; count < 10; count += 1) {
      expect((await scrape(program)).status).toBe(200);
      await sleep(50);
    }
    expect(await memory()).toBeLessThan(before + 100 * 2 ** 20);
  });
});

describe("a scrape storm", () => {
  it("is answered 503 where it is too much, and then is over", async () => {
    const { program, port } = await start("--web.max-requests=3");
    const wire = await openWire(port);
    // In one packet, so that all are there before the first is compressed.
    wire.write(scrapeLine.repeat(httpLimits.pipelinedRequests));
    await expect
      .poll(() => statusesIn(wire.received()), { timeout: 20_000 })
      .toEqual([200, 200, 200, 503, 503, 503, 503, 503]);
    expect(wire.received()).toMatch(/ 503 [^\r]*\r\n(?:[^\r]+\r\n)*Retry-After: 1\r\n/u);
    const { status, body } = await scrape(program);
    expect([status, sampleOf(body, refused("overload"))]).toEqual([200, 5]);
  });

  it("is answered 200 or 503, whoever takes part, and leaves the checks of health alone", async () => {
    const { program } = await start();
    const many = Array.from({ length: 120 }, () => scrape(program, { "accept-encoding": "gzip" }));
    const healthy = await fetch(`${program.url}/-/healthy`);
    expect(healthy.status).toBe(200);
    const statuses = (await Promise.all(many)).map(({ status }) => status);
    const answered = statuses.filter((status) => status === 200);
    expect(answered.length).toBeGreaterThanOrEqual(40);
    expect(statuses.filter((status) => status === 503).length + answered.length).toBe(120);
    expect((await scrape(program)).status).toBe(200);
  });

  it("of one packet ends its connection, as soon as more wait than anybody would have wait", async () => {
    const { program, port } = await start("--web.max-requests=0");
    const wire = await openWire(port);
    wire.write(scrapeLine.repeat(httpLimits.pipelinedRequests));
    const allWell = new Array(httpLimits.pipelinedRequests).fill(200);
    await expect.poll(() => statusesIn(wire.received()), { timeout: 20_000 }).toEqual(allWell);
    wire.write(scrapeLine.repeat(httpLimits.pipelinedRequests + 1));
    await closed(wire);
    const { status, body } = await scrape(program);
    expect([status, sampleOf(body, refused("pipelining"))]).toEqual([200, 1]);
  });
});
