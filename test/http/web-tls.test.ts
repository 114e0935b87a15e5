import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect as connectPlain } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ConnectionOptions, connect } from "node:tls";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { hasOpenSsl, makeCertificate } from "./certificates.ts";
import { askSecurely, closeAll, serveWith } from "./web-server.ts";

let directory = "";
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "web-tls-"));
  if (!hasOpenSsl) return;
  makeCertificate(directory, "server");
  makeCertificate(directory, "rsa", { keys: "rsa" });
  makeCertificate(directory, "authority", { isAuthority: true });
  makeCertificate(directory, "branch", { issuer: "authority", isAuthority: true });
  makeCertificate(directory, "client", {
    issuer: "authority",
    usage: "clientAuth",
    names: ["DNS:prometheus.lan", "IP:fd00::2", "URI:spiffe://lan/prometheus", "email:ops@lan"],
  });
  makeCertificate(directory, "of-branch", { issuer: "branch", usage: "clientAuth" });
  makeCertificate(directory, "stranger", { names: ["DNS:prometheus.lan"] });
  makeCertificate(directory, "not-for-clients", { issuer: "authority", usage: "serverAuth" });
  // Who does not mind quotes reads two names here: x, and prometheus.lan.
  makeCertificate(directory, "forger", {
    issuer: "authority",
    names: ["DNS:x\\, DNS:prometheus.lan"],
  });
});
afterEach(closeAll);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const file = (name: string) => readFileSync(join(directory, name), "utf8");
const identity = (name: string): ConnectionOptions => ({
  cert: file(`${name}.pem`),
  key: file(`${name}.key`),
});

const serve = (section: string, certificate = "server") =>
  serveWith(
    directory,
    `tls_server_config:\n  cert_file: ${certificate}.pem\n  key_file: ${certificate}.key\n${section}`,
  );

describe.skipIf(!hasOpenSsl)("HTTPS", () => {
  it("serves, and says so in its URL", async () => {
    const { url, port } = await serve("");
    expect(url).toBe(`https://127.0.0.1:${port}`);
    const { status, body, protocol, certificate } = await askSecurely(port);
    expect([status, body, protocol]).toEqual([200, "up 1\n", "TLSv1.3"]);
    expect(certificate).toBe(new X509Certificate(file("server.pem")).fingerprint256);
  });

  it("takes certificate and key from the file itself", async () => {
    const inline = (key: string, text: string) =>
      `  ${key}: |\n${text.trimEnd().replaceAll(/^/gmu, "    ")}\n`;
    const { port } = await serveWith(
      directory,
      `tls_server_config:\n${inline("cert", file("server.pem"))}${inline("key", file("server.key"))}`,
    );
    expect((await askSecurely(port)).status).toBe(200);
  });

  it.each(["TLSv1", "TLSv1.1"] as const)("refuses %s, as RFC 8996 asks", async (version) => {
    const { port } = await serve("");
    await expect(
      askSecurely(port, {
        minVersion: version,
        maxVersion: version,
        ciphers: "DEFAULT:@SECLEVEL=0",
      }),
    ).rejects.toThrow();
  });

  it.each([
    { section: "  min_version: TLS13", client: "TLSv1.2", served: false },
    { section: "  min_version: TLS13", client: "TLSv1.3", served: true },
    { section: "  max_version: TLS12", client: "TLSv1.3", served: false },
    { section: "  max_version: TLS12", client: "TLSv1.2", served: true },
  ] as const)("speaks $client with $section: $served", async ({ section, client, served }) => {
    const { port } = await serve(section);
    const asked = askSecurely(port, { minVersion: client, maxVersion: client });
    if (served) expect((await asked).protocol).toBe(client);
    else await expect(asked).rejects.toThrow();
  });

  const two = ["ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-GCM-SHA384"] as const;
  const suites =
    "  max_version: TLS12\n" +
    "  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]\n";

  it("prefers its own order of cipher suites, or the client's if so configured", async () => {
    const own = await serve(suites, "rsa");
    expect((await askSecurely(own.port, { ciphers: two.join(":") })).cipher).toBe(two[1]);
    await own.close();
    const clients = await serve(`${suites}  prefer_server_cipher_suites: false\n`, "rsa");
    expect((await askSecurely(clients.port, { ciphers: two.join(":") })).cipher).toBe(two[0]);
  });

  it("takes no cipher suite beyond its list, and without a list none that Go calls insecure", async () => {
    const listed = await serve(suites, "rsa");
    await expect(
      askSecurely(listed.port, { ciphers: "ECDHE-RSA-CHACHA20-POLY1305" }),
    ).rejects.toThrow(/handshake failure/u);
    await listed.close();
    const free = await serve("  max_version: TLS12\n", "rsa");
    expect((await askSecurely(free.port, { ciphers: "ECDHE-RSA-CHACHA20-POLY1305" })).status).toBe(
      200,
    );
    await expect(askSecurely(free.port, { ciphers: "AES128-SHA" })).rejects.toThrow(
      /handshake failure/u,
    );
  });

  it("keeps TLS 1.3 although the list has suites of TLS 1.2 only, as Go does", async () => {
    const { port } = await serve("  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]\n");
    expect((await askSecurely(port)).protocol).toBe("TLSv1.3");
  });

  it("agrees on no curve beyond its list", async () => {
    const { port } = await serve("  curve_preferences: [CurveP521, X25519]\n");
    expect((await askSecurely(port, { ecdhCurve: "secp521r1" })).status).toBe(200);
    await expect(askSecurely(port, { ecdhCurve: "secp384r1" })).rejects.toThrow(
      /handshake failure/u,
    );
  });

  it("agrees on HTTP/1.1 with a client that would rather have HTTP/2", async () => {
    const { port } = await serve("http_server_config: { http2: true }\n");
    const socket = connect({
      host: "127.0.0.1",
      port,
      rejectUnauthorized: false,
      ALPNProtocols: ["h2", "http/1.1"],
    });
    await new Promise((resolve) => socket.once("secureConnect", resolve));
    expect(socket.alpnProtocol).toBe("http/1.1");
    socket.destroy();
  });
});

describe.skipIf(!hasOpenSsl)("a client's certificate", () => {
  // https://pkg.go.dev/crypto/tls#ClientAuthType says what each type asks for.
  it.each([
    { type: "NoClientCert", served: ["none", "stranger", "client"] },
    { type: "RequestClientCert", served: ["none", "stranger", "client"] },
    { type: "RequireAnyClientCert", served: ["stranger", "client"] },
    { type: "VerifyClientCertIfGiven", served: ["none", "client"] },
    { type: "RequireAndVerifyClientCert", served: ["client"] },
  ])("of $served is accepted with $type, and no other", async ({ type, served }) => {
    const authority = type === "NoClientCert" ? "" : "  client_ca_file: authority.pem\n";
    const { port } = await serve(`  client_auth_type: ${type}\n${authority}`);
    // Where no certificate is looked at, it does not matter what it is for.
    const tried = ["none", "stranger", "client", "not-for-clients"].filter(
      (name) => name !== "not-for-clients" || !served.includes("stranger"),
    );
    for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
      const accepted: string[] = [];
      for (const name of tried) {
        const options = { ...(name === "none" ? {} : identity(name)), maxVersion: version };
        await askSecurely(port, options).then(
          () => accepted.push(name),
          () => {},
        );
      }
      expect(accepted).toEqual(served);
    }
  });

  it("is accepted of an intermediate authority whose certificate it does not send", async () => {
    writeFileSync(join(directory, "both.pem"), file("branch.pem") + file("authority.pem"));
    const { port } = await serve(
      "  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: both.pem\n",
    );
    expect((await askSecurely(port, identity("of-branch"))).status).toBe(200);
    await expect(askSecurely(port, identity("stranger"))).rejects.toThrow();
  });

  it("is accepted of itself, if it is its own authority", async () => {
    const { port } = await serve(
      "  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: stranger.pem\n",
    );
    expect((await askSecurely(port, identity("stranger"))).status).toBe(200);
  });

  it.each(["prometheus.lan", "fd00:0:0::2", "spiffe://lan/prometheus", "ops@lan"])(
    "is accepted for its name %s",
    async (name) => {
      const { port } = await serve(
        `  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: authority.pem\n  client_allowed_sans: [other, "${name}"]\n`,
      );
      expect((await askSecurely(port, identity("client"))).status).toBe(200);
    },
  );

  it("is refused for its names, also if one of them only looks like several", async () => {
    const { port } = await serve(
      "  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: authority.pem\n  client_allowed_sans: [prometheus.lan]\n",
    );
    expect(new X509Certificate(file("forger.pem")).subjectAltName).toBe(
      'DNS:"x\\u002c DNS:prometheus.lan"',
    );
    for (const name of ["forger", "of-branch"]) {
      await expect(askSecurely(port, identity(name))).rejects.toThrow();
    }
    expect((await askSecurely(port, identity("client"))).status).toBe(200);
  });

  it("leaves who is refused without a session that could be resumed", async () => {
    const { port } = await serve("  client_auth_type: RequireAnyClientCert\n");
    const sessionOf = (maxVersion: "TLSv1.2" | "TLSv1.3") =>
      new Promise<Buffer | undefined>((resolve) => {
        const options = { host: "127.0.0.1", port, rejectUnauthorized: false, maxVersion };
        const socket = connect(options);
        socket.on("session", resolve);
        socket.on("error", () => {});
        socket.on("close", () => resolve(undefined));
      });
    const sessions = [await sessionOf("TLSv1.2"), await sessionOf("TLSv1.3")];
    expect(sessions).toEqual([undefined, undefined]);
  });
});

describe.skipIf(!hasOpenSsl)("what is no TLS", () => {
  const send = (port: number, bytes: string): Promise<string> =>
    new Promise((resolve) => {
      const socket = connectPlain(port, "127.0.0.1", () => socket.write(bytes));
      let answer = "";
      socket.setEncoding("latin1").on("data", (chunk: string) => {
        answer += chunk;
      });
      socket.on("error", () => {});
      socket.on("close", () => resolve(answer));
    });

  it.each([
    { what: "plain HTTP", bytes: "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n" },
    { what: "rubbish", bytes: "\u0000\u0001rubbish" },
    { what: "a hello cut short", bytes: "\u0016\u0003\u0001\u0000\u0005\u0001" },
  ])("gets no metrics and no line of log, and the rest is served: $what", async ({ bytes }) => {
    const { port, lines } = await serve("");
    const answers = Array.from({ length: 20 }, () => send(port, bytes));
    expect((await askSecurely(port)).status).toBe(200);
    // A hello that is not finished may be waited for; it ends with the server at the latest.
    await closeAll();
    for (const answer of await Promise.all(answers)) expect(answer).not.toContain("up 1");
    expect(lines).toEqual([]);
  });

  it("does not keep the server from closing, though its handshake never begins", async () => {
    const { port, close } = await serve("");
    const idle = connectPlain(port, "127.0.0.1");
    const gone = new Promise((resolve) => idle.once("close", resolve));
    idle.on("error", () => {});
    await new Promise((resolve) => idle.once("connect", resolve));
    const begunMs = performance.now();
    await close();
    expect(performance.now() - begunMs).toBeLessThan(3_000);
    await gone;
  });
});
