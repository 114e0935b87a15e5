import { connect, type Socket } from "node:net";
import { gunzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { httpLimits } from "../../src/http/limits.ts";
import type { Route } from "../../src/http/route.ts";
import { startHttp } from "../../src/http/server.ts";
import { createLog } from "../../src/log.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const long = "sensor_up 1\n".repeat(500);

const routes = new Map<string, Route>([
  [
    "/metrics",
    {
      handler: "metrics",
      methods: {
        GET: ({ accept }) => ({ status: 200, contentType: "text/plain", body: accept ?? long }),
      },
    },
  ],
  [
    "/-/reload",
    { handler: "reload", methods: { POST: () => ({ status: 200, contentType: "t/p", body: "" }) } },
  ],
  [
    "/broken",
    {
      handler: "broken",
      methods: {
        GET: () => {
          throw new Error("a secret of the inside");
        },
      },
    },
  ],
]);

const start = async () => {
  const lines: string[] = [];
  const observed: string[] = [];
  const { urls, close } = await startHttp({
    addresses: [{ host: "127.0.0.1", port: 0 }],
    routes,
    clock: systemClock,
    log: createLog({
      level: "info",
      format: "logfmt",
      write: (line) => lines.push(line),
      wallMs: systemClock.wallMs,
    }),
    observeRequest: (handler) => observed.push(handler),
    observeDrop: () => observed.push("drop"),
    observeRefusal: () => {},
    maximumRequests: 0,
  });
  closers.push(close);
  const url = urls[0] ?? "";
  return { url, port: Number(new URL(url).port), lines, observed, close };
};

/** Sends bytes as they are and resolves with all that comes back until the server closes. */
const raw = (port: number, text: string, { end = true } = {}): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => (end ? socket.end(text) : socket.write(text)));
    let answer = "";
    socket.setEncoding("latin1");
    socket.on("data", (chunk: string) => {
      answer += chunk;
    });
    socket.on("close", () => resolve(answer));
    socket.on("error", reject);
  });

describe("the HTTP server", () => {
  it("answers GET, and HEAD with the same headers and no body", async () => {
    const { url } = await start();
    const get = await fetch(`${url}/metrics`, { headers: { accept: "x" } });
    const head = await fetch(`${url}/metrics`, { method: "HEAD", headers: { accept: "x" } });
    expect([get.status, await get.text()]).toEqual([200, "x"]);
    expect([head.status, await head.text()]).toEqual([200, ""]);
    expect(head.headers.get("content-length")).toBe(get.headers.get("content-length"));
  });

  it("ignores a query, as a scrape with params has one", async () => {
    const { url } = await start();
    expect((await fetch(`${url}/metrics?format=prometheus`)).status).toBe(200);
  });

  it("compresses only for those who ask for it", async () => {
    const { port } = await start();
    const ask = (encoding: string) =>
      raw(port, `GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${encoding}\r\n`, {
        end: false,
      });
    const plainAnswer = await ask("");
    expect(plainAnswer).not.toMatch(/content-encoding/iu);
    const answer = await ask("Accept-Encoding: gzip\r\n");
    const [head = "", body = ""] = answer.split(/\r\n\r\n([\s\S]*)/u);
    expect(head).toMatch(/Content-Encoding: gzip/u);
    expect(gunzipSync(Buffer.from(body, "latin1")).toString()).toBe(long);
  });

  it("answers 404 for an unknown path and 405 with what is allowed", async () => {
    const { url } = await start();
    expect((await fetch(`${url}/nowhere`)).status).toBe(404);
    const wrong = await fetch(`${url}/metrics`, { method: "DELETE" });
    expect([wrong.status, wrong.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
    const reload = await fetch(`${url}/-/reload`);
    expect([reload.status, reload.headers.get("allow")]).toEqual([405, "POST"]);
  });

  it("keeps what went wrong inside to its log", async () => {
    const { url, lines } = await start();
    const answer = await fetch(`${url}/broken`);
    expect([answer.status, await answer.text()]).toEqual([500, ""]);
    expect(lines.join("")).toContain("a secret of the inside");
  });

  it("counts requests by route, and all unknown paths as one", async () => {
    const { url, observed } = await start();
    for (const path of ["/metrics", "/a", "/b"]) await (await fetch(`${url}${path}`)).text();
    expect(observed).toEqual(["metrics", "other", "other"]);
  });

  it("answers HTTP/1.0 without a Host", async () => {
    const { port } = await start();
    expect(await raw(port, "GET /metrics HTTP/1.0\r\n\r\n")).toMatch(/^HTTP\/1\.1 200 /u);
  });

  it.each([
    {
      what: "a header without end",
      bytes: `GET / HTTP/1.1\r\nX: ${"y".repeat(40_000)}`,
      status: 431,
    },
    { what: "rubbish", bytes: "\u0000\u0001rubbish\r\n\r\n", status: 400 },
    { what: "a TLS hello", bytes: "\u0016\u0003\u0001\u0002\u0000\u0001", status: 400 },
    {
      what: "a URL that is too long",
      bytes: `GET /${"a".repeat(3000)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
      status: 414,
    },
  ])("answers $what with $status and goes on serving", async ({ bytes, status }) => {
    const { url, port } = await start();
    expect(await raw(port, bytes)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `, "u"));
    expect((await fetch(`${url}/metrics`)).status).toBe(200);
  });

  it("does not take a body for the next request", async () => {
    const { port } = await start();
    const smuggled = "GET /broken HTTP/1.1\r\nHost: x\r\n\r\n";
    const answer = await raw(
      port,
      `GET /metrics HTTP/1.1\r\nHost: x\r\nAccept: x\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}`,
      { end: false },
    );
    expect(answer.match(/HTTP\/1\.1 /gu)).toHaveLength(1);
  });

  it("serves a newcomer although one client hoards all connections, and counts what it cuts", async () => {
    const { url, port, observed } = await start();
    const sockets = Array.from({ length: httpLimits.connections + 20 }, () => {
      const socket = connect(port, "127.0.0.1");
      socket.on("error", () => {});
      return socket;
    });
    const isOpen = (socket: Socket) => !socket.destroyed && socket.readyState === "open";
    // The oldest are cut, and the client is told so.
    for (const socket of sockets) socket.resume();
    await expect.poll(() => sockets.filter(isOpen).length).toBe(httpLimits.connections);
    expect(sockets.slice(0, 20).some(isOpen)).toBe(false);
    expect((await fetch(`${url}/metrics`)).status).toBe(200);
    expect(observed.filter((what) => what === "drop")).toHaveLength(21);
    for (const socket of sockets) socket.destroy();
  });

  it("takes nothing from a modest client for the sake of a greedy one", async () => {
    const { port } = await start();
    const modest = connect({ port, host: "127.0.0.1", localAddress: "127.0.0.2" });
    await new Promise((resolve) => modest.once("connect", resolve));
    const greedy = Array.from({ length: httpLimits.connections + 50 }, () => {
      const socket = connect(port, "127.0.0.1");
      socket.on("error", () => {});
      return socket.resume();
    });
    await expect
      .poll(() => greedy.filter((socket) => !socket.destroyed).length)
      .toBe(httpLimits.connections - 1);
    let answer = "";
    modest.on("data", (chunk) => {
      answer += chunk.toString();
    });
    modest.write("GET /metrics HTTP/1.1\r\nHost: x\r\nAccept: x\r\n\r\n");
    await expect.poll(() => answer).toContain("200 OK");
    for (const socket of [modest, ...greedy]) socket.destroy();
  });

  it("answers a request that names the whole URL, as proxies send it", async () => {
    const { port } = await start();
    const ask = (target: string) =>
      raw(port, `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`, { end: false });
    expect(await ask("http://pi.lan:10048/metrics?a=b")).toMatch(/^HTTP\/1\.1 200 /u);
    expect(await ask("http://pi.lan:10048")).toMatch(/^HTTP\/1\.1 404 /u);
  });

  it("says plainly when the port is taken", async () => {
    const { port } = await start();
    const again = startHttp({
      addresses: [{ host: "127.0.0.1", port }],
      routes,
      clock: systemClock,
      log: createLog({ level: "error", format: "logfmt", write: () => {}, wallMs: () => 0 }),
      observeRequest: () => {},
      observeDrop: () => {},
      observeRefusal: () => {},
      maximumRequests: 0,
    });
    await expect(again).rejects.toThrow(
      `cannot listen on 127.0.0.1:${port}: another program listens there`,
    );
  });

  it("closes although a client neither asks nor leaves", async () => {
    const { port, close } = await start();
    const idle = connect(port, "127.0.0.1");
    await new Promise((resolve) => idle.once("connect", resolve));
    idle.write("GET /metrics HTTP/1.1\r\n");
    await close();
    closers.splice(0);
    idle.destroy();
  });
});
