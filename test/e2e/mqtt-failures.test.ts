import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectAsync } from "mqtt";
import { describe, expect, it } from "vitest";
import { expire } from "../bridge/expired.ts";
import { hasMosquitto, startMosquitto } from "../bridge/mosquitto.ts";
import { hasOpenSsl, makeCertificate } from "../http/certificates.ts";
import { expiresMs, gardenRule, houseConfig, startRig, temperatureOf } from "./mqtt-rig.ts";
import { hasNamespaces, openNamespace } from "./namespace.ts";
import { startProxy } from "./proxy.ts";

// Every one of these also holds that /metrics, /-/healthy and /-/ready answer with 200 all the time, and that nothing
// is exported that was not published, has expired, or was exported before and had ended: see watch.ts.
describe.runIf(hasMosquitto).concurrent("the exporter, when its broker", () => {
  it("is absent at the start, says so once and connects when it comes", async (test) => {
    const rig = await startRig(test, { begin: (broker) => broker.kill() });
    await rig.failed("unreachable");
    await rig.broker.start();
    await rig.connected();
    await rig.reads("basil");
    expect(rig.changes()).toEqual(["disconnected unreachable", "connected"]);
  });

  it("is killed and started again, is back with all readings within the back-off", async (test) => {
    const rig = await startRig(test);
    await rig.connected();
    await rig.reads("basil");
    await rig.reads("fern");
    await rig.broker.kill();
    await rig.failed("closed");
    await rig.failed("unreachable");
    // What was read holds as long as it does with a broker, and no longer.
    expect(rig.watch.latest().samples.has(temperatureOf("fern"))).toBe(true);
    await rig.isGone("basil");
    await rig.isGone("fern");
    await rig.broker.start();
    await rig.connected();
    await rig.reads("basil");
    await rig.reads("fern");
    expect(rig.changes()).toEqual([
      "connected",
      "disconnected closed",
      "disconnected unreachable",
      "connected",
    ]);
  });

  it("hangs for longer than one and a half keep-alives, notices, and goes on after it", async (test) => {
    const rig = await startRig(test);
    await rig.connected();
    await rig.reads("basil");
    rig.broker.pause();
    await rig.failed("timeout");
    await rig.isGone("basil");
    rig.broker.resume();
    await rig.connected();
    await rig.reads("basil");
    expect(rig.changes()).toEqual(["connected", "disconnected timeout", "connected"]);
  });

  it("has another password, says that it is refused, and reads the changed file by itself", async (test) => {
    const rig = await startRig(test, {
      broker: { users: { attic: "old-word" } },
      files: { password: "old-word\n" },
      config: ({ url }) =>
        houseConfig(url, { keys: "\n    username: attic\n    password_file: password" }),
    });
    await rig.connected();
    await rig.reads("basil");
    await rig.broker.setUsers({ attic: "new-word" });
    await rig.broker.restart();
    await rig.failed("not-authorized");
    await rig.isGone("basil");
    await rig.write("password", "new-word\n");
    await rig.connected();
    await rig.reads("basil");
    // The first attempt may come while the broker is away.
    expect(rig.changes().filter((each) => each !== "disconnected unreachable")).toEqual([
      "connected",
      "disconnected closed",
      "refused not-authorized",
      "connected",
    ]);
    expect(rig.program.output()).not.toMatch(/old-word|new-word/u);
  });

  it.runIf(hasOpenSsl)(
    "has a certificate that expired, says so, and connects once it is renewed",
    async (test) => {
      const directory = mkdtempSync(join(tmpdir(), "mqtt-expiry-"));
      test.onTestFinished(() => rmSync(directory, { recursive: true }));
      const file = (name: string) => join(directory, name);
      makeCertificate(directory, "ca", { isAuthority: true });
      makeCertificate(directory, "good", { issuer: "ca" });
      expire(directory, "expired", "ca");
      const use = async (name: string) => {
        await copyFile(file(`${name}.pem`), file("used.pem"));
        await copyFile(file(`${name}.key`), file("used.key"));
      };
      await use("good");
      const tls = { certificateFile: file("used.pem"), keyFile: file("used.key") };
      const rig = await startRig(test, {
        broker: { listeners: [{ tls }, {}] },
        config: ({ ports }) =>
          houseConfig(`mqtts://127.0.0.1:${ports[0]}`, {
            keys: `\n    ca_file: ${file("ca.pem")}`,
          }),
      });
      await rig.connected();
      await rig.reads("basil");
      await use("expired");
      await rig.broker.restart();
      await rig.failed("tls");
      await rig.isGone("basil");
      expect(rig.program.output()).toMatch(/CERT_HAS_EXPIRED.*Renew the broker's certificate/u);
      await use("good");
      await rig.broker.restart();
      await rig.connected();
      await rig.reads("basil");
      const changes = rig.changes();
      expect(changes.filter((each) => each === "disconnected tls").length).toBeGreaterThan(0);
      expect(changes.filter((each) => each === "connected")).toHaveLength(2);
    },
  );

  it.runIf(hasMosquitto && hasNamespaces())(
    "cannot be reached, and no packet says so: notices by itself, and is back when the network is",
    async (test) => {
      const namespace = openNamespace();
      test.onTestFinished(namespace.close);
      const { prefix, address: host } = namespace;
      const rig = await startRig(test, { broker: { prefix, host } });
      await rig.connected();
      await rig.reads("basil");
      namespace.cut();
      await rig.failed("timeout");
      // A device on the other side goes on; nobody here can know what it says.
      const [command = "", ...rest] = prefix;
      execFileSync(command, [
        ...rest,
        ...["mosquitto_pub", "-h", host, "-p", `${rig.broker.ports[0]}`],
        ...["-t", "garden/basil", "-m", '{"t": 99}'],
      ]);
      await rig.isGone("basil");
      namespace.mend();
      await rig.connected();
      await rig.reads("basil");
      const changes = rig.changes();
      expect(changes.slice(0, 2)).toEqual(["connected", "disconnected timeout"]);
      expect(changes.at(-1)).toBe("connected");
    },
  );

  it("sends again what it had kept, does not take that for news", async (test) => {
    const broker = await startMosquitto();
    test.onTestFinished(broker.close);
    const proxy = await startProxy(broker.ports[0] ?? 0);
    test.onTestFinished(proxy.close);
    const rig = await startRig(test, {
      broker,
      config: () => houseConfig(proxy.url),
    });
    await rig.connected();
    await rig.reads("moss", { retain: true });
    proxy.cut();
    await rig.failed("closed");
    proxy.mend();
    await rig.connected();
    const connectedMs = performance.now();
    await rig.isGone("moss");
    const last = rig.watch.looks().findLast(({ samples }) => samples.has(temperatureOf("moss")));
    // Were it counted from the reconnect, it would have held until then.
    expect(last?.fromMs).toBeLessThan(connectedMs + expiresMs);
    proxy.cut();
    await test.expect
      .poll(() => rig.changes().at(-1), { timeout: 5000 })
      .toBe("disconnected closed");
    proxy.mend();
    await rig.connected();
    await rig.reads("fern");
    expect(rig.watch.latest().samples.has(temperatureOf("moss"))).toBe(false);
  });

  it("was away while a device died, shows it as gone at once", async (test) => {
    const rules = `
      - topic: garden/{sensor}
        expires: 1h
        values: { temperature: { path: t, unit: °C } }
      - topic: garden/{sensor}/status
        availability: {}`;
    const broker = await startMosquitto();
    test.onTestFinished(broker.close);
    const proxy = await startProxy(broker.ports[0] ?? 0);
    test.onTestFinished(proxy.close);
    const rig = await startRig(test, {
      broker,
      config: () => houseConfig(proxy.url, { rules }),
      holdsMs: 3_600_000,
      subscriptions: 1,
    });
    await rig.connected();
    const will = {
      topic: "garden/rose/status",
      payload: Buffer.from("offline"),
      retain: true,
      qos: 1,
    } as const;
    const device = await connectAsync(rig.broker.url, { will, reconnectPeriod: 0 });
    await device.publishAsync("garden/rose/status", "online", { retain: true, qos: 1 });
    await rig.reads("rose", { retain: true });
    proxy.cut();
    await rig.failed("closed");
    device.stream.destroy();
    await test.expect
      .poll(rig.broker.log)
      .toMatch(/closed its connection|not authorised|disconnected/u);
    proxy.mend();
    await rig.connected();
    await rig.isGone("rose");
  });
});

describe.runIf(hasMosquitto).concurrent("the exporter beside a broker", () => {
  const two = (url: string, sensors: string, path: string) => `
sensors:${sensors}
mqtt:
  - url: ${url}
    name: house
    client_id: house
    discover: []
    subscriptions:${gardenRule}
  - url: ${url}
    name: shed
    client_id: shed
    discover: []
    subscriptions:
      - topic: shed/{sensor}
        expires: ${expiresMs}ms
        values: { temperature: { path: ${path}, unit: °C } }
`;
  const attic = "\n  attic: { driver: sht4x, interval: 1s }";
  const cellar = "\n  cellar: { driver: sht4x, interval: 1s }";

  it("leaves a connection alone when something else in the file has changed", async (test) => {
    const config = await startRig(test, {
      config: ({ url }) => two(url, attic, "t"),
      args: ["--simulate"],
      others: ["attic", "cellar"],
    });
    const { broker, program, write, watch } = config;
    await config.connected();
    const connections = (id: string) => broker.log().split(` as ${id} (`).length - 1;
    const isServed = (sample: string, value: number) =>
      test.expect.poll(() => watch.latest().samples.get(sample), { timeout: 5000 }).toBe(value);
    await test.expect.poll(() => connections("shed")).toBe(1);

    await write("config.yaml", two(broker.url, cellar, "t"));
    program.signal("SIGHUP");
    await isServed('sensor_up{sensor="cellar"}', 1);
    expect([connections("house"), connections("shed")]).toEqual([1, 1]);

    await write("config.yaml", two(broker.url, cellar, "other"));
    program.signal("SIGHUP");
    await test.expect.poll(() => connections("shed"), { timeout: 5000 }).toBe(2);
    await isServed('sensor_exporter_mqtt_connected{broker="shed"}', 1);
    expect(connections("house")).toBe(1);

    await write("config.yaml", two(broker.url, cellar, "other").replace("discover", "discovr"));
    program.signal("SIGHUP");
    await isServed("sensor_exporter_config_last_reload_successful", 0);
    expect([connections("house"), connections("shed")]).toEqual([1, 2]);
    await config.reads("basil");
    expect(config.changes()).toEqual(["connected"]);
  });

  it("ends on SIGTERM within its deadline, though the broker hangs", async (test) => {
    const rig = await startRig(test, {
      config: ({ url }) => houseConfig(url, { keys: "\n    status_topic: own/status" }),
    });
    await rig.connected();
    rig.broker.pause();
    await rig.watch.end();
    const askedMs = performance.now();
    rig.program.signal("SIGTERM");
    expect(await rig.program.ended).toBe(0);
    expect(performance.now() - askedMs).toBeLessThan(5000);
  });
});
