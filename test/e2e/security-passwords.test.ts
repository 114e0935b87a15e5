import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { basic } from "../http/web-server.ts";
import { startProgram, stopPrograms } from "./program.ts";

// A test vector of crypt_blowfish, https://www.openwall.com/crypt/: the password is U*U, the cost 5.
const vector = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
// No password is known for it, and none is needed; its cost makes a check outweigh all else.
const costly = vector.replace("$05$", "$08$");

let directory = "";
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "security-passwords-"));
});
afterEach(stopPrograms);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const start = async (web: string) => {
  const [config, webConfig] = [join(directory, "config.yaml"), join(directory, "web.yaml")];
  writeFileSync(config, "sensors: { attic: { driver: sht4x } }\n");
  writeFileSync(webConfig, web);
  const { url } = await startProgram([
    "--simulate",
    `--config.file=${config}`,
    `--web.config.file=${webConfig}`,
  ]);
  /** Asks from an address of the loopback network; resolves with the status. */
  const ask = (user: string, password: string, from = "127.0.0.1", path = "/metrics") =>
    new Promise<number | undefined>((resolve, reject) => {
      const asked = request(
        `${url}${path}`,
        { agent: false, localAddress: from, headers: basic(user, password) },
        (response) => {
          response.resume().on("end", () => resolve(response.statusCode));
        },
      );
      asked.on("error", reject).end();
    });
  return { url, ask };
};

const medianOf = (numbers: readonly number[]): number => {
  const sorted = [...numbers].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};

describe("guessing passwords", () => {
  it("takes as long for every name, and for a guess that was wrong before", async () => {
    const { ask } = await start(`basic_auth_users: { alice: ${costly} }\n`);
    const kinds = {
      unknown: (attempt: number) => ask("carol", `guess ${attempt}`),
      known: (attempt: number) => ask("alice", `guess ${attempt}`),
      again: () => ask("alice", "the same guess"),
    };
    const times = { unknown: [] as number[], known: [] as number[], again: [0] };
    times.again.pop();
    // In turns, so that a machine that is busy for a while is so for all of them.
    for (let attempt = 0; attempt < 11; attempt += 1) {
      for (const kind of ["unknown", "known", "again"] as const) {
        const begunMs = performance.now();
        expect(await kinds[kind](attempt)).toBe(401);
        times[kind].push(performance.now() - begunMs);
      }
    }
    // Were there no check, it would take a tenth; no scheduler makes that of a median.
    const usual = medianOf(times.known);
    for (const kind of ["unknown", "again"] as const) {
      expect(medianOf(times[kind])).toBeGreaterThan(usual / 3);
      expect(medianOf(times[kind])).toBeLessThan(usual * 3);
    }
  }, 60_000);

  it("from many addresses at once keeps nobody out who is known", async () => {
    const { ask } = await start(`basic_auth_users: { alice: ${vector}, bob: ${costly} }\n`);
    expect(await ask("alice", "U*U")).toBe(200);
    let waiting = 0;
    const guesses = Array.from({ length: 60 }, async (_, index) => {
      waiting += 1;
      const status = await ask("bob", `guess ${index}`, `127.0.3.${1 + (index % 10)}`);
      waiting -= 1;
      return status;
    });
    const waitingBehind: number[] = [];
    for (let scrape = 0; scrape < 5; scrape += 1) {
      expect(await ask("alice", "U*U")).toBe(200);
      waitingBehind.push(waiting);
    }
    const statuses = new Set(await Promise.all(guesses));
    statuses.delete(429);
    expect([...statuses]).toEqual([401]);
    // The scrapes were answered before the guesses that had come earlier.
    expect(waitingBehind[0]).toBeGreaterThan(10);
  }, 60_000);

  it("by somebody else does not keep a newcomer waiting behind all of it", async () => {
    const { ask } = await start(`basic_auth_users: { alice: ${vector}, bob: ${costly} }\n`);
    let waiting = 0;
    const guesses = Array.from({ length: 5 }, async (_, index) => {
      waiting += 1;
      await ask("bob", `guess ${index}`, "127.0.3.1");
      waiting -= 1;
    });
    expect(await ask("alice", "U*U", "127.0.3.2")).toBe(200);
    expect(waiting).toBeGreaterThan(0);
    await Promise.all(guesses);
  }, 60_000);
});

describe("paths that are excluded", () => {
  it("are answered without a user, and no other is", async () => {
    const { url } = await start(
      `basic_auth_users: { alice: ${vector} }\nauth_excluded_paths: [/-/healthy, /-/ready]\n`,
    );
    const statusOf = async (path: string) => (await fetch(`${url}${path}`)).status;
    expect(await statusOf("/-/healthy")).toBe(200);
    await expect.poll(() => statusOf("/-/ready")).toBe(200);
    for (const path of ["/", "/metrics", "/-/reload", "/-/healthy/", "/nowhere"]) {
      expect(await statusOf(path)).toBe(401);
    }
    const head = await fetch(`${url}/-/healthy`, { method: "HEAD" });
    expect(head.status).toBe(200);
  });
});
