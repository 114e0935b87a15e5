import { describe, expect, it } from "vitest";
import { createIntake } from "../../src/bridge/intake.ts";
import type { Message } from "../../src/bridge/message.ts";
import { createVirtualClock } from "../mocks/clock.ts";

const setUp = ({
  queue = 4,
  messagesPerSecond = 1000,
  isKnown = (_topic: string): boolean => true,
} = {}) => {
  const clock = createVirtualClock();
  const stop = new AbortController();
  const deferred: (() => void)[] = [];
  const taken: string[] = [];
  let dropped = 0;
  let rests = 0;
  const intake = createIntake({
    clock,
    limits: { queue, messagesPerSecond },
    signal: stop.signal,
    defer: (task) => deferred.push(task),
    isKnown,
    take: ({ topic, payload }) => taken.push(`${topic}=${payload[0]}`),
    dropped: () => {
      dropped += 1;
    },
    rested: () => {
      rests += 1;
    },
  });
  const offer = (topic: string, value: number) => {
    const message: Message = {
      topic,
      payload: Uint8Array.of(value),
      isRetained: false,
      atMs: clock.nowMs(),
    };
    intake.offer(message);
  };
  const turn = () => {
    for (const task of deferred.splice(0)) task();
  };
  return { clock, stop, intake, offer, turn, taken, dropped: () => dropped, rests: () => rests };
};

describe("the intake", () => {
  it("hands messages on in their order", () => {
    const { offer, turn, taken, dropped } = setUp();
    offer("a", 1);
    offer("b", 2);
    offer("a", 3);
    expect(taken).toEqual([]);
    turn();
    expect(taken).toEqual(["a=1", "b=2", "a=3"]);
    expect(dropped()).toBe(0);
  });

  it("drops the oldest of the same topic when it is full, and keeps the others", () => {
    const { offer, turn, taken, dropped } = setUp();
    offer("rare", 1);
    for (const value of [2, 3, 4, 5, 6]) offer("often", value);
    turn();
    expect(taken).toEqual(["rare=1", "often=4", "often=5", "often=6"]);
    expect(dropped()).toBe(2);
  });

  it("drops the oldest of all when it is full of other topics", () => {
    const { offer, turn, taken, dropped } = setUp();
    for (const [index, topic] of ["a", "b", "c", "d", "e"].entries()) offer(topic, index);
    turn();
    expect(taken).toEqual(["b=1", "c=2", "d=3", "e=4"]);
    expect(dropped()).toBe(1);
  });

  it("drops a value that is over before the only one of another topic", () => {
    const { offer, turn, taken, dropped } = setUp();
    for (const [topic, value] of [
      ["rare", 1],
      ["often", 2],
      ["often", 3],
      ["other", 4],
      ["new", 5],
      ["newer", 6],
    ] as const) {
      offer(topic, value);
    }
    turn();
    // The fifth takes the place of the value that is over, the sixth that of the oldest: nothing else is over.
    expect(taken).toEqual(["often=3", "other=4", "new=5", "newer=6"]);
    expect(dropped()).toBe(2);
  });

  it("keeps the newest value of every topic where there are no more topics than room", () => {
    const { offer, turn, taken } = setUp({ queue: 50 });
    const newest = new Map<string, number>();
    // A generator of Lehmer's (Park and Miller 1988), so that topics come in no order.
    let state = 1;
    for (let index = 0; index < 5000; index += 1) {
      state = (state * 48_271) % 2_147_483_647;
      const topic = `t/${state % 50}`;
      newest.set(topic, index % 256);
      offer(topic, index % 256);
    }
    turn();
    const last = new Map(
      taken.map((each) => each.split("=")).map(([topic, value]) => [topic, value]),
    );
    expect(last).toEqual(new Map([...newest].map(([topic, value]) => [topic, String(value)])));
  });

  it("makes room for a large message by several small ones", () => {
    const { intake } = setUp({ queue: 200_000 });
    const offerBytes = (topic: string, bytes: number) =>
      intake.offer({ topic, payload: new Uint8Array(bytes), isRetained: false, atMs: 0 });
    for (let index = 0; index < 20_000; index += 1) offerBytes(`small/${index}`, 1000);
    for (let index = 0; index < 40; index += 1) offerBytes(`large/${index}`, 1_048_576);
    // Less than 16 MiB wait before each one is added.
    expect(intake.waiting()).toBeLessThanOrEqual(16);
  });

  it("drops topics that nobody follows yet before those of devices that are there", () => {
    const { offer, turn, taken, dropped } = setUp({
      isKnown: (topic) => topic.startsWith("device"),
    });
    offer("device/1", 1);
    for (let index = 0; index < 20; index += 1) offer(`made-up/${index}`, index);
    offer("device/2", 2);
    offer("device/3", 3);
    turn();
    expect(taken).toEqual(["device/1=1", "made-up/19=19", "device/2=2", "device/3=3"]);
    expect(dropped()).toBe(19);
  });

  it("takes no more than so many in a second, and the rest in the next", async () => {
    const { clock, offer, turn, taken } = setUp({ queue: 100, messagesPerSecond: 10 });
    for (let index = 0; index < 25; index += 1) offer("a", index);
    turn();
    expect(taken).toHaveLength(10);
    for (let step = 0; step < 60; step += 1) {
      await clock.advance(20);
      turn();
    }
    expect(taken.length).toBeGreaterThanOrEqual(21);
    expect(taken.length).toBeLessThanOrEqual(23);
  });

  it("holds no more than its bytes, however few the messages are", () => {
    const { intake, dropped } = setUp({ queue: 1000 });
    for (let index = 0; index < 20; index += 1) {
      const payload = new Uint8Array(1_048_576);
      intake.offer({ topic: `t/${index}`, payload, isRetained: false, atMs: 0 });
    }
    expect(intake.waiting()).toBe(16);
    expect(dropped()).toBe(4);
  });

  it("keeps its place in memory small while one topic floods it for long", () => {
    const { offer, turn, taken } = setUp({ queue: 8 });
    for (let index = 0; index < 100_000; index += 1) offer("a", index % 256);
    turn();
    expect(taken).toHaveLength(8);
  });

  it("tells once for many messages that some were taken", () => {
    const { offer, turn, taken, rests } = setUp({ queue: 100 });
    for (let index = 0; index < 50; index += 1) offer("a", index);
    turn();
    expect(taken).toHaveLength(50);
    expect(rests()).toBe(1);
    offer("a", 50);
    turn();
    expect(rests()).toBe(2);
  });

  it("takes nothing once it is stopped", () => {
    const { stop, offer, turn, taken } = setUp();
    stop.abort();
    offer("a", 1);
    turn();
    expect(taken).toEqual([]);
  });
});
