import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Clock, systemClock } from "../../src/clock.ts";
import { createLog } from "../../src/log.ts";
import { followBroker } from "../../src/targets/mqtt-source.ts";
import { createRegistry } from "../../src/targets/registry.ts";
import { rulesOfOwner } from "../../src/targets/target.ts";
import { hasMosquitto, type Mosquitto, startMosquitto } from "../bridge/mosquitto.ts";

const patience = { timeout: 15_000, interval: 100 };
const timesFaster = 60;

/** A clock on which a minute lasts a second. */
const fastClock: Clock = {
  nowMs: () => systemClock.nowMs() * timesFaster,
  wallMs: systemClock.wallMs,
  sleep: (milliseconds, signal) => systemClock.sleep(milliseconds / timesFaster, signal),
};

describe.skipIf(!hasMosquitto)("a broker that has forgotten what it kept", () => {
  let broker: Mosquitto;
  beforeAll(async () => {
    broker = await startMosquitto({ isQuiet: true });
  });
  afterAll(() => broker.close());

  const announce = (name: string) =>
    broker.publish(
      `presence/${name}`,
      JSON.stringify({ schema: "sensor-exporter-presence/1", url: `http://${name}:1/metrics` }),
      { retain: true },
    );

  it("gets three minutes until the boards are back, and those that are not leave then", async ({
    onTestFinished,
  }) => {
    const { nowMs } = fastClock;
    const registry = createRegistry({ limit: 10, keepMs: 0, nowMs, onRefused: () => {} });
    const targets = registry.open("broker", rulesOfOwner);
    const stop = new AbortController();
    const following = followBroker({
      connection: {
        name: "broker",
        url: broker.url,
        protocolVersion: "3.1.1",
        keepAliveMs: 60_000 * timesFaster,
        tls: { minimumVersion: "TLSv1.2" },
        maximumPayloadBytes: 10_000,
      },
      topic: "presence/#",
      targets,
      clock: fastClock,
      log: createLog({ level: "error", format: "logfmt", write: () => {}, wallMs: () => 0 }),
      signal: stop.signal,
      random: Math.random,
    });
    onTestFinished(async () => {
      stop.abort();
      await following;
    });
    const hosts = () => registry.targets().map(({ address }) => address);
    await announce("a");
    await announce("b");
    await expect.poll(hosts, patience).toEqual(["a:1", "b:1"]);
    await broker.kill();
    await expect.poll(() => registry.sources()[0]?.isUp, patience).toBe(false);
    // Without persistence it has lost what was retained.
    await broker.start();
    await expect.poll(() => registry.sources()[0]?.isUp, patience).toBe(true);
    expect(hosts()).toEqual(["a:1", "b:1"]);
    await announce("b");
    await expect.poll(hosts, patience).toEqual(["b:1"]);
  });
});
