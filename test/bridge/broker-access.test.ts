import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { covers, isTopicFilter } from "../../src/bridge/broker/topic-filter.ts";
import { hasOpenSsl, makeCertificate } from "../http/certificates.ts";
import { createVirtualClock } from "../mocks/clock.ts";
import { hasPeer } from "../peers.ts";
import {
  brokerConfig,
  closeAll,
  collect,
  connectAs,
  connectTo,
  hashes,
  passwords,
  rawConnection,
  startRig,
} from "./broker-rig.ts";

afterEach(closeAll);

const hasMosquitto = hasPeer(
  ["sh", "-c", "command -v mosquitto_pub mosquitto_sub"],
  "mosquitto-clients",
);

describe("a login", () => {
  // Return codes of MQTT 3.1.1, table 3.1.
  it.each([
    { what: "a wrong password", username: "alice", password: "U*U*", code: 4 },
    { what: "an empty password", username: "alice", password: "", code: 4 },
    { what: "no password", username: "alice", password: undefined, code: 4 },
    { what: "the hash for a password", username: "alice", password: hashes.alice, code: 4 },
    { what: "an unknown user", username: "carol", password: "U*U", code: 4 },
    { what: "a user that every object has", username: "constructor", password: "U*U", code: 4 },
  ])("is refused with $what, and the log does not say it", async ({ code, ...given }) => {
    const rig = await startRig(brokerConfig());
    // Known credentials make nobody else known.
    await connectAs(rig, "alice");
    const { username, password } = given;
    const attempt = connectTo(rig, { username, ...(password === undefined ? {} : { password }) });
    await expect(attempt).rejects.toMatchObject({ code });
    expect(rig.refused).toEqual(["authentication"]);
    const log = rig.lines.join("");
    expect(log).toContain('event=broker_refused reason=authentication address=127.0.0.1 remedy="');
    expect(log).not.toMatch(/U\*U|\$2|carol|constructor/u);
  });

  it("is granted with a user's password, by either form of bcrypt", async () => {
    const rig = await startRig(brokerConfig({ allowAnonymous: false }));
    await connectAs(rig, "alice");
    await connectAs(rig, "bob");
    expect(rig.clientCounts).toEqual([1, 2]);
  });

  it("is refused where nobody may be anonymous, and where there are no users", async () => {
    const strict = await startRig(brokerConfig({ allowAnonymous: false }));
    await expect(connectTo(strict)).rejects.toMatchObject({ code: 5 });
    const empty = await startRig(brokerConfig({ users: [] }));
    await connectTo(empty);
    await expect(connectAs(empty, "alice")).rejects.toMatchObject({ code: 4 });
    expect([strict.refused, empty.refused]).toEqual([["anonymous"], ["authentication"]]);
  });

  it("is never anonymous where other machines can reach the broker", async () => {
    const rig = await startRig(brokerConfig({ listen: [{ host: "0.0.0.0", port: 0 }] }));
    const reached = { url: `mqtt://127.0.0.1:${rig.port}` };
    await expect(connectTo(reached)).rejects.toMatchObject({ code: 5 });
    await connectAs(reached, "alice");
    expect(rig.refused).toEqual(["anonymous"]);
  });

  it("is said to be wrong once, until it is right again", async () => {
    const rig = await startRig(brokerConfig());
    const wrong = () => connectTo(rig, { username: "alice", password: "x" }).catch(() => {});
    const saidTimes = () => rig.lines.filter((line) => line.includes("broker_refused")).length;
    await wrong();
    await wrong();
    expect([rig.refused.length, saidTimes()]).toEqual([2, 1]);
    await connectAs(rig, "alice");
    await wrong();
    expect([rig.refused.length, saidTimes()]).toEqual([3, 2]);
  });

  it("is put off after too many wrong guesses, but not for who is known", async () => {
    const clock = createVirtualClock();
    const rig = await startRig(brokerConfig(), clock);
    await connectAs(rig, "alice");
    const guess = async () => {
      const attempt = connectTo(rig, { username: "bob", password: "x" });
      return attempt.then(
        () => "granted",
        (error: unknown) => (error instanceof Error && "code" in error ? error.code : error),
      );
    };
    const codes = [];
    for (let count = 0; count < 12; count += 1) codes.push(await guess());
    // Ten at once; the eleventh is checked, too, and blocks the address.
    expect(codes).toEqual([...Array.from({ length: 11 }, () => 4), 3]);
    await connectAs(rig, "alice");
    await expect(connectAs(rig, "bob")).rejects.toMatchObject({ code: 3 });
    await clock.advance(3_000);
    await connectAs(rig, "bob");
  });

  it("is refused to who takes the identifier of another user's client, and to who has none but wants a session", async () => {
    const rig = await startRig(brokerConfig());
    await connectAs(rig, "alice", { clientId: "kitchen" });
    // Table 3.1: identifier rejected.
    await expect(connectAs(rig, "bob", { clientId: "kitchen" })).rejects.toMatchObject({ code: 2 });
    const { socket, untilReceived, received } = await rawConnection(rig);
    socket.write(Buffer.from("100c00044d515454040000000000", "hex"));
    await untilReceived(4);
    expect(received()).toBe("20020002");
    expect(rig.refused).toEqual(["identifier", "identifier"]);
  });
});

describe("what a user may do", () => {
  it("ends at its own prefix: what else it publishes is acknowledged, dropped and counted (MQTT 3.1.1, section 3.3.5)", async () => {
    const rig = await startRig(brokerConfig());
    const client = await connectAs(rig, "alice");
    const forbidden = ["bob/t", "alic", "alicea/t", "$SYS/alice", "$share/alice"];
    for (const topic of forbidden) await client.publishAsync(topic, "x", { qos: 1, retain: true });
    await client.publishAsync("bob/t", "x", { qos: 2 });
    await client.publishAsync("alice/t", "mine", { qos: 2 });
    await rig.until(() => rig.messages.length > 0);
    expect(rig.messages).toMatchObject([{ topic: "alice/t", text: "mine" }]);
    expect(rig.refused).toEqual(Array.from({ length: 6 }, () => "publish"));
    const retained: string[] = [];
    rig.broker.subscribe(({ topic }) => retained.push(topic));
    expect(retained).toEqual([]);
    expect(rig.lines.filter((line) => line.includes("reason=publish"))).toHaveLength(1);
  });

  it("holds for its will, too", async () => {
    const rig = await startRig(brokerConfig());
    const client = await connectAs(rig, "alice", {
      will: { topic: "bob/status", payload: "offline", qos: 1, retain: true },
    });
    client.stream.destroy();
    await rig.until(() => rig.refused.length > 0);
    expect([rig.refused, rig.messages]).toEqual([["publish"], []]);
  });

  it("refuses subscriptions one by one by the return code 0x80 (MQTT 3.1.1, section 3.9.3)", async () => {
    const rig = await startRig(brokerConfig());
    const client = await connectAs(rig, "alice");
    const filters = ["#", "+/x", "alice/#", "bob/x", "$SYS/#", "$share/g/alice/x", "alice/+/y"];
    const granted: unknown[] = [];
    client.on("packetreceive", (packet) => {
      if (packet.cmd === "suback") granted.push(...packet.granted);
    });
    await client.subscribeAsync(filters).catch(() => {});
    expect(granted).toEqual([128, 128, 0, 128, 128, 128, 0]);
    const { until } = collect(client);
    await rig.broker.publish("bob/x", new Uint8Array());
    await rig.broker.publish("alice/x", new Uint8Array());
    expect((await until(1)).map(({ topic }) => topic)).toEqual(["alice/x"]);
  });

  it("is all but the topics of the broker for anonymous clients", async () => {
    const rig = await startRig(brokerConfig());
    const client = await connectTo(rig);
    await client.subscribeAsync("#");
    await expect(client.subscribeAsync("$SYS/#")).rejects.toThrow();
    await client.publishAsync("$SYS/x", "1", { qos: 1 });
    const { until } = collect(client);
    await client.publishAsync("any/where", "2", { qos: 1 });
    expect((await until(1)).map(({ topic }) => topic)).toEqual(["any/where"]);
  });
});

describe("a topic filter", () => {
  // MQTT 3.1.1, sections 4.7.1.2, 4.7.1.3 and 4.7.2, with their examples.
  it.each([
    ["sport/tennis/player1/#", "sport/tennis/player1", true],
    ["sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true],
    ["sport/#", "sport", true],
    ["sport/tennis/+", "sport/tennis/player1", true],
    ["sport/tennis/+", "sport/tennis/player1/ranking", false],
    ["sport/+", "sport", false],
    ["sport/+", "sport/", true],
    ["+/+", "/finance", true],
    ["/+", "/finance", true],
    ["+", "/finance", false],
    ["#", "$SYS/monitor/Clients", false],
    ["+/monitor/Clients", "$SYS/monitor/Clients", false],
    ["$SYS/#", "$SYS/monitor/Clients", true],
    // Filters below filters, by hand: each topic of the second has to match the first.
    ["#", "sport/#", true],
    ["sport/#", "#", false],
    ["sport/#", "sport/+/x", true],
    ["sport/+", "sport/#", false],
    ["sport/+/#", "sport/#", false],
    ["sport/+", "sport/+", true],
    ["sport/x", "sport/+", false],
  ])("%s covers %s: %s", (wide, narrow, expected) => {
    expect(covers(wide, narrow)).toBe(expected);
  });

  it.each([
    ["sport/tennis#", false],
    ["sport/tennis/#/ranking", false],
    ["sport+", false],
    ["+/tennis/#", true],
    ["#", true],
    ["/", true],
    ["", false],
  ])("is %s: %s", (filter, expected) => {
    expect(isTopicFilter(filter)).toBe(expected);
  });
});

describe("TLS", () => {
  it.runIf(hasOpenSsl)(
    "is spoken, and client certificates are required if configured",
    async () => {
      const directory = await mkdtemp(join(tmpdir(), "broker-"));
      try {
        makeCertificate(directory, "ca", { isAuthority: true });
        makeCertificate(directory, "server", { issuer: "ca" });
        makeCertificate(directory, "client", { issuer: "ca", usage: "clientAuth" });
        makeCertificate(directory, "stranger", {});
        const file = (name: string) => join(directory, name);
        const tls = {
          certificateFile: file("server.pem"),
          keyFile: file("server.key"),
          caFile: file("ca.pem"),
          requiresClientCertificate: true,
        };
        const rig = await startRig(brokerConfig({ tls }));
        expect(rig.url).toMatch(/^mqtts:\/\/127\.0\.0\.1:/u);
        const ca = await readFile(file("ca.pem"));
        const identity = async (name: string) => ({
          ca,
          cert: await readFile(file(`${name}.pem`)),
          key: await readFile(file(`${name}.key`)),
        });
        const client = await connectAs(rig, "alice", await identity("client"));
        await client.publishAsync("alice/t", "1", { qos: 1 });
        await expect(connectAs(rig, "alice", { ca })).rejects.toThrow();
        await expect(connectAs(rig, "alice", await identity("stranger"))).rejects.toThrow();
        await expect(connectTo({ url: rig.url.replace("mqtts", "mqtt") })).rejects.toThrow();
        expect(rig.messages).toMatchObject([{ topic: "alice/t" }]);
        expect(rig.refused).toEqual(["tls", "tls", "tls"]);
      } finally {
        await rm(directory, { recursive: true });
      }
    },
  );
});

describe.runIf(hasMosquitto)("Mosquitto's clients", () => {
  it("publish and subscribe as their users may", async () => {
    const rig = await startRig(brokerConfig({ allowAnonymous: false }));
    const login = ["-h", "127.0.0.1", "-p", `${rig.port}`, "-u", "bob", "-P", passwords.bob];
    const subscriber = spawn("mosquitto_sub", [
      ...login,
      "-t",
      "bob/#",
      "-q",
      "1",
      "-C",
      "1",
      "-v",
    ]);
    const output: string[] = [];
    subscriber.stdout.on("data", (chunk) => output.push(String(chunk)));
    await rig.until(() => rig.clientCounts.at(-1) === 1);
    const publisher = spawn("mosquitto_pub", [...login, "-t", "bob/t", "-q", "2", "-r", "-m", "7"]);
    const [[published], [subscribed]] = await Promise.all([
      once(publisher, "exit"),
      once(subscriber, "exit"),
    ]);
    expect([published, subscribed, output.join("")]).toEqual([0, 0, "bob/t 7\n"]);
  });

  it("say why they are refused", async () => {
    const rig = await startRig(brokerConfig());
    const run = async (...more: string[]) => {
      const child = spawn("mosquitto_pub", [
        "-h",
        "127.0.0.1",
        "-p",
        `${rig.port}`,
        "-t",
        "t",
        "-m",
        "1",
        ...more,
      ]);
      const output: string[] = [];
      child.stderr.on("data", (chunk) => output.push(String(chunk)));
      await once(child, "close");
      return output.join("");
    };
    expect(await run("-u", "bob", "-P", "x")).toMatch(/bad user name or password/iu);
    expect(await run("-V", "5")).toMatch(/unsupported protocol version/iu);
  });
});
