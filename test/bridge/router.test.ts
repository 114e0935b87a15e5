import { describe, expect, it } from "vitest";
import type { Claimant } from "../../src/bridge/claims.ts";
import { createDevices } from "../../src/bridge/devices.ts";
import { textOf } from "../../src/bridge/payload.ts";
import { createRouter } from "../../src/bridge/router.ts";
import { createTally } from "../../src/bridge/tally.ts";
import { createStore } from "../../src/store.ts";
import { createVirtualClock } from "../mocks/clock.ts";

const setUp = ({ devicesMaximum = 2, maximumTopics = 10 } = {}) => {
  const clock = createVirtualClock();
  const store = createStore({ clock, maximumSeries: 1000 });
  const devices = createDevices({
    store,
    limitOf: () => devicesMaximum,
    isReserved: () => false,
  });
  const tally = createTally("rule", 1000);
  const thoughtAbout: string[] = [];
  const claimant: Claimant = {
    tally,
    expiresMs: 60_000,
    overridesExpiry: false,
    shares: true,
    route: (topic, [id = "", channel = ""]) => {
      thoughtAbout.push(topic);
      if (id === "sorted") {
        return [
          {
            kind: "sorted",
            key: (payload) => textOf(payload),
            plans: (name) => {
              const device = devices.of({ broker: "lan", dialect: "rule" }, { id: name, name });
              const meaning = { quantity: "temperatureCelsius", labels: { channel } } as const;
              return [{ kind: "reading", device, meaning, extract: () => 1 }];
            },
          },
        ];
      }
      const device = devices.of({ broker: "lan", dialect: "rule" }, { id, name: id });
      const meaning = { quantity: "temperatureCelsius", labels: { channel } } as const;
      return [{ kind: "reading", device, meaning }];
    },
  };
  let refused = 0;
  const router = createRouter({
    claimants: [claimant],
    maximumTopics,
    refused: () => {
      refused += 1;
    },
    keep: () => {},
    failed: (_topic, error) => {
      throw error;
    },
  });
  const take = (topic: string, text: string) =>
    router.take({
      topic,
      payload: new TextEncoder().encode(text),
      isRetained: false,
      atMs: clock.nowMs(),
    });
  const readings = () =>
    store
      .render()
      .flatMap(({ samples }) => samples.trimEnd().split("\n"))
      .filter((line) => line.startsWith("sensor_temperature"));
  return { router, devices, take, readings, tally, thoughtAbout, refused: () => refused };
};

describe("topics of devices beyond the limit", () => {
  it("are counted as messages of their rule and have no reading", () => {
    const { take, readings, tally, devices } = setUp();
    for (const id of ["a", "b", "c"]) expect(take(`${id}/x`, "1")).toBe("rule");
    expect(readings()).toHaveLength(2);
    expect(tally.messages).toBe(3);
    expect(devices.refused("lan")).toBe(1);
  });

  it("take no place of a topic that comes later from a device that is there", () => {
    const { router, take, readings, refused } = setUp();
    for (const id of ["a", "b"]) take(`${id}/x`, "1");
    for (let index = 0; index < 5000; index += 1) take(`made-up-${index}/x`, "1");
    expect(router.topics()).toBe(2);
    expect(take("a/y", "2")).toBe("rule");
    expect(readings()).toHaveLength(3);
    expect(refused()).toBe(0);
  });

  it("are remembered while they are few, and not without end", () => {
    const { take, thoughtAbout } = setUp();
    for (const id of ["a", "b", "c"]) take(`${id}/x`, "1");
    take("c/x", "2");
    expect(thoughtAbout).toEqual(["a/x", "b/x", "c/x"]);
    for (let index = 0; index < 5000; index += 1) take(`made-up-${index}/x`, "1");
    take("c/x", "3");
    take("a/x", "3");
    expect(thoughtAbout.filter((topic) => topic.length === 3)).toEqual([
      "a/x",
      "b/x",
      "c/x",
      "c/x",
    ]);
  });

  it("are told by their payloads, too, and count again once a device that is there uses them", () => {
    const { router, take, readings } = setUp();
    for (const id of ["a", "b"]) take(`${id}/x`, "1");
    for (let index = 0; index < 3000; index += 1) take(`sorted/${index}`, `made-up-${index}`);
    expect(router.topics()).toBe(2);
    take("sorted/2999", "a");
    expect(router.topics()).toBe(3);
    expect(readings()).toHaveLength(3);
    for (let index = 0; index < 3000; index += 1) take(`sorted/${index}/x`, `made-up-${index}`);
    expect(readings()).toHaveLength(3);
  });
});
