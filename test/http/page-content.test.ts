import { describe, expect, it } from "vitest";
import { createDevices } from "../../src/bridge/devices.ts";
import type { Meaning } from "../../src/bridge/meaning.ts";
import { createTally } from "../../src/bridge/tally.ts";
import { pageSensors, remoteSensors } from "../../src/http/page-content.ts";
import { createStore } from "../../src/store.ts";
import { createVirtualClock } from "../mocks/clock.ts";

const setUp = () => {
  const clock = createVirtualClock();
  const store = createStore({ clock, maximumSeries: 100 });
  const devices = createDevices({
    store,
    limitOf: () => 100,
    isReserved: () => false,
  });
  const tally = createTally("any", 100);
  const publish = (name: string, meaning: Meaning, value: number, labels = {}) => {
    const device = devices.of({ broker: "house", dialect: "rule" }, { id: name, name, labels });
    const arrival = {
      atMs: clock.nowMs(),
      expiresMs: clock.nowMs() + 60_000,
      isRetained: false,
    };
    device.slot(meaning, tally).write(value, arrival);
    device.heard(arrival);
    return device;
  };
  const page = (isConnected = true) => {
    const brokers = [{ name: "house", isConnected }];
    const heads = remoteSensors(devices.list(), brokers, clock.nowMs());
    return pageSensors(heads, store.readings(), clock.nowMs());
  };
  return { clock, publish, page };
};

describe("devices of brokers on the page", () => {
  it("are there by name, with their readings and what tells those apart", () => {
    const { publish, page } = setUp();
    publish("plug", { quantity: "powerWatts", labels: { channel: "0" } }, 12.5);
    publish("attic", { quantity: "temperatureCelsius" }, 21.5);
    expect(page()).toMatchObject([
      {
        name: "attic",
        driver: "rule on house",
        state: "up",
        readings: [{ label: "temperature", text: "21.50\u00a0°C", ageSeconds: 0 }],
      },
      { name: "plug", readings: [{ label: "power 0", text: "12.50\u00a0W" }] },
    ]);
  });

  it("keep their readings to themselves where the user's labels are all that differs", () => {
    const { publish, page } = setUp();
    publish("dht", { quantity: "temperatureCelsius" }, 1, { room: "a" });
    publish("dht", { quantity: "temperatureCelsius" }, 2, { room: "b" });
    expect(page().map(({ labels, readings }) => [labels, readings.length])).toEqual([
      ["room=a", 1],
      ["room=b", 1],
    ]);
  });

  it("show metrics of the user's own by their names", () => {
    const { publish, page } = setUp();
    const family = { name: "sensor_gravity_ratio", type: "gauge", help: "Gravity." } as const;
    publish("wort", { quantity: { family } }, 1.05);
    expect(page()[0]?.readings).toMatchObject([{ label: "sensor_gravity_ratio", text: "1.05" }]);
  });

  it("are down once their broker cannot be reached and their readings are over", async () => {
    const { clock, publish, page } = setUp();
    publish("attic", { quantity: "temperatureCelsius" }, 21.5).gate.set("online");
    expect(page(false)[0]?.state).toBe("up");
    await clock.advance(60_000);
    expect(page(true)[0]?.state).toBe("up");
    expect(page(false)[0]?.state).toBe("down");
  });
});
