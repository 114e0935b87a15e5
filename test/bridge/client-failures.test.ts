import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createServer } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MqttConnectionConfig } from "../../src/config/mqtt-config.ts";
import { hasOpenSsl, makeCertificate } from "../http/certificates.ts";
import { startClient } from "./client-rig.ts";
import { expire } from "./expired.ts";
import { hasMosquitto, type Mosquitto, portOf, startMosquitto } from "./mosquitto.ts";

const hasty = { random: () => Math.random() * 0.03 };

describe.runIf(hasMosquitto)("a client whose broker fails", () => {
  it("notices that the broker was killed, and is back after its start with all filters", async () => {
    const broker = await startMosquitto();
    const rig = await startClient(broker.url, {}, hasty);
    rig.client.subscribe([{ filter: "a/#", qos: 0 }]);
    await rig.connected();
    await broker.kill();
    await rig.problem("closed");
    expect(rig.client.isConnected()).toBe(false);
    await rig.problem("unreachable");
    await broker.start();
    await rig.connected();
    await sleep(50);
    await broker.publish("a/x", "back");
    await rig.until(() => rig.heard.length === 1);
    expect(rig.lines.map((line) => /event=\w+(?:.* code=[\w-]+)?/.exec(line)?.[0])).toEqual([
      "event=mqtt_connected",
      "event=mqtt_disconnected broker=house code=closed",
      "event=mqtt_disconnected broker=house code=unreachable",
      "event=mqtt_connected",
    ]);
    await broker.close();
  });

  it("notices within one and a half keep-alives that the broker hangs, and closes nevertheless", async () => {
    const broker = await startMosquitto();
    const rig = await startClient(broker.url, { keepAliveMs: 1000, statusTopic: "s" });
    const steady = await startClient(broker.url, { statusTopic: "t" });
    await rig.connected();
    await steady.connected();
    await sleep(1600);
    expect(rig.states).toHaveLength(1);
    const pausedMs = performance.now();
    broker.pause();
    const problem = await rig.problem("timeout");
    expect(performance.now() - pausedMs).toBeLessThan(1500);
    expect(problem.message).toBe("The broker has not been heard for 1.25 keep-alives.");
    const closingMs = performance.now();
    await Promise.all([steady.client.close(), rig.client.close()]);
    expect(performance.now() - closingMs).toBeLessThan(2500);
    await broker.close();
  });
});

describe.runIf(hasMosquitto && hasOpenSsl)("a client of a broker with TLS", () => {
  const directory = mkdtempSync(join(tmpdir(), "mqtt-tls-"));
  const file = (name: string) => join(directory, name);
  let broker: Mosquitto;

  beforeAll(async () => {
    makeCertificate(directory, "ca", { isAuthority: true });
    makeCertificate(directory, "other-ca", { isAuthority: true });
    makeCertificate(directory, "good", { issuer: "ca" });
    makeCertificate(directory, "elsewhere", { issuer: "ca", names: ["DNS:broker.lan"] });
    makeCertificate(directory, "reader", { issuer: "ca", usage: "clientAuth" });
    expire(directory, "expired", "ca");
    const tls = (name: string) => ({
      certificateFile: file(`${name}.pem`),
      keyFile: file(`${name}.key`),
    });
    broker = await startMosquitto({
      listeners: [
        { tls: tls("good") },
        { tls: tls("expired") },
        { tls: tls("elsewhere") },
        { tls: { ...tls("good"), caFile: file("ca.pem"), requiresCertificate: true } },
        { tls: tls("good"), protocol: "websockets" },
        {},
      ],
    });
  });
  afterAll(async () => {
    await broker.close();
    rmSync(directory, { recursive: true });
  });

  const start = (
    listener: number,
    tls: Partial<MqttConnectionConfig["tls"]> = {},
    protocol = "mqtts",
    host = "127.0.0.1",
  ) =>
    startClient(
      `${protocol}://${host}:${broker.ports[listener]}`,
      { tls: { minimumVersion: "TLSv1.2", caFile: file("ca.pem"), ...tls } },
      hasty,
    );

  it.each([
    ["a private authority alone", 0, {}, "mqtts"],
    [
      "a certificate of its own",
      3,
      { certificateFile: file("reader.pem"), keyFile: file("reader.key") },
      "mqtts",
    ],
    ["another server name than the host", 2, { serverName: "broker.lan" }, "mqtts"],
    ["TLS 1.3 and nothing older", 0, { minimumVersion: "TLSv1.3" }, "mqtts"],
    ["WebSocket", 4, {}, "wss"],
  ] as const)("connects with %s", async (_what, listener, tls, protocol) => {
    const rig = await start(listener, tls, protocol);
    await rig.connected();
  });

  it("connects by a host name", async () => {
    const rig = await start(0, {}, "mqtts", "localhost");
    await rig.connected();
  });

  // The remedies name the settings; the codes are OpenSSL's.
  it.each([
    ["has expired", 1, {}, "mqtts", /CERT_HAS_EXPIRED/, /Renew the broker's certificate/],
    [
      "is signed by another authority, over WebSocket",
      4,
      { caFile: file("other-ca.pem") },
      "wss",
      /UNABLE_TO_VERIFY_LEAF|SIGNATURE|ISSUER/,
      /tls\.ca_file/,
    ],
    [
      "is signed by another authority",
      0,
      { caFile: file("other-ca.pem") },
      "mqtts",
      /UNABLE_TO_VERIFY_LEAF|SIGNATURE|ISSUER/,
      /tls\.ca_file/,
    ],
    ["names another host", 2, {}, "mqtts", /ERR_TLS_CERT_ALTNAME_INVALID/, /tls\.server_name/],
    [
      "names another host than the one set",
      0,
      { serverName: "x.lan" },
      "mqtts",
      /ERR_TLS_CERT_ALTNAME_INVALID/,
      /tls\.server_name/,
    ],
  ] as const)(
    "refuses a broker whose certificate %s",
    async (_what, listener, tls, protocol, message, remedy) => {
      const rig = await start(listener, tls, protocol);
      const problem = await rig.problem("tls");
      expect(problem.message).toMatch(message);
      expect(problem.remedy).toMatch(remedy);
      await sleep(100);
      expect(rig.lines).toHaveLength(1);
    },
  );

  it("says what a broker misses that asks for a certificate", async () => {
    const rig = await start(3);
    const problem = await rig.problem("tls");
    expect(problem.remedy).toMatch(/tls\.certificate_file/);
  });

  it("refuses a broker of an older TLS than allowed", async () => {
    const old = createServer({
      cert: readFileSync(file("good.pem")),
      key: readFileSync(file("good.key")),
      maxVersion: "TLSv1.2",
    });
    old.listen(0, "127.0.0.1");
    await once(old, "listening");
    const rig = await startClient(`mqtts://127.0.0.1:${portOf(old)}`, {
      tls: { minimumVersion: "TLSv1.3", caFile: file("ca.pem") },
    });
    const problem = await rig.problem("tls");
    expect(`${problem.message} ${problem.remedy}`).toMatch(/tls\.minimum_version/);
    old.close();
  });

  it("speaks plain MQTT to a port with TLS, and TLS to a plain one, and says that it fails", async () => {
    const plain = await start(0, {}, "mqtt");
    const tls = await start(5);
    for (const rig of [plain, tls]) {
      await rig.until(() => rig.states.length > 0);
      expect(["closed", "tls"]).toContain(rig.states[0]?.problem?.code);
    }
  });

  it("says that a key does not belong to its certificate, and reads renewed files by itself", async () => {
    await copyFile(file("reader.pem"), file("renewed.pem"));
    await copyFile(file("good.key"), file("renewed.key"));
    const rig = await start(3, {
      certificateFile: file("renewed.pem"),
      keyFile: file("renewed.key"),
    });
    const problem = await rig.problem("tls");
    expect(problem.remedy).toMatch(/belong together/);
    await copyFile(file("reader.key"), file("renewed.key"));
    await rig.connected();
  });
});
