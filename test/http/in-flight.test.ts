import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock.ts";
import type { Route } from "../../src/http/route.ts";
import { startHttp } from "../../src/http/server.ts";
import { createLog } from "../../src/log.ts";

const closers: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

// More than the kernel takes from a sender whose receiver reads nothing.
const hugeBytes = 32 * 2 ** 20;

/** Serves `/slow`, which is answered when told so, `/huge` and a probe. */
const start = async (maximumRequests: number) => {
  const refusals: string[] = [];
  const waiting: (() => void)[] = [];
  const answer = (body: string) => ({ status: 200, contentType: "text/plain", body });
  const slow: Route = {
    handler: "slow",
    methods: {
      GET: () => new Promise((resolve) => waiting.push(() => resolve(answer("slow")))),
    },
  };
  const huge: Route = {
    handler: "huge",
    methods: { GET: () => answer("x".repeat(hugeBytes)) },
  };
  const probe: Route = { handler: "probe", isProbe: true, methods: { GET: () => answer("well") } };
  const { urls, close } = await startHttp({
    addresses: [{ host: "127.0.0.1", port: 0 }],
    routes: new Map([
      ["/slow", slow],
      ["/huge", huge],
      ["/probe", probe],
    ]),
    clock: systemClock,
    log: createLog({ level: "error", format: "logfmt", write: () => {}, wallMs: () => 0 }),
    observeRequest: () => {},
    observeDrop: () => {},
    observeRefusal: (reason) => refusals.push(reason),
    maximumRequests,
  });
  closers.push(close);
  const url = urls[0] ?? "";
  const ask = async (path: string) => {
    const { status, headers } = await fetch(`${url}${path}`);
    return { status, retryAfter: headers.get("retry-after") };
  };
  return {
    ask,
    refusals,
    port: Number(new URL(url).port),
    waiting: () => waiting.length,
    answerAll: () => {
      for (const release of waiting.splice(0)) release();
    },
  };
};

/** Asks for what it then does not read, from an address of the loopback network. */
const askWithoutReading = (port: number, localAddress: string): Socket => {
  const socket = connect({ port, host: "127.0.0.1", localAddress });
  socket.on("error", () => {});
  socket.write("GET /huge HTTP/1.1\r\nHost: x\r\n\r\n");
  closers.push(() => void socket.destroy());
  return socket.pause();
};

describe("a limit on requests in flight", () => {
  it("answers one more with 503 at once, and the next when there is room again", async () => {
    const { ask, waiting, answerAll, refusals } = await start(2);
    const first = [ask("/slow"), ask("/slow")];
    await expect.poll(waiting).toBe(2);
    // RFC 9110, sections 15.6.4 and 10.2.3: Retry-After goes with 503, here in seconds.
    expect(await ask("/slow")).toEqual({ status: 503, retryAfter: "1" });
    expect(await ask("/nowhere")).toEqual({ status: 503, retryAfter: "1" });
    expect(refusals).toEqual(["overload", "overload"]);
    answerAll();
    expect(await Promise.all(first)).toMatchObject([{ status: 200 }, { status: 200 }]);
    expect(await ask("/nowhere")).toMatchObject({ status: 404 });
  });

  it("does not hold for what says how the program is doing", async () => {
    const { ask, waiting, answerAll } = await start(1);
    const slow = ask("/slow");
    await expect.poll(waiting).toBe(1);
    expect(await ask("/probe")).toMatchObject({ status: 200 });
    answerAll();
    await slow;
  });

  it("is none if it is 0", async () => {
    const { ask, waiting, answerAll } = await start(0);
    const asked = Array.from({ length: 60 }, () => ask("/slow"));
    await expect.poll(waiting).toBe(60);
    answerAll();
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200]));
  });

  it("counts requests that come in one packet", async () => {
    const { port, waiting, answerAll } = await start(1);
    const socket = connect(port, "127.0.0.1");
    closers.push(() => void socket.destroy());
    socket.write("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n".repeat(3));
    await expect.poll(waiting).toBe(1);
    answerAll();
    let answer = "";
    socket.setEncoding("latin1").on("data", (chunk: string) => {
      answer += chunk;
    });
    // RFC 9112, section 9.3.2: answers come in the order of the requests.
    await expect
      .poll(() => [...answer.matchAll(/HTTP\/1\.1 (\d+)/gu)].map(([, status]) => status))
      .toEqual(["200", "503", "503"]);
  });

  it("cuts an answer that nobody takes, of the client with most of them, rather than refuse", async () => {
    const { port, ask, refusals } = await start(3);
    const modest = askWithoutReading(port, "127.0.0.2");
    await once(modest, "readable");
    const greedy = [];
    for (let count = 0; count < 2; count += 1) {
      const socket = askWithoutReading(port, "127.0.0.3");
      await once(socket, "readable");
      greedy.push(socket);
    }
    expect(await ask("/nowhere")).toMatchObject({ status: 404 });
    expect(refusals).toEqual([]);
    // What is buffered has to be read before the end is seen.
    for (const socket of [modest, ...greedy]) socket.resume();
    const [first, second] = greedy;
    await expect.poll(() => first?.destroyed).toBe(true);
    await expect.poll(() => modest.bytesRead).toBeGreaterThan(hugeBytes);
    await expect.poll(() => second?.bytesRead).toBeGreaterThan(hugeBytes);
    expect(first?.bytesRead).toBeLessThan(hugeBytes);
  });

  it("has room again after clients that left before they were answered", async () => {
    const { port, ask, waiting, answerAll } = await start(1);
    const socket = connect(port, "127.0.0.1");
    socket.write("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
    await expect.poll(waiting).toBe(1);
    socket.destroy();
    await once(socket, "close");
    answerAll();
    await expect.poll(async () => (await ask("/nowhere")).status).toBe(404);
  });
});
