import { describe, expect, it } from "vitest";
import { createSerialQueue, type QueueRefusal } from "../../src/buses/serial-queue.ts";
import { createVirtualClock } from "../mocks/clock.ts";

class Refused extends Error {
  readonly refusal: QueueRefusal;

  constructor(refusal: QueueRefusal) {
    super(refusal.reason);
    this.refusal = refusal;
  }
}

const open = (capacity = 10) => {
  const clock = createVirtualClock();
  const refusal = (reason: QueueRefusal) => new Refused(reason);
  return { clock, queue: createSerialQueue({ clock, limitMs: 3000, capacity, refusal }) };
};

const microtasks = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await Promise.resolve();
};

describe("a serial queue", () => {
  it("takes turns between lanes and keeps the order within one", async () => {
    const { queue } = open();
    const order: string[] = [];
    const task = (name: string) => async () => {
      order.push(name);
    };
    await Promise.all([
      queue.run(1, task("a1")),
      queue.run(1, task("a2")),
      queue.run(1, task("a3")),
      queue.run(2, task("b1")),
      queue.run(3, task("c1")),
      queue.run(2, task("b2")),
    ]);
    expect(order).toEqual(["a1", "a2", "b1", "c1", "a3", "b2"]);
  });

  it("goes on after a task that throws at once", async () => {
    const { queue } = open();
    const throwing = queue.run(1, () => {
      throw new Error("at once");
    });
    await expect(throwing).rejects.toThrow("at once");
    expect(await queue.run(1, async () => "next")).toBe("next");
  });

  it("goes on after a task that fails", async () => {
    const { queue } = open();
    const [failed, next] = await Promise.allSettled([
      queue.run(1, () => Promise.reject(new Error("failed"))),
      queue.run(1, async () => "next"),
    ]);
    expect(failed).toMatchObject({ status: "rejected", reason: { message: "failed" } });
    expect(next).toMatchObject({ status: "fulfilled", value: "next" });
  });

  it("tells who is refused, why, and who is in the way", async () => {
    const { queue, clock } = open(1);
    const outcomes = Promise.allSettled([
      queue.run(1, () => clock.sleep(10_000)),
      queue.run(2, async () => {}),
      queue.run(3, async () => {}),
    ]);
    await clock.advance(3000);
    expect(
      (await outcomes).map((outcome) => outcome.status === "rejected" && outcome.reason),
    ).toEqual([
      expect.objectContaining({ refusal: { reason: "no-end", lane: 1, occupant: 1 } }),
      expect.objectContaining({ refusal: { reason: "no-turn", lane: 2, occupant: 1 } }),
      expect.objectContaining({ refusal: { reason: "full", lane: 3, occupant: 1 } }),
    ]);
  });

  it("has room again once those who waited have given up", async () => {
    const { queue, clock } = open(1);
    const first = queue.run(1, () => clock.sleep(4000)).catch(() => "given up");
    const second = queue.run(2, async () => "ran").catch(() => "given up");
    await clock.advance(3000);
    const third = queue.run(3, async () => "ran").catch(() => "given up");
    await clock.advance(1000);
    expect(await Promise.all([first, second, third])).toEqual(["given up", "given up", "ran"]);
  });

  it("passes a turn on that is granted in the moment of giving up, at whatever moment", async () => {
    for (let moment = 0; moment < 10; moment += 1) {
      const timers: (() => void)[] = [];
      const clock = { sleep: () => new Promise<void>((wake) => timers.push(wake)) };
      const queue = createSerialQueue({
        clock,
        limitMs: 3000,
        capacity: 10,
        refusal: (refusal) => new Refused(refusal),
      });
      let finish = () => {};
      const first = queue.run(1, () => new Promise<void>((resolve) => (finish = resolve)));
      const second = queue.run(2, async () => {}).catch(() => {});
      await microtasks(10);
      // The timers of the first task's end and of the second one's turn, in either order.
      for (const expire of timers.splice(1)) expire();
      await microtasks(moment);
      finish();
      await Promise.allSettled([first, second]);
      expect(await queue.run(3, async () => "ran")).toBe("ran");
    }
  });

  it("refuses at once what comes while it is closing", async () => {
    const { queue, clock } = open();
    const first = queue.run(1, () => clock.sleep(1000));
    const closing = queue.close();
    await expect(queue.run(2, async () => {})).rejects.toThrow("closed");
    await clock.advance(1000);
    await Promise.all([first, closing]);
  });

  it("runs nothing after it has closed, at whatever moment it is closed", async () => {
    for (let moment = 0; moment < 30; moment += 1) {
      const { queue } = open();
      let isClosed = false;
      let ranLate = false;
      const task = async () => {
        ranLate ||= isClosed;
        await Promise.resolve();
        ranLate ||= isClosed;
      };
      const all = [queue.run(1, task), queue.run(1, task), queue.run(2, task)];
      const settled = Promise.allSettled(all);
      await microtasks(moment);
      await queue.close();
      isClosed = true;
      await settled;
      await microtasks(30);
      expect(ranLate).toBe(false);
    }
  });
});
