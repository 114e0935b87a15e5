import { request } from "node:http";
import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { parseBasic } from "../../src/http/basic-auth.ts";
import { createVirtualClock } from "../mocks/clock.ts";
import { basic, closeAll, serveWith, temporaryDirectory } from "./web-server.ts";

afterEach(closeAll);

// Test vectors of crypt_blowfish, https://www.openwall.com/crypt/: the passwords are U*U and U*U*U.
const users = `basic_auth_users:
  alice: $2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW
  bob: $2y$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a
`;

const serve = async (yaml: string, clock = createVirtualClock()) => {
  const server = await serveWith(await temporaryDirectory(), yaml, clock);
  const ask = async (headers: Readonly<Record<string, string>> = {}, path = "/metrics") => {
    const answer = await fetch(`${server.url}${path}`, { headers });
    return { status: answer.status, headers: answer.headers, body: await answer.text() };
  };
  return { ...server, clock, ask };
};

// Where others use the processor too, a comparison of times can fail by chance; a defect fails each time.
const busyMachine = { retry: 3 } as const;

describe("basic authentication", () => {
  it("lets in who has a user's password", async () => {
    const { ask } = await serve(users);
    expect((await ask(basic("alice", "U*U"))).body).toBe("up 1\n");
    expect((await ask(basic("bob", "U*U*U"))).status).toBe(200);
    // Once more, now that it is known.
    expect((await ask(basic("alice", "U*U"))).status).toBe(200);
  });

  it.each([
    { what: "no credentials", headers: {} },
    { what: "a wrong password", headers: basic("alice", "U*U*") },
    { what: "an empty password", headers: basic("alice", "") },
    { what: "the password of another user", headers: basic("alice", "U*U*U") },
    { what: "an unknown user", headers: basic("carol", "U*U") },
    { what: "a user that every object has", headers: basic("constructor", "U*U") },
    { what: "the hash for a password", headers: basic("alice", users.slice(27, 87)) },
    { what: "another scheme", headers: { authorization: "Bearer U*U" } },
    { what: "what is no base64", headers: { authorization: "Basic ???" } },
    { what: "no colon", headers: { authorization: "Basic YWxpY2U=" } },
    { what: "what is no UTF-8", headers: { authorization: "Basic YWxpY2U6/w==" } },
  ])("refuses $what, and says what it wants", async ({ headers }) => {
    const { ask, lines } = await serve(users);
    // Known credentials make nobody else known.
    await ask(basic("alice", "U*U"));
    const answer = await ask(headers);
    expect([answer.status, answer.body]).toEqual([401, "Unauthorized\n"]);
    // RFC 7617, section 2 and 2.1.
    expect(answer.headers.get("www-authenticate")).toBe(
      'Basic realm="sensor-exporter", charset="UTF-8"',
    );
    expect(lines).toEqual([]);
  });

  it.each(["/", "/-/healthy", "/-/ready", "/-/reload", "/nowhere"])(
    "stands before every path, as in the exporter toolkit: %s",
    async (path) => {
      const { ask, handlers } = await serve(users);
      expect((await ask({}, path)).status).toBe(401);
      expect(handlers).toEqual(["refused"]);
    },
  );

  it.each([
    { path: "/-/healthy", status: 404 },
    { path: "/-/healthy?verbose=1", status: 404 },
    { path: "/-/healthy/", status: 401 },
    { path: "/-/HEALTHY", status: 401 },
    { path: "/-/healthy/../../metrics", status: 401 },
    { path: "/%2D/healthy", status: 401 },
    { path: "//-/healthy", status: 401 },
    { path: "/metrics", status: 401 },
  ])("answers $path with $status when /-/healthy is excluded", async ({ path, status }) => {
    // The server of these tests has no such path, so who passes is told 404.
    const { port } = await serve(`${users}auth_excluded_paths: [/-/healthy]`);
    const answer = await new Promise<number | undefined>((resolve, reject) => {
      // `fetch` would tidy up the path.
      const asked = request({ port, host: "127.0.0.1", path }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      asked.on("error", reject).end();
    });
    expect(answer).toBe(status);
  });

  it("says for the metrics why it turned a request away", async () => {
    const { ask, refusals } = await serve(users);
    await ask();
    await ask(basic("alice", "guess"));
    await ask(basic("alice", "U*U"));
    expect(refusals).toEqual(["unauthorized", "unauthorized"]);
  });

  it("takes as long for an unknown user as for a known one", busyMachine, async () => {
    // Cost 9, so that the checks outweigh the start of a thread.
    const { ask } = await serve(users.replaceAll("$05$", "$09$"));
    const millisecondsFor = async (user: string) => {
      const times: number[] = [];
      for (let attempt = 0; attempt < 5; attempt += 1) {
        const startedMs = performance.now();
        await ask(basic(user, `guess ${attempt}`));
        times.push(performance.now() - startedMs);
      }
      return Math.min(...times);
    };
    const [known, unknown] = [await millisecondsFor("alice"), await millisecondsFor("carol")];
    expect(unknown).toBeGreaterThan(known * 0.6);
    expect(unknown).toBeLessThan(known / 0.6);
  });

  it("does not make those who are known wait for those who guess, and turns away who guesses too much", async () => {
    const { ask } = await serve(users.replace("bob: $2y$05$", "bob: $2y$12$"));
    await ask(basic("alice", "U*U"));
    const guesses = Array.from({ length: 12 }, (_, index) => ask(basic("bob", `${index}`)));
    const startedMs = performance.now();
    expect((await ask(basic("alice", "U*U"))).status).toBe(200);
    // A check of cost 12 alone takes a quarter of a second on any machine of today, and five are allowed.
    const waitedMs = performance.now() - startedMs;
    const statuses = (await Promise.all(guesses)).map(({ status }) => status);
    expect(waitedMs).toBeLessThan((performance.now() - startedMs) / 2);
    expect(statuses.filter((status) => status === 401)).toHaveLength(5);
    expect(statuses.filter((status) => status === 429)).toHaveLength(7);
  });

  it("does no work for a client that has left", busyMachine, async () => {
    const { port, ask } = await serve(users.replace("bob: $2y$05$", "bob: $2y$12$"));
    const { authorization } = basic("bob", "guess");
    const sockets = Array.from({ length: 4 }, () => {
      const socket = connect(port, "127.0.0.1");
      socket.write(`GET / HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\n\r\n`);
      return socket;
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    for (const socket of sockets) socket.destroy();
    const startedMs = performance.now();
    expect((await ask(basic("alice", "U*U"))).status).toBe(200);
    const waitedMs = performance.now() - startedMs;
    const checkedMs = performance.now();
    await ask(basic("bob", "another guess"));
    // It waits for the check under way, and not for the three behind it.
    expect(waitedMs).toBeLessThan((performance.now() - checkedMs) * 3);
  });
});

describe("credentials", () => {
  // RFC 7617, section 2 and 2.1: the examples Aladdin and test, the latter in UTF-8.
  it.each([
    {
      header: "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
      expected: { user: "Aladdin", password: "open sesame" },
    },
    { header: "basic dGVzdDoxMjPCow==", expected: { user: "test", password: "123£" } },
    { header: "Basic Og==", expected: { user: "", password: "" } },
    { header: "Basic YTpiOmM=", expected: { user: "a", password: "b:c" } },
    { header: "Basic", expected: undefined },
    { header: "Basic YTpi YTpi", expected: undefined },
    { header: undefined, expected: undefined },
  ])("are read from $header", ({ header, expected }) => {
    expect(parseBasic(header)).toEqual(expected);
  });
});

describe("configured headers", () => {
  const headers = `http_server_config:
  headers:
    X-Frame-Options: deny
    Strict-Transport-Security: max-age=31536000
`;

  it.each([
    { path: "/metrics", given: basic("alice", "U*U"), status: 200 },
    { path: "/nowhere", given: basic("alice", "U*U"), status: 404 },
    { path: "/metrics", given: {}, status: 401 },
  ])("are on the answer $status", async ({ path, given, status }) => {
    const { ask } = await serve(headers + users);
    const answer = await ask(given, path);
    expect(answer.status).toBe(status);
    expect(answer.headers.get("x-frame-options")).toBe("deny");
    expect(answer.headers.get("strict-transport-security")).toBe("max-age=31536000");
  });
});

describe("a rate limit", () => {
  it("refuses what is too much, whoever asks, and lets through again after the interval", async () => {
    const { ask, clock, handlers, refusals } = await serve(
      "rate_limit: { interval: 1s, burst: 2 }",
    );
    const statuses = [];
    for (let count = 0; count < 3; count += 1) statuses.push((await ask()).status);
    expect(statuses).toEqual([200, 200, 429]);
    expect(handlers.at(-1)).toBe("refused");
    expect(refusals).toEqual(["rate-limit"]);
    await clock.advance(1000);
    expect([(await ask()).status, (await ask()).status]).toEqual([200, 429]);
  });
});
