import { once } from "node:events";
import { createServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { loadAedes, startBroker } from "../../src/bridge/broker.ts";
import { systemClock } from "../../src/clock.ts";
import { freePort } from "../free-port.ts";
import {
  brokerConfig,
  closeAll,
  collect,
  connectAs,
  connectTo,
  portOf,
  rawConnection,
  startRig,
} from "./broker-rig.ts";

afterEach(closeAll);

const bytes = (text: string) => new TextEncoder().encode(text);

describe("the embedded broker", () => {
  it("gives the program what its clients publish, live and without a retain flag", async () => {
    const rig = await startRig(brokerConfig());
    const client = await connectTo(rig);
    await client.publishAsync("home/attic/t", "21.5", { qos: 1, retain: true });
    await client.publishAsync("home/attic/t", "", { qos: 2, retain: true });
    await rig.until(() => rig.messages.length === 2);
    expect(rig.messages).toMatchObject([
      { topic: "home/attic/t", text: "21.5", isRetained: false },
      { topic: "home/attic/t", text: "", isRetained: false },
    ]);
  });

  it("gives the program what was retained before it subscribed, and says that it was", async () => {
    const { broker } = await startRig(brokerConfig());
    await broker.publish("a", bytes("kept"), { retain: true });
    await broker.publish("b", bytes("gone"), { retain: true });
    await broker.publish("b", bytes(""), { retain: true });
    await broker.publish("c", bytes("live"));
    const later: unknown[] = [];
    const end = broker.subscribe(({ topic, isRetained, payload }) =>
      later.push([topic, isRetained, new TextDecoder().decode(payload)]),
    );
    await broker.publish("d", bytes("now"), { retain: true });
    end();
    await broker.publish("e", bytes("after"));
    expect(later).toEqual([
      ["a", true, "kept"],
      ["d", false, "now"],
    ]);
  });

  it("gives clients what the program publishes, and to late ones what is retained (MQTT 3.1.1, section 3.3.1.3)", async () => {
    const rig = await startRig(brokerConfig());
    const client = await connectTo(rig);
    await rig.broker.publish("x/1", bytes("kept"), { retain: true });
    await client.subscribeAsync("x/#");
    const { until } = collect(client);
    await until(1);
    await rig.broker.publish("x/2", bytes("live"), { retain: true });
    expect(await until(2)).toEqual([
      { topic: "x/1", text: "kept", isRetained: true },
      { topic: "x/2", text: "live", isRetained: false },
    ]);
  });

  it.each(["", "a/+", "a/#", "$SYS/x", "a\0"])(
    "does not let the program publish to %j, which is no topic for it",
    async (topic) => {
      const { broker } = await startRig(brokerConfig());
      await expect(broker.publish(topic, bytes("x"))).rejects.toThrow("is no topic");
    },
  );

  it("publishes the will of a client that is cut off, and not that of one that takes its leave", async () => {
    const rig = await startRig(brokerConfig());
    const will = (text: string) =>
      ({ topic: `alice/${text}`, payload: text, qos: 0, retain: true }) as const;
    const polite = await connectAs(rig, "alice", { will: will("polite") });
    const cut = await connectAs(rig, "alice", { will: will("cut") });
    await polite.endAsync();
    cut.stream.destroy();
    await rig.until(() => rig.messages.length > 0 && rig.clientCounts.at(-1) === 0);
    expect(rig.messages).toMatchObject([{ topic: "alice/cut", text: "cut", isRetained: false }]);
  });

  it("gives the place of a client to one that comes with the same identifier (MQTT-3.1.4-2)", async () => {
    const rig = await startRig(brokerConfig({ limits: { clients: 1 } }));
    const old = await connectAs(rig, "alice", { clientId: "kitchen" });
    const closed = once(old.stream, "close");
    const replacement = await connectAs(rig, "alice", { clientId: "kitchen" });
    await closed;
    await replacement.publishAsync("alice/t", "1", { qos: 1 });
    await rig.until(() => rig.messages.length === 1);
    expect([rig.clientCounts.at(-1), rig.refused]).toEqual([1, []]);
  });

  it("keeps nothing for a client that is away, and tells it so when it is back (MQTT 3.1.1, section 3.2.2.2)", async () => {
    const rig = await startRig(brokerConfig());
    // CONNECT with "clean session" zero and the identifier "k", then SUBSCRIBE to "t" with QoS 1.
    const connectPacket = Buffer.from("100d00044d5154540400000000016b", "hex");
    const subscribePacket = Buffer.from("8206000100017401", "hex");
    const first = await rawConnection(rig);
    first.socket.write(Buffer.concat([connectPacket, subscribePacket]));
    await first.untilReceived(9);
    expect(first.received()).toBe("20020000" + "9003000101");
    first.socket.end();
    await once(first.socket, "close");
    await rig.broker.publish("t", bytes("missed"));
    const again = await rawConnection(rig);
    // PINGREQ, so that what comes before its answer has come.
    again.socket.write(Buffer.concat([connectPacket, Buffer.from("c000", "hex")]));
    await again.untilReceived(6);
    expect(again.received()).toBe("20020000" + "d000");
  });

  it("disconnects a client that is silent for one and a half keep-alives (MQTT-3.1.2-24)", async () => {
    const rig = await startRig(brokerConfig());
    const { socket, received } = await rawConnection(rig);
    // CONNECT of MQTT 3.1.1, section 3.1: clean session, a keep-alive of 1 s, identifier "k".
    socket.write(Buffer.from("100d00044d5154540402000100016b", "hex"));
    const startedMs = performance.now();
    await once(socket, "close");
    const silentMs = performance.now() - startedMs;
    expect(received()).toBe("20020000");
    expect(silentMs).toBeGreaterThan(1_400);
    expect(silentMs).toBeLessThan(3_000);
    expect(rig.refused).toEqual([]);
  });

  it("tells a client of MQTT 5 that it does not speak that (MQTT 5.0, section 3.2.2.2: reason 0x84)", async () => {
    const rig = await startRig(brokerConfig());
    await expect(connectTo(rig, { protocolVersion: 5 })).rejects.toMatchObject({ code: 0x84 });
    expect(rig.refused).toEqual(["protocol-version"]);
  });

  it("serves a client of MQTT 3.1", async () => {
    const rig = await startRig(brokerConfig());
    const client = await connectTo(rig, {
      protocolId: "MQIsdp",
      protocolVersion: 3,
      clientId: "old",
    });
    await client.publishAsync("t", "1", { qos: 1 });
    await rig.until(() => rig.messages.length === 1);
    expect(rig.messages).toMatchObject([{ topic: "t", text: "1" }]);
  });

  it("is gone from its port once it is closed, and cuts its clients without their wills", async () => {
    const rig = await startRig(brokerConfig());
    const client = await connectTo(rig, {
      will: { topic: "w", payload: "x", qos: 0, retain: false },
    });
    const closed = once(client.stream, "close");
    await rig.broker.close();
    await closed;
    expect(rig.messages).toEqual([]);
    await expect(connectTo(rig)).rejects.toMatchObject({ code: "ECONNREFUSED" });
    await expect(rig.broker.publish("t", bytes("x"))).rejects.toThrow();
  });
});

describe("a broker that cannot start", () => {
  const start = (config: ReturnType<typeof brokerConfig>) =>
    startBroker({
      config,
      clock: systemClock,
      log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
      counts: { clients: () => {}, refused: () => {} },
    });

  it("says that another program has its port, and leaves the other ports free", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => {
      other.listen(0, "127.0.0.1", resolve);
    });
    const port = portOf(other.address());
    const free = await freePort();
    const listen = [free, port].map((each) => ({ host: "127.0.0.1", port: each }));
    await expect(start(brokerConfig({ listen }))).rejects.toMatchObject({
      name: "StartError",
      message: `the broker cannot listen on 127.0.0.1:${port}: another program listens there, as Mosquitto would; stop it, or choose another port under \`broker: listen:\``,
    });
    other.close();
    const rig = await startRig(brokerConfig({ listen: [{ host: "127.0.0.1", port: free }] }));
    expect(rig.url).toBe(`mqtt://127.0.0.1:${free}`);
  });

  it("says that the machine has no such address", async () => {
    // RFC 5737: 192.0.2.0/24 is for documentation, and no machine has an address of it.
    const listen = [{ host: "192.0.2.1", port: 0 }];
    await expect(start(brokerConfig({ listen }))).rejects.toThrow(
      "this machine has no such address",
    );
  });

  it("says which file of its certificate it cannot read", async () => {
    const tls = {
      certificateFile: "/nonexistent/cert.pem",
      keyFile: "/nonexistent/key.pem",
      requiresClientCertificate: false,
    };
    await expect(start(brokerConfig({ tls }))).rejects.toThrow(
      /^the broker cannot read its certificate \/nonexistent\/cert\.pem: ENOENT.*check the path/u,
    );
  });

  it("says that its package is not installed", async () => {
    const missing = async () => {
      throw Object.assign(new Error("Cannot find package"), { code: "ERR_MODULE_NOT_FOUND" });
    };
    await expect(loadAedes(missing)).rejects.toMatchObject({
      name: "StartError",
      message:
        "the embedded broker needs the optional package aedes, which cannot be loaded: it is not installed; run `npm ci`, or remove `broker:`",
    });
  });

  it.each([
    { name: "a/b", publish: ["{user}/#"], message: "choose another name" },
    { name: "+", publish: ["{user}/#"], message: "choose another name" },
    { name: "eve", publish: ["x/#/y"], message: "is no topic filter" },
  ])("refuses the filters of the user $name, which would open others' topics", async (entry) => {
    const user = { name: entry.name, passwordHash: "", publish: entry.publish, subscribe: [] };
    await expect(start(brokerConfig({ users: [user] }))).rejects.toThrow(entry.message);
  });
});
