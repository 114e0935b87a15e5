import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../free-port.ts";
import { replaceFile } from "../replace-file.ts";
import { startClient } from "./client-rig.ts";
import { hasMosquitto, type Mosquitto, portOf, startMosquitto } from "./mosquitto.ts";

const versions = ["3.1.1", "5"] as const;

describe.runIf(hasMosquitto)("a client of a broker", () => {
  let broker: Mosquitto;

  beforeAll(async () => {
    broker = await startMosquitto({ listeners: [{}, { protocol: "websockets" }] });
  });
  afterAll(() => broker.close());

  describe.each(versions)("of MQTT %s", (protocolVersion) => {
    const start = (changes = {}) => startClient(broker.url, { protocolVersion, ...changes });

    it("hears what is published under its filters, and what was kept as kept", async () => {
      await broker.publish(`a/${protocolVersion}/kept`, "1", { retain: true });
      const rig = await start();
      rig.client.subscribe([{ filter: `a/${protocolVersion}/#`, qos: 1 }]);
      await rig.until(() => rig.heard.length === 1);
      await broker.publish(`a/${protocolVersion}/fresh`, "2", { qos: 1 });
      await rig.until(() => rig.heard.length === 2);
      expect(rig.heard).toMatchObject([
        { topic: `a/${protocolVersion}/kept`, text: "1", isRetained: true },
        { topic: `a/${protocolVersion}/fresh`, text: "2", isRetained: false, qos: 1 },
      ]);
    });

    it("gives up filters that are no longer wanted", async () => {
      const rig = await start();
      rig.client.subscribe([
        { filter: "b/one", qos: 0 },
        { filter: "b/two", qos: 0 },
      ]);
      await rig.connected();
      rig.client.subscribe([{ filter: "b/two", qos: 0 }]);
      await rig.client.publish("b/one", Buffer.from("1"), { retain: false, qos: 1 });
      await rig.client.publish("b/two", Buffer.from("2"), { retain: false, qos: 1 });
      await rig.until(() => rig.heard.length > 0);
      expect(rig.heard.map(({ topic }) => topic)).toEqual(["b/two"]);
    });

    it("lives through a payload of 5 MB above its limit, and hears the others", async () => {
      await broker.publish(`c/${protocolVersion}/large`, new Uint8Array(5_000_000), {
        retain: true,
      });
      const rig = await start();
      rig.client.subscribe([{ filter: `c/${protocolVersion}/#`, qos: 1 }]);
      await rig.until(() => rig.dropped.length === 1);
      for (const qos of [0, 1, 2] as const) {
        await broker.publish(`c/${protocolVersion}/large`, new Uint8Array(300_000), { qos });
      }
      await broker.publish(`c/${protocolVersion}/small`, new Uint8Array(262_144), { qos: 2 });
      await rig.until(() => rig.heard.length === 1);
      expect(rig.dropped).toEqual(Array(4).fill("too-large"));
      expect(rig.heard).toMatchObject([{ topic: `c/${protocolVersion}/small`, bytes: 262_144 }]);
      expect(rig.states).toEqual([{ isConnected: true }]);
      await broker.publish(`c/${protocolVersion}/large`, "", { retain: true });
    });

    it("shares the messages of a group with its other members", async () => {
      const members = [await start(), await start()];
      for (const member of members) {
        member.client.subscribe([{ filter: "$share/group/d/#", qos: 0 }]);
        await member.connected();
      }
      await sleep(50);
      for (let index = 0; index < 10; index += 1) await broker.publish("d/x", String(index));
      const heard = () => members.flatMap((member) => member.heard.map(({ text }) => text));
      await members[0]?.until(() => heard().length >= 10);
      expect(heard().sort()).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
      expect(members.every((member) => member.heard.length > 0)).toBe(true);
    });

    it("hears what was published while it was away, if its session lasts", async () => {
      const session = { clientId: `lasting-${protocolVersion}`, sessionExpiryMs: 60_000 };
      const first = await start(session);
      first.client.subscribe([{ filter: `e/${protocolVersion}`, qos: 1 }]);
      await first.connected();
      await sleep(50);
      await first.client.close();
      await broker.publish(`e/${protocolVersion}`, "meanwhile", { qos: 1 });
      const second = await start(session);
      await second.until(() => second.heard.length === 1);
      expect(second.heard).toMatchObject([{ text: "meanwhile", isRetained: false }]);
    });

    it("says that it is online, and offline before it closes", async () => {
      const watch = await start();
      watch.client.subscribe([{ filter: `status/${protocolVersion}`, qos: 1 }]);
      await watch.connected();
      await sleep(50);
      const rig = await start({ statusTopic: `status/${protocolVersion}` });
      await watch.until(() => watch.heard.length === 1);
      await rig.client.close();
      await watch.until(() => watch.heard.length === 2);
      expect(watch.heard.map(({ text }) => text)).toEqual(["online", "offline"]);
      const later = await start();
      later.client.subscribe([{ filter: `status/${protocolVersion}`, qos: 1 }]);
      await later.until(() => later.heard.length === 1);
      expect(later.heard).toMatchObject([{ text: "offline", isRetained: true }]);
    });

    it("lets the broker say that it is offline when it cannot", async () => {
      const topic = `will/${protocolVersion}`;
      const watch = await start();
      watch.client.subscribe([{ filter: topic, qos: 1 }]);
      await watch.connected();
      await sleep(50);
      const clientId = `same-${protocolVersion}`;
      const rig = await start({ clientId, statusTopic: topic });
      await rig.connected();
      await watch.until(() => watch.heard.length === 1);
      // Another client of the same name ends the connection without DISCONNECT (MQTT 3.1.1, section 3.1.4).
      await (await start({ clientId })).connected();
      await watch.until(() => watch.heard.length >= 2);
      expect(watch.heard.slice(0, 2).map(({ text }) => text)).toEqual(["online", "offline"]);
    });

    it("speaks over WebSocket", async () => {
      const rig = await startClient(`ws://127.0.0.1:${broker.ports[1]}/mqtt`, {
        protocolVersion,
        maximumPayloadBytes: 1000,
      });
      rig.client.subscribe([{ filter: "f/#", qos: 0 }]);
      await rig.connected();
      await sleep(50);
      // Mosquitto 2.0.11 itself gets stuck with 300,000 bytes over a WebSocket.
      await broker.publish("f/x", new Uint8Array(5000));
      await broker.publish("f/x", "by socket");
      await rig.until(() => rig.heard.length === 1);
      expect(rig.dropped).toEqual(["too-large"]);
    });
  });

  it("counts copies through overlapping subscriptions once, where the broker tells them apart", async () => {
    const rig = await startClient(broker.url);
    rig.client.subscribe([
      { filter: "g/#", qos: 1 },
      { filter: "g/+/y", qos: 0 },
      { filter: "g/x/y", qos: 1 },
    ]);
    await rig.connected();
    await sleep(50);
    // The same value twice is two publications.
    await broker.publish("g/x/y", "7");
    await broker.publish("g/x/y", "7");
    await rig.until(() => rig.heard.length + rig.dropped.length === 6);
    expect(rig.heard.map(({ text }) => text)).toEqual(["7", "7"]);
    expect(rig.dropped).toEqual(Array(4).fill("duplicate"));
  });

  it("rejects what is to be published without a connection", async () => {
    const rig = await startClient(`mqtt://127.0.0.1:${await freePort()}`);
    const sent = rig.client.publish("x", new Uint8Array(), { retain: false, qos: 0 });
    await expect(sent).rejects.toThrow("There is no connection to the broker.");
  });

  it("says once that nothing listens, and goes on trying", async () => {
    const rig = await startClient(
      `mqtt://127.0.0.1:${await freePort()}`,
      {},
      { random: () => Math.random() * 0.03 },
    );
    const problem = await rig.problem("unreachable");
    await sleep(500);
    expect(problem.remedy).toBe("Check host and port of the URL, and that the broker is running.");
    expect(rig.states).toHaveLength(1);
    expect(rig.failures.length).toBeGreaterThan(2);
    expect(rig.lines).toEqual([
      expect.stringMatching(/level=warn event=mqtt_disconnected broker=house code=unreachable /),
    ]);
  });

  it("says that a web server has no WebSocket there", async () => {
    const server = createServer((_request, response) => response.writeHead(404).end());
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const rig = await startClient(`ws://127.0.0.1:${portOf(server)}/`);
    const { message } = await rig.problem("websocket");
    expect(message).toBe("The WebSocket failed: Unexpected server response: 404.");
    server.close();
  });

  it("goes on when what hears a message fails", async () => {
    const rig = await startClient(
      broker.url,
      {},
      {
        onMessage: () => {
          throw new Error("a defect");
        },
      },
    );
    rig.client.subscribe([{ filter: "h/#", qos: 1 }]);
    await rig.connected();
    await sleep(50);
    for (const text of ["1", "2"]) await broker.publish("h/x", text, { qos: 1 });
    await rig.until(() => rig.heard.length === 2);
    expect(rig.lines.filter((line) => line.includes("a defect"))).toHaveLength(1);
    expect(rig.client.isConnected()).toBe(true);
  });
});

describe.runIf(hasMosquitto)("a client of a broker with users", () => {
  it("says once that a password is wrong, and reads the file again until it is right", async () => {
    const broker = await startMosquitto({ users: { reader: "right" } });
    const file = join(broker.directory, "secret");
    await replaceFile(file, "wrong\n");
    for (const protocolVersion of versions) {
      await replaceFile(file, "wrong\n");
      const rig = await startClient(
        broker.url,
        { protocolVersion, username: "reader", password: { file } },
        { random: () => Math.random() * 0.03 },
      );
      // Mosquitto has one answer for a wrong password and for no access: not authorized.
      await rig.problem("not-authorized");
      await sleep(200);
      expect(rig.states).toHaveLength(1);
      await replaceFile(file, "right\n");
      await rig.connected();
      expect(rig.lines).toEqual([
        expect.stringMatching(/event=mqtt_refused broker=house code=not-authorized error=/),
        expect.stringMatching(/event=mqtt_connected broker=house/),
      ]);
      expect(rig.lines.join()).not.toMatch(/wrong|right/);
    }
    await broker.close();
  });

  it("says which file it cannot read, and connects once it can", async () => {
    const broker = await startMosquitto({ users: { reader: "right" } });
    const file = join(broker.directory, "late");
    const rig = await startClient(
      broker.url,
      { username: "reader", password: { file } },
      { random: () => Math.random() * 0.03 },
    );
    const { message } = await rig.problem("unreadable-file");
    expect(message).toBe(`The password file ${file} cannot be read: there is no such file.`);
    await replaceFile(file, "right");
    await rig.connected();
    await broker.close();
  });

  it.each(versions)(
    "says once which filter it may not read, by MQTT %s",
    async (protocolVersion) => {
      const broker = await startMosquitto({ access: ["topic readwrite open/#"] });
      const rig = await startClient(broker.url, { protocolVersion });
      rig.client.subscribe([
        { filter: "open/#", qos: 0 },
        { filter: "not/#/valid", qos: 0 },
      ]);
      const { message } = await rig.problem("subscription-refused");
      expect(message).toBe(
        "The broker refuses the subscription to not/#/valid: it does not accept the topic filter.",
      );
      await sleep(50);
      await broker.publish("open/x", "1");
      await rig.until(() => rig.heard.length === 1);
      rig.client.subscribe([{ filter: "open/#", qos: 0 }]);
      expect(rig.states.at(-1)).toEqual({ isConnected: true });
      await broker.close();
    },
  );
});
