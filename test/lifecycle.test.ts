import { describe, expect, it } from "vitest";
import { createStarted } from "../src/lifecycle.ts";
import { createLog } from "../src/log.ts";
import { createVirtualClock } from "./mocks/clock.ts";

const setUp = (deadlineMs = 1000) => {
  const clock = createVirtualClock();
  const lines: string[] = [];
  const log = createLog({
    level: "info",
    format: "logfmt",
    write: (line) => lines.push(line),
    wallMs: clock.wallMs,
  });
  return { clock, lines, started: createStarted({ clock, log, deadlineMs }) };
};

const never = () => new Promise<void>(() => {});

describe("what was started", () => {
  it("closes in reverse order, each only after the one before has finished", async () => {
    const { clock, started } = setUp();
    const order: string[] = [];
    started.add("first", async () => {
      order.push("first");
    });
    started.add("second", async () => {
      order.push("second begins");
      await clock.sleep(100);
      order.push("second ends");
    });
    const closed = started.close();
    await clock.advance(200);
    await closed;
    expect(order).toEqual(["second begins", "second ends", "first"]);
  });

  it("goes on when one fails to close, and says which", async () => {
    const { started, lines } = setUp();
    const order: string[] = [];
    started.add("first", async () => {
      order.push("first");
    });
    started.add("second", () => Promise.reject(new Error("stuck valve")));
    await started.close();
    expect(order).toEqual(["first"]);
    expect(lines.join("")).toContain('event=close_failed what=second error="stuck valve"');
  });

  it("keeps the deadline when several hang, and still closes those after them", async () => {
    const { clock, started, lines } = setUp(1000);
    const closed: string[] = [];
    started.add("state", async () => {
      closed.push("state");
    });
    started.add("bus", never);
    started.add("socket", never);
    const done = started.close();
    await clock.advance(1000);
    await done;
    expect(closed).toEqual(["state"]);
    expect(lines.filter((line) => line.includes("close_late"))).toHaveLength(2);
  });

  it("closes nothing twice", async () => {
    const { started } = setUp();
    let times = 0;
    started.add("once", async () => {
      times += 1;
    });
    await started.close();
    await started.close();
    expect(times).toBe(1);
  });
});
