import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Program, startProgram, stopPrograms } from "./program.ts";
import { answered, closed, closeSockets, exchange, openWire, statusesIn } from "./wire.ts";

let directory = "";
let program: Program;
let port = 0;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "security-http-"));
  const config = join(directory, "config.yaml");
  writeFileSync(config, "sensors: { attic: { driver: sht4x } }\n");
  program = await startProgram([
    "--simulate",
    "--web.enable-lifecycle",
    "--log.level=debug",
    `--config.file=${config}`,
  ]);
  port = Number(new URL(program.url).port);
});
afterEach(async () => {
  closeSockets();
  // Whatever was sent, the next scrape is answered.
  const answer = await fetch(`${program.url}/metrics`);
  expect([answer.status, await answer.text()]).toEqual([200, expect.stringMatching(/^# HELP/u)]);
});
afterAll(async () => {
  await stopPrograms();
  rmSync(directory, { recursive: true, force: true });
  // Nobody who only knocks fills the log.
  expect(program.output()).not.toMatch(/level=(?:warn|error)|Warning|Error/u);
});

const host = "Host: x\r\n";
const smuggled = `GET /-/healthy HTTP/1.1\r\n${host}\r\n`;

describe("a request target", () => {
  it.each([
    { target: "/-/healthy", status: 200 },
    { target: "http://other.example/-/healthy", status: 200 },
    { target: "HTTPS://other.example:1/-/healthy?x", status: 200 },
    { target: "http://other.example", status: 200 },
    { target: "ftp://other.example/-/healthy", status: 404 },
    { target: "/-/../-/healthy", status: 404 },
    { target: "/-/healthy/", status: 404 },
    { target: "/__proto__", status: 404 },
    { target: "/%00", status: 404 },
  ])("$target is answered $status", async ({ target, status }) => {
    const { statuses } = await exchange(port, `GET ${target} HTTP/1.1\r\n${host}\r\n`);
    expect(statuses).toEqual([status, 404]);
  });

  it("of the asterisk form is of no route", async () => {
    const { statuses } = await exchange(port, `OPTIONS * HTTP/1.1\r\n${host}\r\n`);
    expect(statuses).toEqual([404, 404]);
  });

  it("of another machine is nowhere connected to", async () => {
    const { received } = await exchange(port, `CONNECT 127.0.0.1:${port} HTTP/1.1\r\n${host}\r\n`);
    expect(received).not.toContain(" 200 ");
  });

  it("of a protocol to change to is answered in the one that is spoken", async () => {
    const wire = await openWire(port);
    wire.write(
      `GET /-/healthy HTTP/1.1\r\n${host}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n`,
    );
    expect(statusesIn(await answered(wire, 1))).toEqual([200]);
  });
});

describe("HTTP/1.0", () => {
  it("is answered, and the connection closed", async () => {
    const wire = await openWire(port);
    wire.write("GET /-/healthy HTTP/1.0\r\n\r\n");
    await closed(wire);
    expect(wire.received()).toMatch(/ 200 OK\r\n[\s\S]*\r\n\r\nHealthy\.\n$/u);
  });

  it("keeps its connection if the client asks for that", async () => {
    const wire = await openWire(port);
    for (const count of [1, 2]) {
      wire.write("GET /-/healthy HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
      expect(await answered(wire, count)).toMatch(/connection: keep-alive/iu);
    }
  });
});

describe("what is no request", () => {
  // RFC 9112, sections 2.2, 3, 3.2 and 5, and RFC 9110, section 5.5, say what is malformed.
  it.each([
    { what: "an unknown method", bytes: `GARBAGE / HTTP/1.1\r\n${host}\r\n` },
    { what: "a method in small letters", bytes: `get / HTTP/1.1\r\n${host}\r\n` },
    { what: "a NUL in the target", bytes: `GET /\0 HTTP/1.1\r\n${host}\r\n` },
    { what: "a NUL in a header", bytes: `GET / HTTP/1.1\r\n${host}X: a\0b\r\n\r\n` },
    { what: "a header without a name", bytes: `GET / HTTP/1.1\r\n${host}: b\r\n\r\n` },
    { what: "a bare CR in a header", bytes: `GET / HTTP/1.1\r\n${host}X: a\rY: b\r\n\r\n` },
    { what: "no Host", bytes: "GET / HTTP/1.1\r\n\r\n" },
    { what: "a version that is none", bytes: `GET / HTTP/9.9\r\n${host}\r\n` },
    { what: "the preface of HTTP/2", bytes: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" },
    { what: "a TLS hello", bytes: "\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03" },
    { what: "zeros", bytes: "\0".repeat(4096) },
  ])("is refused as malformed and the connection closed: $what", async ({ bytes }) => {
    const { statuses } = await exchange(port, bytes);
    expect(statuses).toEqual([400]);
  });

  it("is refused although it has two hosts and is well formed but for that", async () => {
    const bytes = "GET /-/healthy HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n";
    expect((await exchange(port, bytes)).statuses).toEqual([400, 404]);
  });

  it("ends the connection when it comes after requests that were one", async () => {
    const { statuses } = await exchange(port, `${smuggled}\0\x01rubbish\r\n\r\n`);
    // Answers that were not ready may be lost with the connection; the last request must be.
    expect(statuses.at(-1)).toBe(400);
  });

  it.each([
    { what: "one header of 100 kB", headers: `X: ${"y".repeat(100_000)}\r\n` },
    { what: "10 000 headers", headers: "a: b\r\n".repeat(10_000) },
  ])("has its connection closed for headers that are too large: $what", async ({ headers }) => {
    const { statuses } = await exchange(port, `GET / HTTP/1.1\r\n${host}${headers}\r\n`);
    // RFC 6585, section 5. Who is still sending when the connection is closed may lose the answer (RFC 9112, 9.6).
    expect(statuses.filter((status) => status !== 431)).toEqual([]);
  });

  it("is told that its target is too long", async () => {
    const { statuses } = await exchange(port, `GET /${"a".repeat(10_000)} HTTP/1.1\r\n${host}\r\n`);
    expect(statuses).toEqual([414, 404]);
  });
});

describe("a body", () => {
  const post = (headers: string, body: string) =>
    `POST /metrics HTTP/1.1\r\n${host}${headers}\r\n\r\n${body}`;

  // Shapes of request smuggling: RFC 9112, section 11.2; two parties must never see different requests.
  it.each([
    { what: "of a length", bytes: post(`Content-Length: ${smuggled.length}`, smuggled) },
    {
      what: "in chunks",
      bytes: post(
        "Transfer-Encoding: chunked",
        `${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`,
      ),
    },
    {
      what: "that was to be announced",
      bytes: post(`Expect: 100-continue\r\nContent-Length: ${smuggled.length}`, smuggled),
    },
    {
      what: "of a length and in chunks",
      bytes: post("Content-Length: 4\r\nTransfer-Encoding: chunked", `0\r\n\r\n${smuggled}`),
    },
    {
      what: "of two lengths",
      bytes: post(`Content-Length: 0\r\nContent-Length: ${smuggled.length}`, smuggled),
    },
    { what: "of a signed length", bytes: post("Content-Length: +0", smuggled) },
    { what: "of less than nothing", bytes: post("Content-Length: -1", smuggled) },
    { what: "of a list of lengths", bytes: post("Content-Length: 0, 0", smuggled) },
    {
      what: "in an unknown coding",
      bytes: post("Transfer-Encoding: xchunked", `0\r\n\r\n${smuggled}`),
    },
    {
      what: "in chunks that are none after all",
      bytes: post(
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        `0\r\n\r\n${smuggled}`,
      ),
    },
    {
      what: "in a coding with a blank before the colon",
      bytes: post("Transfer-Encoding : chunked", `0\r\n\r\n${smuggled}`),
    },
    { what: "of a chunk without a size", bytes: post("Transfer-Encoding: chunked", smuggled) },
    {
      what: "that is still coming",
      bytes: post("Content-Length: 1000000000", smuggled),
    },
  ])("is never taken for a request: $what", async ({ bytes }) => {
    const { statuses, received } = await exchange(port, bytes);
    expect(statuses).toHaveLength(1);
    expect([400, 405]).toContain(statuses[0]);
    expect(received).not.toContain("Healthy.");
  });

  it("is not waited for where an unknown expectation comes with it", async () => {
    const bytes = `GET /-/healthy HTTP/1.1\r\n${host}Expect: tea\r\n\r\n`;
    // RFC 9110, section 10.1.1.
    expect((await exchange(port, bytes)).statuses).toEqual([417, 404]);
  });
});

describe("a page of another site", () => {
  it("cannot have a browser reload the configuration", async () => {
    const reload = async (headers: Readonly<Record<string, string>>) =>
      (await fetch(`${program.url}/-/reload`, { method: "POST", headers })).status;
    expect(await reload({ origin: "https://evil.example" })).toBe(403);
    expect(await reload({ "sec-fetch-site": "cross-site" })).toBe(403);
    expect(await reload({ origin: program.url })).toBe(200);
    expect(await reload({})).toBe(200);
    expect(await (await fetch(`${program.url}/metrics`)).text()).toContain(
      'sensor_exporter_http_requests_refused_total{reason="cross-site"} 2\n',
    );
  });
});
