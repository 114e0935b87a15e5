import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { webMessages } from "../../src/config/messages/web.ts";
import { formatProblem, type Problem } from "../../src/config/problems.ts";
import { loadWebConfig } from "../../src/http/web-config.ts";
import { yamlFiles } from "../config/support.ts";
import { encryptKey, hasOpenSsl, makeCertificate } from "./certificates.ts";

const bad = yamlFiles("test/fixtures/web/bad/");
const good = yamlFiles("test/fixtures/web/good/");

let directory = "";
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "web-config-"));
  cpSync("test/fixtures/web", directory, { recursive: true });
  if (!hasOpenSsl) return;
  for (const folder of ["bad", "good"]) {
    const place = join(directory, folder);
    makeCertificate(place, "ca", { isAuthority: true });
    makeCertificate(place, "branch", { issuer: "ca", isAuthority: true });
    makeCertificate(place, "server", { keys: "rsa" });
    makeCertificate(place, "client");
    makeCertificate(place, "weak", { keys: "rsa-512" });
    encryptKey(place, "server", "encrypted");
  }
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const environment = { TOKEN: "hunter2" };
const load = (folder: string, name: string) =>
  loadWebConfig({ file: join(directory, folder, `${name}.yaml`), environment });

const problemsOf = async (name: string): Promise<readonly Problem[]> => {
  const loaded = await load("bad", name);
  return "problems" in loaded ? loaded.problems : [];
};
const linesOf = async (name: string): Promise<string> =>
  (await problemsOf(name))
    .map((problem) => `${formatProblem({ ...problem, file: `${name}.yaml` })}\n`)
    .join("");

const configOf = async (name: string) => {
  const loaded = await load("good", name);
  if ("problems" in loaded) throw new Error(loaded.problems.map(formatProblem).join("\n"));
  return loaded.config;
};

describe.skipIf(!hasOpenSsl)("a bad web configuration", () => {
  it.each(bad)("is refused with the message of its fixture: %s", async (name) => {
    const expected = readFileSync(join(directory, "bad", `${name}.txt`), "utf8");
    expect(await linesOf(name)).toBe(expected);
  });

  it("has a fixture for each message", async () => {
    const problems = (await Promise.all(bad.map(problemsOf))).flat();
    // What is missing is said in the words of the last.
    const shown = new Set<string>([...problems.map(({ code }) => code), "web-client-ca"]);
    expect(Object.keys(webMessages).filter((code) => !shown.has(code))).toEqual([]);
  });

  it("never has its secrets repeated, be they in the wrong place", async () => {
    const problems = (await Promise.all(bad.map(problemsOf))).flat();
    const printed = inspect(problems, { depth: 9 });
    for (const secret of ["hunter2", "12345678", "X0h1gDsPsz", "4VeFDzXIoP", "PRIVATE"]) {
      expect(printed).not.toContain(secret);
    }
  });

  it("is watched together with the files that it names, so that it is noticed when they come", async () => {
    const { files } = await load("bad", "files-gone");
    const place = join(directory, "bad");
    expect(files.get(join(place, "gone.pem"))).toBe("unreadable");
    expect([...files.keys()].sort()).toEqual(
      ["", "files-gone.yaml", "gone.pem", "gone/gone.key"].map((name) => join(place, name)).sort(),
    );
  });
});

describe.skipIf(!hasOpenSsl)("a good web configuration", () => {
  it.each(good)("is loaded, frozen and without showing its secrets: %s", async (name) => {
    const config = await configOf(name);
    expect(Object.isFrozen(config)).toBe(true);
    expect(inspect(config, { depth: 9 })).not.toMatch(/PRIVATE|\$2y/u);
  });

  it("asks for nothing when it is empty", async () => {
    for (const name of ["empty", "comment", "no-rate-limit"]) {
      expect(await configOf(name)).toEqual({
        tls: undefined,
        headers: {},
        users: new Map(),
        authExcludedPaths: new Set(),
        rateLimit: undefined,
      });
    }
  });

  it("keeps the hashes as they are", async () => {
    const { users, rateLimit } = await configOf("sample");
    expect(users.get("bob")?.reveal()).toBe(
      "$2y$10$hLqFl9jSjoAAy95Z/zw8Ye8wkdMBM8c5Bn1ptYqP/AXyV0.oy0S8m",
    );
    expect(rateLimit).toEqual({ intervalMs: 1000, burst: 20 });
  });

  it("keeps the paths that no user is asked for on", async () => {
    expect((await configOf("excluded-paths")).authExcludedPaths).toEqual(
      new Set(["/-/healthy", "/-/ready"]),
    );
  });

  it("takes a header that is a number for text, and a blank one for none", async () => {
    expect((await configOf("headers")).headers).toEqual({
      "X-Frame-Options": "deny",
      "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
      "X-Content-Type-Options": "nosniff",
      "X-XSS-Protection": "1",
      "Content-Security-Policy": "default-src 'self' *.test.example.net",
    });
    expect((await configOf("headers-blank")).headers).toEqual({});
  });

  it("knows an old name of RequireAnyClientCert", async () => {
    expect((await configOf("old-client-auth")).tls?.clientAuth).toBe("RequireAnyClientCert");
  });
});
