import assert from "node:assert/strict";
import { kill } from "node:process";
import { after, before, describe, it } from "node:test";
import { sht4x, sht4xChip } from "../kernel/chips.ts";
import { changeChips } from "../kernel/emulator.ts";
import { bank, emulatedBus } from "../kernel/environment.ts";
import { expectNear, isUp } from "../kernel/expect.ts";
import { pull, pulse } from "../kernel/lines.ts";
import type { Scrape } from "../kernel/metrics.ts";
import {
  configure,
  control,
  dropIn,
  eventually,
  journal,
  output,
  processes,
  property,
  scrape,
  scrapeUntil,
  stateFiles,
  until,
} from "./unit.ts";

const lines = { meter: 17, rain: 27 } as const;

const counter = (line: number, more: object = {}) => ({
  driver: "pulse-counter",
  line: { chip: bank.label, line },
  interval: "500ms",
  ...more,
});

const sensors = {
  cellar: { driver: "sht4x", bus: emulatedBus.number, address: 0x44, interval: "500ms" },
  // Through sysfs.
  meter: counter(lines.meter),
  // A bias is for the character device only.
  rain: counter(lines.rain, { bias: "pull-down" }),
};

const pulses = (now: Scrape, sensor: string): number =>
  now.value("sensor_pulses_total", { sensor }) ?? 0;

/** Makes pulses until one of them was counted; more may be on their way. */
const count = async (sensor: keyof typeof lines): Promise<number> => {
  const before = pulses(await scrape(), sensor);
  await pulse(lines[sensor], { pulses: 10, everyMs: 100 });
  const counted = (now: Scrape) => pulses(now, sensor) > before;
  return pulses(await scrapeUntil(`${sensor} counts`, counted), sensor);
};

const everySensorIsUp = (now: Scrape) => Object.keys(sensors).every((name) => isUp(now, name));

describe("the service", () => {
  before(async () => {
    for (const line of Object.values(lines)) pull(line, "pull-down");
    await changeChips({ "0x44": sht4xChip });
    await configure({ sensors });
    // Bites sooner than the minute of the unit.
    await dropIn("sensor-exporter.service", "[Service]", "WatchdogSec=20", "RestartSec=1");
  });

  after(async (test) => {
    await control("stop", "sensor-exporter.socket", "sensor-exporter.service");
    if ("diagnostic" in test) test.diagnostic(await journal());
  });

  it("has nothing in its unit that systemd objects to", async () => {
    assert.equal(await output("systemd-analyze", "verify", "sensor-exporter.service"), "");
    assert.equal(await output("systemd-analyze", "verify", "sensor-exporter.socket"), "");
  });

  it("becomes active once it is ready, and not before", async () => {
    await control("start", "--no-block", "sensor-exporter.service");
    await eventually("it is active", async () => {
      // Asked first: what is not ready after this was not ready then.
      const state = await property("ActiveState");
      const isReady = await fetch("http://127.0.0.1:10048/-/ready").then(
        ({ ok }) => ok,
        () => false,
      );
      assert.ok(["inactive", "activating", "active"].includes(state), state);
      assert.ok(state !== "active" || isReady);
      return state === "active" || undefined;
    });
  });

  it("reads a chip and lines in its confinement", async () => {
    const now = await scrapeUntil("every sensor is up", everySensorIsUp);
    const cellar = { sensor: "cellar" };
    expectNear(now, "sensor_temperature_celsius", cellar, sht4x.reading("temperatureCelsius"));
    assert.equal(now.labels("sensor_info", { sensor: "meter" })?.["backend"], "sysfs");
    assert.equal(now.labels("sensor_info", { sensor: "rain" })?.["backend"], "chardev");
    await count("meter");
    await count("rain");
  });

  it("says in words how it is doing", async () => {
    await until("StatusText", "3 sensors");
  });

  it("keeps what systemd says to it from its children", async () => {
    const children = (await processes()).filter(({ command }) => command.startsWith("gpiomon"));
    assert.equal(children.length, 1);
    for (const { environment } of children) {
      assert.doesNotMatch(environment, /^(?:NOTIFY_SOCKET|WATCHDOG_|LISTEN_)/mu);
    }
  });

  it("is exposed no more than 2.5 by the reckoning of systemd-analyze", async (test) => {
    const report = await output(
      "systemd-analyze",
      "security",
      "--no-pager",
      "sensor-exporter.service",
    );
    const exposure = /exposure level for sensor-exporter\.service: ([\d.]+)/u.exec(report)?.[1];
    test.diagnostic(`exposure ${exposure}`);
    assert.ok(Number(exposure) <= 2.5, report);
  });

  it("takes a new configuration without a new process or a lost pulse", async () => {
    const id = await property("MainPID");
    const counted = { meter: await count("meter"), rain: await count("rain") };
    await configure({ sensors: { ...sensors, spare: counter(5) } });
    await control("reload", "sensor-exporter.service");
    const now = await scrapeUntil("the new sensor is up", (latest) => isUp(latest, "spare"));
    assert.ok(pulses(now, "meter") >= counted.meter);
    assert.ok(pulses(now, "rain") >= counted.rain);
    await until("StatusText", "4 sensors");
    await until("ActiveState", "active");
    assert.equal(await property("MainPID"), id);
    await count("rain");
  });

  it("stays active with the old configuration when the new one is bad", async () => {
    const reloaded = { name: "sensor_exporter_config_last_reload_successful", labels: {} };
    await configure({ sensors: { ...sensors, spare: { driver: "no-such-chip" } } });
    await control("reload", "sensor-exporter.service");
    const isRefused = (now: Scrape) => now.value(reloaded.name, reloaded.labels) === 0;
    assert.ok(everySensorIsUp(await scrapeUntil("it is refused", isRefused)));
    await until("ActiveState", "active");
    await configure({ sensors });
    await control("reload", "sensor-exporter.service");
    await scrapeUntil("it is taken", (now) => now.value(reloaded.name, reloaded.labels) === 1);
  });

  it("is started again by the watchdog when it stands still, and keeps its counts", async () => {
    const counted = { meter: await count("meter"), rain: await count("rain") };
    const id = await property("MainPID");
    kill(Number(id), "SIGSTOP");
    await until("NRestarts", "1");
    await until("ActiveState", "active");
    assert.notEqual(await property("MainPID"), id);
    assert.match(await journal(), /Watchdog timeout/u);
    const now = await scrapeUntil("every sensor is up", everySensorIsUp);
    assert.ok(pulses(now, "meter") >= counted.meter);
    assert.ok(pulses(now, "rain") >= counted.rain);
  });

  it("is not started again with a configuration that is refused", async () => {
    await configure({ sensors: { cellar: { driver: "no-such-chip" } } });
    await assert.rejects(control("restart", "sensor-exporter.service"));
    assert.equal(await property("ExecMainStatus"), "78");
    assert.equal(await property("SubState"), "failed");
    assert.equal(await property("NRestarts"), "0");
  });

  it("is started by the first scrape of a port below 1024 that systemd has bound for it", async () => {
    await configure({ sensors });
    await dropIn("sensor-exporter.socket", "[Socket]", "ListenStream=", "ListenStream=80");
    await dropIn(
      "sensor-exporter.service",
      "[Service]",
      "Environment=SENSOR_EXPORTER_ARGS=--web.systemd-socket",
    );
    await control("reset-failed", "sensor-exporter.service");
    await control("start", "sensor-exporter.socket");
    assert.equal(await property("ActiveState"), "inactive");
    await scrape("http://127.0.0.1");
    await until("ActiveState", "active");
    assert.match(await journal(), /event=serving url=http:\/\/localhost:80\/metrics/u);
  });

  it("hands a socket of systemd on to no child", async () => {
    const [monitor] = await eventually("gpiomon runs", async () => {
      const found = (await processes()).filter(({ command }) => command.startsWith("gpiomon"));
      return found.length > 0 ? found : undefined;
    });
    assert.deepEqual(
      monitor?.files.filter((file) => /^(?:[3-9]|\d\d+) socket:/u.test(file)),
      [],
    );
  });

  it("saves its counters when it is stopped, and leaves no error behind", async () => {
    await control("stop", "sensor-exporter.socket", "sensor-exporter.service");
    assert.equal(await property("Result"), "success");
    assert.equal(await property("ExecMainStatus"), "0");
    assert.deepEqual(await stateFiles(), ["counters.json"]);
    assert.doesNotMatch(await journal(), /event=(?:notify_failed|polling_stalled|state_)/u);
  });
});
