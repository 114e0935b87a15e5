import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { expire } from "../bridge/expired.ts";
import { hasOpenSsl, makeCertificate } from "../http/certificates.ts";
import { hasPeer } from "../peers.ts";
import { startProgram, stopPrograms } from "./program.ts";
import { closeSockets, openWire } from "./wire.ts";

const hasPeers = hasOpenSsl && hasPeer(["curl", "--version"], "curl");

let directory = "";
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "security-tls-"));
  writeFileSync(join(directory, "config.yaml"), "sensors: { attic: { driver: sht4x } }\n");
  if (!hasPeers) return;
  makeCertificate(directory, "authority", { isAuthority: true });
  makeCertificate(directory, "other-authority", { isAuthority: true });
  makeCertificate(directory, "server", { issuer: "authority" });
  makeCertificate(directory, "rsa", { keys: "rsa" });
  makeCertificate(directory, "right", { issuer: "authority", names: ["DNS:prometheus.lan"] });
  makeCertificate(directory, "unnamed", { issuer: "authority", names: ["DNS:other.lan"] });
  makeCertificate(directory, "foreign", { issuer: "other-authority" });
  makeCertificate(directory, "self-signed");
  expire(directory, "expired", "authority");
});
afterEach(async () => {
  closeSockets();
  await stopPrograms();
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const serve = async (section: string, certificate = "server") => {
  const web = join(directory, "web.yaml");
  writeFileSync(
    web,
    `tls_server_config:\n  cert_file: ${certificate}.pem\n  key_file: ${certificate}.key\n${section}`,
  );
  const { url } = await startProgram([
    "--simulate",
    `--config.file=${join(directory, "config.yaml")}`,
    `--web.config.file=${web}`,
  ]);
  return { url, port: Number(new URL(url).port) };
};

/** The status that curl gets, by a certificate of that name; 000 is its word for none. */
const curl = (url: string, client: string, ...args: readonly string[]): string => {
  const identity = client === "none" ? [] : ["--cert", `${client}.pem`, "--key", `${client}.key`];
  const { stdout } = spawnSync(
    "curl",
    ["-s", "-o", "/dev/null", "-w", "%{http_code}", "--cacert", "authority.pem"].concat(
      identity,
      args,
      `${url}/metrics`,
    ),
    { cwd: directory, encoding: "utf8" },
  );
  return stdout;
};

const clients = ["none", "right", "unnamed", "foreign", "self-signed", "expired"] as const;

describe.skipIf(!hasPeers)("a client's certificate, shown by curl", () => {
  // https://pkg.go.dev/crypto/tls#ClientAuthType; the allowed names are the exporter toolkit's.
  it.each([
    { type: "NoClientCert", served: clients },
    { type: "RequestClientCert", served: clients },
    { type: "RequireAnyClientCert", served: clients.filter((name) => name !== "none") },
    { type: "VerifyClientCertIfGiven", served: ["none", "right", "unnamed"] },
    { type: "RequireAndVerifyClientCert", served: ["right", "unnamed"] },
    {
      type: "RequireAndVerifyClientCert\n  client_allowed_sans: [prometheus.lan]",
      served: ["right"],
    },
  ])("is enough or not, as client_auth_type: $type has it", async ({ type, served }) => {
    const authority = type === "NoClientCert" ? "" : "  client_ca_file: authority.pem\n";
    const { url } = await serve(`  client_auth_type: ${type}\n${authority}`);
    for (const version of ["1.2", "1.3"]) {
      const tls = [`--tlsv${version}`, "--tls-max", version];
      const statuses = clients.map((name) => [name, curl(url, name, ...tls)]);
      const expected = clients.map((name) => [name, served.includes(name) ? "200" : "000"]);
      expect(statuses).toEqual(expected);
    }
  });

  it("of the server is refused by the client if it has expired or is of a wrong authority", async () => {
    const expired = await serve("", "expired");
    // https://everything.curl.dev/cmdline/exitcode: 60 is a certificate that cannot be verified.
    const exitOf = (url: string, authority: string) =>
      spawnSync("curl", ["-s", "--cacert", authority, url], { cwd: directory }).status;
    expect(exitOf(expired.url, "authority.pem")).toBe(60);
    await stopPrograms();
    const { url } = await serve("");
    expect([exitOf(url, "other-authority.pem"), exitOf(url, "authority.pem")]).toEqual([60, 0]);
  });
});

/** What `openssl s_client` says of a handshake. */
const handshake = (port: number, ...args: readonly string[]): string => {
  const { stdout, stderr } = spawnSync(
    "openssl",
    ["s_client", "-connect", `127.0.0.1:${port}`, ...args],
    { input: "", encoding: "utf8", timeout: 20_000 },
  );
  return stdout + stderr;
};

const weak = ["-cipher", "DEFAULT:@SECLEVEL=0"];

describe.skipIf(!hasPeers)("a handshake with openssl s_client", () => {
  it("has the protocols that are configured, and never the old ones", async () => {
    const usual = await serve("");
    for (const old of ["-tls1", "-tls1_1"]) {
      // RFC 8446, section 6: alert 70 is protocol_version.
      expect(handshake(usual.port, old, ...weak)).toContain("alert number 70");
    }
    expect(handshake(usual.port, "-tls1_2")).toContain("New, TLSv1.2");
    expect(handshake(usual.port, "-tls1_3")).toContain("New, TLSv1.3");
    await stopPrograms();
    const newest = await serve("  min_version: TLS13\n");
    expect(handshake(newest.port, "-tls1_2")).toContain("alert number 70");
    expect(handshake(newest.port)).toContain("New, TLSv1.3");
    await stopPrograms();
    const older = await serve("  max_version: TLS12\n");
    expect(handshake(older.port, "-tls1_3")).toContain("alert number 70");
    expect(handshake(older.port)).toContain("New, TLSv1.2");
  });

  it("has the cipher suites that are configured, and no other", async () => {
    const { port } = await serve(
      "  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384]\n",
      "rsa",
    );
    const suite = (name: string) => handshake(port, "-tls1_2", "-cipher", name);
    expect(suite("ECDHE-RSA-AES256-GCM-SHA384")).toContain("Cipher is ECDHE-RSA-AES256-GCM-SHA384");
    // RFC 8446, section 6: alert 40 is handshake_failure.
    expect(suite("ECDHE-RSA-AES128-GCM-SHA256")).toContain("alert number 40");
    expect(suite("AES256-SHA:@SECLEVEL=0")).toContain("alert number 40");
  });

  it("is not repeated for a client that wants a new one on the same connection", async () => {
    const { url, port } = await serve("");
    const client = spawn("openssl", ["s_client", "-tls1_2", "-connect", `127.0.0.1:${port}`]);
    let output = "";
    const hear = (text: string) => {
      output += text;
      // `R` on a line of its own has s_client renegotiate, once it is connected.
      if (text.includes("Verify return code")) client.stdin.write("R\n");
    };
    for (const stream of [client.stdout, client.stderr])
      stream.setEncoding("utf8").on("data", hear);
    await once(client, "close");
    expect(output).toContain("RENEGOTIATING");
    expect(output).toMatch(/no renegotiation|alert number 100/u);
    expect(curl(url, "none")).toBe("200");
  });

  it("that never ends is cut off, and others are served meanwhile", async () => {
    const { url, port } = await serve("");
    const stalled = await Promise.all(
      ["", "\x16\x03\x01\x00\xa5\x01", "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"].map(
        async (bytes) => {
          const wire = await openWire(port, { from: "127.0.0.2" });
          if (bytes !== "") wire.write(bytes);
          return wire;
        },
      ),
    );
    expect(curl(url, "none")).toBe("200");
    await expect
      .poll(() => stalled.map((wire) => wire.isClosed()), { timeout: 30_000, interval: 100 })
      .toEqual([true, true, true]);
    for (const wire of stalled) expect(wire.received()).not.toContain("HTTP/1.1 200");
    const metrics = execFileSync("curl", ["-s", "-k", `${url}/metrics`], { encoding: "utf8" });
    expect(metrics).toContain(
      'sensor_exporter_http_requests_refused_total{reason="handshake"} 3\n',
    );
  }, 40_000);
});
