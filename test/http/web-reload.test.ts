import { X509Certificate } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { createVirtualClock } from "../mocks/clock.ts";
import { hasOpenSsl, makeCertificate } from "./certificates.ts";
import { askSecurely, basic, closeAll, serveWith, temporaryDirectory } from "./web-server.ts";

afterEach(closeAll);

// Test vectors of crypt_blowfish, https://www.openwall.com/crypt/: the passwords are U*U and U*U*U.
const alice =
  "basic_auth_users: { alice: $2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW }";
const bob =
  "basic_auth_users: { bob: $2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a }";

const serve = async (yaml: string, directory: string) => {
  const clock = createVirtualClock();
  return { ...(await serveWith(directory, yaml, clock)), clock };
};

describe("a web configuration that changes", () => {
  it("lets in the new users and no longer the old ones, known as they are", async () => {
    const { url, clock, rewrite, lines } = await serve(alice, await temporaryDirectory());
    const statusOf = async (user: string, password: string) =>
      (await fetch(`${url}/metrics`, { headers: basic(user, password) })).status;
    expect([await statusOf("alice", "U*U"), await statusOf("bob", "U*U*U")]).toEqual([200, 401]);
    await rewrite(bob);
    await clock.advance(1000);
    expect([await statusOf("alice", "U*U"), await statusOf("bob", "U*U*U")]).toEqual([401, 200]);
    expect(lines.join("")).toMatch(/^time=\S+ level=info event=web_config_reloaded file=\S+\n$/u);
  });

  it("is looked at no more than once a second", async () => {
    const { url, clock, rewrite } = await serve("", await temporaryDirectory());
    const status = async () => (await fetch(`${url}/metrics`)).status;
    await rewrite(alice);
    await clock.advance(999);
    expect(await status()).toBe(200);
    await clock.advance(1);
    expect(await status()).toBe(401);
  });

  it("keeps the old one in force when the new one is wrong, and says so once", async () => {
    const directory = await temporaryDirectory();
    const { url, clock, rewrite, lines } = await serve(alice, directory);
    const status = async (headers = {}) => (await fetch(`${url}/metrics`, { headers })).status;
    await rewrite("basic_auth_users: { alice: hunter2 }");
    for (let second = 0; second < 3; second += 1) {
      await clock.advance(1000);
      expect([await status(), await status(basic("alice", "U*U"))]).toEqual([401, 200]);
    }
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/level=error event=web_config_refused problem=".+web\.yaml:1:28: /u);
    expect(lines[0]).not.toContain("hunter2");
    rmSync(join(directory, "web.yaml"));
    await clock.advance(1000);
    expect(await status()).toBe(401);
    expect(lines).toHaveLength(2);
    await rewrite(bob);
    await clock.advance(1000);
    expect(await status(basic("bob", "U*U*U"))).toBe(200);
    expect(lines[2]).toContain("event=web_config_reloaded");
  });

  it.skipIf(!hasOpenSsl)("cannot turn TLS on, which needs a restart", async () => {
    const directory = await temporaryDirectory();
    makeCertificate(directory, "server");
    const { url, clock, rewrite, lines } = await serve("", directory);
    await rewrite("tls_server_config: { cert_file: server.pem, key_file: server.key }");
    await clock.advance(1000);
    expect((await fetch(`${url}/metrics`)).status).toBe(200);
    expect(lines.join("")).toContain("TLS can only be turned on or off by a restart");
  });
});

describe.skipIf(!hasOpenSsl)("the policy for clients' certificates", () => {
  it("stays as it was started until a restart", async () => {
    const directory = await temporaryDirectory();
    makeCertificate(directory, "server");
    const tls = (type: string) =>
      `tls_server_config: { cert_file: server.pem, key_file: server.key, client_auth_type: ${type} }`;
    const { port, clock, rewrite, lines } = await serve(tls("RequireAnyClientCert"), directory);
    await rewrite(tls("NoClientCert"));
    await clock.advance(1000);
    await expect(askSecurely(port)).rejects.toThrow();
    expect(lines.join("")).toContain("client_auth_type can only be changed by a restart");
  });
});

describe.skipIf(!hasOpenSsl)("certificates that change", () => {
  const fingerprint = (directory: string, file: string) =>
    new X509Certificate(readFileSync(join(directory, file))).fingerprint256;

  it("are those of the very next handshake", async () => {
    const directory = await temporaryDirectory();
    makeCertificate(directory, "server");
    const { port, clock } = await serve(
      "tls_server_config: { cert_file: server.pem, key_file: server.key }",
      directory,
    );
    const first = fingerprint(directory, "server.pem");
    expect((await askSecurely(port)).certificate).toBe(first);
    makeCertificate(directory, "server");
    const second = fingerprint(directory, "server.pem");
    expect(second).not.toBe(first);
    await clock.advance(1000);
    expect((await askSecurely(port)).certificate).toBe(second);
  });

  it("are noticed behind a link that is turned to them, as certbot does", async () => {
    const directory = await temporaryDirectory();
    for (const name of ["old", "new"]) {
      mkdirSync(join(directory, name));
      makeCertificate(join(directory, name), "server");
    }
    symlinkSync("old", join(directory, "live"));
    const { port, clock } = await serve(
      "tls_server_config: { cert_file: live/server.pem, key_file: live/server.key }",
      directory,
    );
    symlinkSync("new", join(directory, "next"));
    renameSync(join(directory, "next"), join(directory, "live"));
    await clock.advance(1000);
    expect((await askSecurely(port)).certificate).toBe(fingerprint(directory, "new/server.pem"));
  });

  it("are not served while they do not fit their key, and are as soon as they do", async () => {
    const directory = await temporaryDirectory();
    makeCertificate(directory, "server");
    makeCertificate(directory, "next");
    const { port, clock, lines } = await serve(
      "tls_server_config: { cert_file: server.pem, key_file: server.key }",
      directory,
    );
    const first = fingerprint(directory, "server.pem");
    renameSync(join(directory, "next.pem"), join(directory, "server.pem"));
    await clock.advance(1000);
    expect((await askSecurely(port)).certificate).toBe(first);
    renameSync(join(directory, "next.key"), join(directory, "server.key"));
    await clock.advance(1000);
    expect((await askSecurely(port)).certificate).toBe(fingerprint(directory, "server.pem"));
    const events = lines.map((line) => /event=(\S+)/u.exec(line)?.[1]);
    expect(events).toEqual(["web_config_refused", "web_config_reloaded"]);
    expect(lines.join("")).not.toContain("PRIVATE");
  });

  it("shut out the clients of an authority that is no longer trusted", async () => {
    const directory = await temporaryDirectory();
    makeCertificate(directory, "server");
    makeCertificate(directory, "ca", { isAuthority: true });
    makeCertificate(directory, "client", { issuer: "ca" });
    const { port, clock } = await serve(
      "tls_server_config: { cert_file: server.pem, key_file: server.key, client_ca_file: ca.pem, client_auth_type: RequireAndVerifyClientCert }",
      directory,
    );
    const identity = {
      cert: readFileSync(join(directory, "client.pem")),
      key: readFileSync(join(directory, "client.key")),
    };
    expect((await askSecurely(port, identity)).status).toBe(200);
    makeCertificate(directory, "ca", { isAuthority: true });
    await clock.advance(1000);
    await expect(askSecurely(port, identity)).rejects.toThrow();
  });
});
