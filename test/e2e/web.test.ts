import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { hasOpenSsl, makeCertificate } from "../http/certificates.ts";
import { hasPeer } from "../peers.ts";
import { runProgram, startProgram, stopPrograms } from "./program.ts";
import { startPrometheus } from "./prometheus.ts";

// A test vector of crypt_blowfish, https://www.openwall.com/crypt/: the password is U*U.
const hash = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";

let directory = "";
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "web-e2e-"));
  writeFileSync(join(directory, "config.yaml"), "sensors: { attic: { driver: sht4x } }\n");
  if (!hasOpenSsl) return;
  makeCertificate(directory, "ca", { isAuthority: true });
  makeCertificate(directory, "server", { issuer: "ca" });
  makeCertificate(directory, "client", { issuer: "ca", usage: "clientAuth" });
});
afterEach(stopPrograms);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const write = (name: string, text: string): string => {
  const file = join(directory, name);
  writeFileSync(file, text);
  return file;
};
const config = () => `--config.file=${join(directory, "config.yaml")}`;

const secured = (): string =>
  write(
    "web.yaml",
    `tls_server_config:
  cert_file: server.pem
  key_file: server.key
  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: ca.pem
basic_auth_users:
  prometheus: ${hash}
`,
  );

const start = (...args: readonly string[]) =>
  startProgram(["--simulate", config(), `--web.config.file=${secured()}`, ...args]);

/** Asks as curl does with certificate and user; resolves with the status and the body. */
const curl = (url: string, ...args: readonly string[]): readonly [status: number, body: string] => {
  const identity = ["--cacert", "ca.pem", "--cert", "client.pem", "--key", "client.key"];
  const output = execFileSync(
    "curl",
    ["--silent", "--write-out", "\n%{http_code}", ...identity, ...args, url],
    { cwd: directory, encoding: "utf8" },
  );
  const cut = output.lastIndexOf("\n");
  return [Number(output.slice(cut + 1)), output.slice(0, cut)];
};

const hasCurl = hasPeer(["curl", "--version"], "curl");

describe.skipIf(!hasOpenSsl || !hasCurl)("a secured exporter", () => {
  it("says that it serves HTTPS, and serves it to curl with certificate and password", async () => {
    const { url, output } = await start();
    expect(url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/u);
    expect(output()).toContain(`url=${url}/metrics`);
    const [status, body] = curl(`${url}/metrics`, "--user", "prometheus:U*U");
    expect(status).toBe(200);
    expect(body).toContain("sensor_exporter_build_info");
    expect(curl(`${url}/-/healthy`)[0]).toBe(401);
    expect(() => execFileSync("curl", ["--silent", "--insecure", url])).toThrow();
  });

  it("is reloaded by POST only by who is let in", async () => {
    const { url } = await start("--web.enable-lifecycle");
    const reload = (...args: readonly string[]) =>
      curl(`${url}/-/reload`, "--request", "POST", ...args)[0];
    expect([reload(), reload("--user", "prometheus:U*U")]).toEqual([401, 200]);
  });

  it("gives away no secret: not in its log, its metrics, its page or its answers", async () => {
    const program = await start("--log.level=debug", "--web.enable-lifecycle");
    const user = ["--user", "prometheus:U*U"];
    const answers = ["/", "/metrics", "/-/ready", "/nowhere"].flatMap((path) => [
      curl(`${program.url}${path}`, ...user)[1],
      curl(`${program.url}${path}`, "--user", "prometheus:hunter2")[1],
    ]);
    write("web.yaml", "basic_auth_users: { prometheus: hunter2 }\n");
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    answers.push(curl(`${program.url}/metrics`, ...user)[1]);
    await expect.poll(program.output).toContain("web_config_refused");
    program.signal("SIGTERM");
    expect(await program.ended).toBe(0);
    const key = readFileSync(join(directory, "server.key"), "utf8").split("\n")[1] ?? "";
    const shown = answers.join("\n") + program.output();
    expect(shown).toContain("sensor_exporter_build_info");
    for (const secret of ["hunter2", "U*U", hash.slice(8), key, "PRIVATE KEY"]) {
      expect(shown).not.toContain(secret);
    }
  });

  it("stops within its time although a connection has not begun its handshake", async () => {
    const program = await start();
    const { hostname, port } = new URL(program.url);
    const idle = connect(Number(port), hostname).on("error", () => {});
    await once(idle, "connect");
    program.signal("SIGTERM");
    expect(await program.ended).toBe(0);
  });

  it.skipIf(!hasPeer(["prometheus", "--version"], "prometheus"))(
    "is scraped by Prometheus",
    async () => {
      const { url } = await start();
      const prometheus = await startPrometheus([new URL(url).host], {
        scheme: "https",
        basic_auth: { username: "prometheus", password: "U*U" },
        tls_config: {
          ca_file: join(directory, "ca.pem"),
          cert_file: join(directory, "client.pem"),
          key_file: join(directory, "client.key"),
        },
      });
      await expect
        .poll(() => prometheus.query("up"), { timeout: 15_000 })
        .toMatchObject([{ value: 1 }]);
      await prometheus.stop();
    },
  );
});

describe("sensor-exporter check", () => {
  it.skipIf(!hasOpenSsl)("checks the web configuration too", async () => {
    const file = secured();
    const { exit, stdout } = await runProgram(["check", config(), `--web.config.file=${file}`]);
    expect(exit).toBe(0);
    expect(stdout).toContain(`${file}: ok, HTTPS, RequireAndVerifyClientCert, 1 user\n`);
    const json = await runProgram(["check", "--json", config(), `--web.config.file=${file}`]);
    expect(JSON.parse(json.stdout)).toMatchObject({
      web: { file, tls: true, clientAuthType: "RequireAndVerifyClientCert", users: ["prometheus"] },
    });
    expect(stdout + json.stdout).not.toContain(hash);
  });

  it("says all that is wrong with either file", async () => {
    const bad = write("bad.yaml", "sensors: { attic: { driver: sht4y } }\n");
    const web = write("bad-web.yaml", "basic_auth_user: { alice: hunter2 }\nrate_limit: 5\n");
    for (const command of ["check", "serve"]) {
      const { exit, output } = await runProgram([
        command,
        `--config.file=${bad}`,
        `--web.config.file=${web}`,
      ]);
      expect(exit).toBe(78);
      expect(output.split("\n").map((line) => line.split(" ", 1)[0])).toEqual([
        `${bad}:1:29:`,
        `${web}:1:1:`,
        `${web}:2:13:`,
        "",
      ]);
      expect(output).toContain("basic_auth_users");
      expect(output).not.toContain("hunter2");
    }
  });

  it("says that a web configuration is not there", async () => {
    const web = join(directory, "gone.yaml");
    const { exit, output } = await runProgram(["check", config(), `--web.config.file=${web}`]);
    expect([exit, output]).toEqual([
      78,
      `${web}: cannot be read: there is no such file; check the path\n`,
    ]);
  });
});
