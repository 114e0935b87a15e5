import { describe, expect, it } from "vitest";
import { createDevices } from "../../src/bridge/devices.ts";
import { createGate } from "../../src/bridge/gate.ts";
import type { DeviceIdentity } from "../../src/bridge/identity.ts";
import type { Meaning } from "../../src/bridge/meaning.ts";
import { createTally } from "../../src/bridge/tally.ts";
import { createStore } from "../../src/store.ts";
import { createVirtualClock } from "../mocks/clock.ts";

const temperature: Meaning = { quantity: "temperatureCelsius" };

const setUp = ({ series = 100, devicesMaximum = 100, reserved = [] as readonly string[] } = {}) => {
  const clock = createVirtualClock();
  const store = createStore({ clock, maximumSeries: 1000 });
  const devices = createDevices({
    store,
    limitOf: () => devicesMaximum,
    isReserved: (name) => reserved.includes(name),
  });
  let isConnected = true;
  store.beforeReading(() => devices.collect(clock.nowMs(), () => isConnected));
  const tally = createTally("any", series);
  const of = (identity: DeviceIdentity, dialect = "one", broker = "lan") =>
    devices.of({ broker, dialect }, identity);
  const arrival = (lastsMs = 60_000, isRetained = false) => ({
    atMs: clock.nowMs(),
    expiresMs: clock.nowMs() + lastsMs,
    isRetained,
  });
  const scrape = (name: string) =>
    store
      .render()
      .flatMap(({ samples }) => samples.trimEnd().split("\n"))
      .filter((line) => line.startsWith(name));
  return {
    clock,
    devices,
    tally,
    of,
    arrival,
    scrape,
    disconnect: () => {
      isConnected = false;
    },
  };
};

describe("a reading of a device", () => {
  it("is there until it expires, and so is the device", async () => {
    const { clock, of, tally, arrival, scrape } = setUp();
    const device = of({ id: "1", name: "attic" });
    const slot = device.slot(temperature, tally);
    slot.write(21.5, arrival());
    device.heard(arrival());
    expect(scrape("sensor_temperature")).toEqual([
      'sensor_temperature_celsius{sensor="attic"} 21.5',
    ]);
    expect(scrape("sensor_up")).toEqual(['sensor_up{sensor="attic"} 1']);
    await clock.advance(60_000);
    expect(scrape("sensor_temperature")).toEqual([]);
    expect(scrape("sensor_up")).toEqual(['sensor_up{sensor="attic"} 0']);
  });

  it("stays, and was heard as long ago as before, when the wall clock is set by decades", async () => {
    const { clock, of, tally, arrival, scrape } = setUp();
    clock.setWallMs(Date.UTC(1970, 0, 1));
    const device = of({ id: "1", name: "attic" });
    device.slot(temperature, tally).write(21.5, arrival());
    device.heard(arrival());
    expect(scrape("sensor_last_reading")).toEqual([
      'sensor_last_reading_timestamp_seconds{sensor="attic"} 0',
    ]);
    await clock.advance(30_000);
    clock.setWallMs(Date.UTC(2026, 0, 1));
    expect(scrape("sensor_temperature")).toHaveLength(1);
    expect(scrape("sensor_up")).toEqual(['sensor_up{sensor="attic"} 1']);
    // `date -u -d 2026-01-01 +%s`, and half a minute less.
    expect(scrape("sensor_last_reading")).toEqual([
      `sensor_last_reading_timestamp_seconds{sensor="attic"} ${1_767_225_600 - 30}`,
    ]);
  });

  it("is a value but no sign of life if the broker had kept it", () => {
    const { of, tally, arrival, scrape } = setUp();
    const device = of({ id: "1", name: "attic" });
    device.slot(temperature, tally).write(21.5, arrival(60_000, true));
    expect(scrape("sensor_temperature")).toHaveLength(1);
    expect(scrape("sensor_up")).toEqual([]);
    expect(scrape("sensor_last_reading")).toEqual([]);
  });

  it("is not refreshed by the broker's copy of what is known, not even after it has expired", async () => {
    const { clock, devices, of, tally, arrival, scrape } = setUp();
    const slot = of({ id: "1", name: "attic" }).slot(temperature, tally);
    slot.write(21.5, arrival());
    await clock.advance(50_000);
    expect(slot.write(21.5, arrival(60_000, true))).toBe("unchanged");
    await clock.advance(10_000);
    devices.sweep(clock.nowMs());
    expect(slot.write(21.5, arrival(60_000, true))).toBe("unchanged");
    expect(scrape("sensor_temperature")).toEqual([]);
    expect(slot.write(22, arrival(60_000, true))).toBe("stored");
  });

  it("gives its room back when it has expired", async () => {
    const { clock, devices, of, tally, arrival } = setUp({ series: 1 });
    const first = of({ id: "1", name: "first" }).slot(temperature, tally);
    const second = of({ id: "2", name: "second" }).slot(temperature, tally);
    first.write(1, arrival());
    expect(second.write(2, arrival())).toBe("refused");
    expect(tally.seriesRefused).toBe(1);
    await clock.advance(60_000);
    devices.sweep(clock.nowMs());
    expect(second.write(2, arrival())).toBe("stored");
  });

  it("ends with the last topic that writes it", () => {
    const { of, tally, arrival, scrape } = setUp();
    const device = of({ id: "1", name: "attic" });
    const one = device.slot(temperature, tally);
    const other = device.slot(temperature, tally);
    expect(other).toBe(one);
    one.write(1, arrival());
    one.release();
    expect(scrape("sensor_temperature")).toHaveLength(1);
    other.release();
    expect(scrape("sensor_temperature")).toEqual([]);
    expect(tally.budget.used()).toBe(0);
  });
});

describe("availability", () => {
  it("ends readings at once, and they are back with the next value", () => {
    const { of, tally, arrival, scrape } = setUp();
    const device = of({ id: "1", name: "attic" });
    const slot = device.slot(temperature, tally);
    device.gate.set("online");
    slot.write(1, arrival());
    device.gate.set("offline");
    expect(scrape("sensor_")).toContain('sensor_up{sensor="attic"} 0');
    expect(scrape("sensor_temperature")).toEqual([]);
    device.gate.set("online");
    expect(scrape("sensor_temperature")).toEqual([]);
    slot.write(2, arrival());
    expect(scrape("sensor_temperature")).toHaveLength(1);
  });

  it("shows what came before the first word once that is known, and nothing of what has expired by then", async () => {
    const { clock, of, tally, arrival, scrape } = setUp();
    const device = of({ id: "1", name: "attic" });
    const gate = createGate({ isOpenUnknown: false });
    device.addGate(gate);
    const slot = device.slot(temperature, tally, gate);
    expect(slot.write(1, arrival())).toBe("waiting");
    expect(scrape("sensor_temperature")).toEqual([]);
    gate.set("online");
    expect(scrape("sensor_temperature")).toHaveLength(1);
    gate.set("offline");
    slot.write(2, arrival(1000));
    await clock.advance(1000);
    gate.set("online");
    expect(scrape("sensor_temperature")).toEqual([]);
  });

  it("of a bridge takes its devices along", () => {
    const { of, tally, arrival, scrape } = setUp();
    const bridge = createGate();
    const device = of({ id: "1", name: "attic", gates: [bridge] });
    device.gate.set("online");
    device.slot(temperature, tally).write(1, arrival());
    bridge.set("offline");
    expect(scrape("sensor_temperature")).toEqual([]);
    expect(scrape("sensor_up")).toEqual(['sensor_up{sensor="attic"} 0']);
    bridge.set("online");
    expect(scrape("sensor_up")).toEqual(['sensor_up{sensor="attic"} 1']);
  });

  it("is not known of what cannot be reached, once its readings are over", async () => {
    const { clock, of, tally, arrival, scrape, disconnect } = setUp();
    const device = of({ id: "1", name: "attic" });
    device.gate.set("online");
    device.slot(temperature, tally).write(1, arrival());
    device.heard(arrival());
    disconnect();
    expect(scrape("sensor_up")).toEqual(['sensor_up{sensor="attic"} 1']);
    await clock.advance(60_000);
    expect(scrape("sensor_up")).toEqual(['sensor_up{sensor="attic"} 0']);
  });
});

describe("the names of devices", () => {
  const write = (set: ReturnType<typeof setUp>, device: ReturnType<typeof set.of>, value: number) =>
    device.slot(temperature, set.tally).write(value, set.arrival());

  it("are told apart by identifiers where two are the same, whoever came first", () => {
    const set = setUp();
    write(set, set.of({ id: "a1", name: "Sensor" }), 1);
    write(set, set.of({ id: "a2", name: "Sensor" }), 2);
    expect(set.scrape("sensor_temperature")).toEqual([
      'sensor_temperature_celsius{sensor="Sensor (a1)"} 1',
      'sensor_temperature_celsius{sensor="Sensor (a2)"} 2',
    ]);
    set.devices.remove({ broker: "lan", dialect: "one" }, "a2");
    expect(set.scrape("sensor_temperature")).toContain(
      'sensor_temperature_celsius{sensor="Sensor"} 1',
    );
  });

  it("are told apart by brokers where the identifiers are the same, too", () => {
    const set = setUp();
    write(set, set.of({ id: "1", name: "hall" }, "one", "lan"), 1);
    write(set, set.of({ id: "1", name: "hall" }, "one", "cloud"), 2);
    expect(set.scrape("sensor_temperature")).toEqual([
      'sensor_temperature_celsius{sensor="hall (cloud)"} 2',
      'sensor_temperature_celsius{sensor="hall (lan)"} 1',
    ]);
  });

  it("stand for one device where two dialects use the same one on a broker", () => {
    const set = setUp();
    const one = set.of({ id: "0x1", name: "hall" }, "home-assistant");
    expect(set.of({ id: "hall", name: "hall" }, "zigbee2mqtt")).toBe(one);
  });

  it("give way to the sensors of the board", () => {
    const set = setUp({ reserved: ["attic"] });
    write(set, set.of({ id: "a1", name: "attic" }), 1);
    expect(set.scrape("sensor_temperature")).toEqual([
      'sensor_temperature_celsius{sensor="attic (a1)"} 1',
    ]);
  });

  it("may be the same where the user's labels differ", () => {
    const set = setUp();
    write(set, set.of({ id: "1", name: "dht", labels: { room: "a" } }), 1);
    write(set, set.of({ id: "1", name: "dht", labels: { room: "b" } }), 2);
    expect(set.scrape("sensor_temperature")).toEqual([
      'sensor_temperature_celsius{sensor="dht",room="a"} 1',
      'sensor_temperature_celsius{sensor="dht",room="b"} 2',
    ]);
  });

  it("take the readings along when they change", () => {
    const set = setUp();
    const device = set.of({ id: "1", name: "old" });
    write(set, device, 1);
    set.of({ id: "1", name: "new\n name " });
    expect(set.scrape("sensor_temperature")).toEqual([
      'sensor_temperature_celsius{sensor="new name"} 1',
    ]);
    expect(set.scrape("sensor_up")).toEqual([]);
  });
});

describe("the number of devices", () => {
  it("has a limit, above which a device has no series and costs no other one its own", () => {
    const { devices, of, tally, arrival, scrape } = setUp({ devicesMaximum: 1 });
    of({ id: "1", name: "first" }).slot(temperature, tally).write(1, arrival());
    expect(of({ id: "2", name: "second" }).slot(temperature, tally).write(2, arrival())).toBe(
      "refused",
    );
    expect(devices.refused("lan")).toBe(1);
    expect(scrape("sensor_temperature")).toHaveLength(1);
    expect(tally.budget.used()).toBe(1);
  });

  it("falls when nothing is left of one", async () => {
    const { clock, devices, of, tally, arrival } = setUp();
    const slot = of({ id: "1", name: "first" }).slot(temperature, tally);
    slot.write(1, arrival());
    devices.sweep(clock.nowMs());
    expect(devices.count("lan")).toBe(1);
    slot.release();
    devices.sweep(clock.nowMs());
    expect(devices.count("lan")).toBe(0);
  });
});
