import { describe, expect, it } from "vitest";
import type { Census } from "../../src/census.ts";
import { createLog } from "../../src/log.ts";
import type { ProgramCall, ProgramEnd, Spawn } from "../../src/spawn.ts";
import { connectServiceManager } from "../../src/systemd/service-manager.ts";
import { createVirtualClock } from "../mocks/clock.ts";

const census: Census = { sensors: 12, sensorsDown: 0, brokers: 2, brokersDown: 0 };
const success: ProgramEnd = { status: 0, complaint: "" };

/** A program under a systemd; `run` is what becomes of systemd-notify, success if left out. */
const setUp = ({
  environment = {},
  run = () => Promise.resolve(success),
}: {
  readonly environment?: Readonly<Record<string, string>>;
  readonly run?: (call: ProgramCall, kill: Promise<void>) => Promise<ProgramEnd>;
} = {}) => {
  const clock = createVirtualClock();
  const lines: string[] = [];
  const calls: ProgramCall[] = [];
  let running = 0;
  let mostRunning = 0;
  const spawn: Spawn = (call) => {
    calls.push(call);
    running += 1;
    mostRunning = Math.max(mostRunning, running);
    let kill = () => {};
    const killed = new Promise<void>((resolve) => {
      kill = resolve;
    });
    const ended = run(call, killed).finally(() => {
      running -= 1;
    });
    return { ended, kill };
  };
  const manager = connectServiceManager({
    environment: { NOTIFY_SOCKET: "/run/systemd/notify", PATH: "/usr/bin", ...environment },
    processId: 4711,
    spawn,
    clock,
    log: createLog({
      level: "info",
      format: "logfmt",
      write: (line) => lines.push(line),
      wallMs: clock.wallMs,
    }),
  });
  if (manager === undefined) throw new Error("there is no service manager");
  return {
    clock,
    manager,
    calls,
    told: () => calls.map(({ parameters }) => parameters),
    fed: () => calls.filter(({ parameters }) => parameters.includes("WATCHDOG=1")).length,
    lines: () => lines.map((line) => line.replace(/^time=\S+ /u, "").trim()),
    mostRunning: () => mostRunning,
  };
};

// systemd.service(5): WatchdogSec=60 is WATCHDOG_USEC=60000000, as sd_watchdog_enabled(3) has it.
const watchdog = { WATCHDOG_USEC: "60000000", WATCHDOG_PID: "4711" };

describe("a service manager", () => {
  it("is none where systemd does not listen", () => {
    const clock = createVirtualClock();
    const spawn: Spawn = () => {
      throw new Error("nothing is to be started");
    };
    const log = createLog({ level: "info", format: "logfmt", write: () => {}, wallMs: () => 0 });
    const options = { environment: {}, processId: 4711, spawn, clock, log };
    expect(connectServiceManager(options)).toBeUndefined();
  });

  // Names of the assignments: sd_notify(3).
  it("hears of the start, of a reload by the monotonic clock, and of the end, in this order", async () => {
    const { manager, clock, told, calls, mostRunning } = setUp();
    manager.ready(() => census);
    await clock.advance(1500);
    manager.reloading();
    manager.ready(() => ({ ...census, sensors: 1, brokers: 0 }));
    manager.stopping();
    await manager.close();
    expect(told()).toEqual([
      ["READY=1", "STATUS=12 sensors, 2 brokers"],
      ["RELOADING=1", "MONOTONIC_USEC=2500000", "STATUS=reloading"],
      ["READY=1", "STATUS=1 sensor"],
      ["STOPPING=1", "STATUS=stopping"],
    ]);
    expect(calls[0]).toMatchObject({
      program: "systemd-notify",
      environment: { PATH: "/usr/bin", NOTIFY_SOCKET: "/run/systemd/notify" },
    });
    expect(mostRunning()).toBe(1);
  });

  it("is told which sensors and brokers cannot be reached", async () => {
    const { manager, told } = setUp();
    manager.ready(() => ({ sensors: 3, sensorsDown: 1, brokers: 1, brokersDown: 1 }));
    await manager.close();
    expect(told()).toEqual([["READY=1", "STATUS=3 sensors (1 down), 1 broker (1 not connected)"]]);
  });
});

describe("the watchdog", () => {
  it("is fed three times in the time it can wait, beginning with the start", async () => {
    const { manager, clock, fed } = setUp({ environment: watchdog });
    await clock.advance(100_000);
    expect(fed()).toBe(0);
    manager.ready(() => census);
    await clock.advance(120_000);
    expect(fed()).toBe(6);
  });

  it.each([
    ["there is none", {}],
    ["it watches another process", { ...watchdog, WATCHDOG_PID: "1" }],
    ["its time makes no sense", { WATCHDOG_USEC: "soon" }],
    ["its time is zero", { WATCHDOG_USEC: "0" }],
  ])("is not fed where %s", async (_case, environment) => {
    const { manager, clock, told } = setUp({ environment });
    manager.ready(() => census);
    await clock.advance(600_000);
    expect(told()).toHaveLength(1);
  });

  it("is fed once at a time, however often the configuration is loaded anew", async () => {
    const { manager, clock, fed } = setUp({ environment: watchdog });
    manager.ready(() => census);
    manager.ready(() => census);
    await clock.advance(60_000);
    expect(fed()).toBe(3);
  });

  it("starves while a loop does not go round, which one line of log says, and is fed again after", async () => {
    const { manager, clock, fed, told, lines } = setUp({ environment: watchdog });
    const attic = manager.progress.watch("attic");
    manager.ready(() => census);
    attic.expect(clock.nowMs());
    await clock.advance(60_000);
    expect(fed()).toBe(3);
    await clock.advance(60_000);
    expect(fed()).toBe(3);
    expect(told().at(-1)).toEqual(["STATUS=12 sensors, 2 brokers"]);
    expect(lines()).toEqual([
      expect.stringMatching(/^level=error event=polling_stalled sensor=attic remedy=/u),
    ]);
    attic.expect(clock.nowMs() + 60_000);
    await clock.advance(60_000);
    expect(fed()).toBe(6);
    expect(lines()).toHaveLength(2);
    expect(lines()[1]).toBe("level=info event=polling_resumed");
  });

  it("is not fed while everything is being closed", async () => {
    const { manager, clock, fed } = setUp({ environment: watchdog });
    manager.ready(() => census);
    manager.stopping();
    await clock.advance(60_000);
    expect(fed()).toBe(0);
  });
});

describe("systemd-notify", () => {
  const absent = Object.assign(new Error("spawn systemd-notify ENOENT"), { code: "ENOENT" });

  it("may be missing, which is said once", async () => {
    const run = async () => ({ status: null, complaint: "", notStarted: absent });
    const { manager, clock, lines } = setUp({ environment: watchdog, run });
    manager.ready(() => census);
    await clock.advance(300_000);
    expect(lines()).toEqual([
      expect.stringMatching(/^level=warn event=notify_failed .*ENOENT.* remedy="Install /u),
    ]);
  });

  it("may fail, which is said with its own words, and so is that it succeeds again", async () => {
    let status = 1;
    const run = async () => ({ status, complaint: "Failed to notify init system: EOF\n" });
    const { manager, clock, lines } = setUp({ environment: watchdog, run });
    manager.ready(() => census);
    await clock.advance(60_000);
    status = 0;
    await clock.advance(60_000);
    expect(lines()).toEqual([
      expect.stringMatching(/event=notify_failed .*error="Failed to notify init system: EOF" /u),
      "level=info event=notify_restored",
    ]);
  });

  it("is killed when it hangs, and what waits behind it is told then", async () => {
    const hang = async (_call: ProgramCall, killed: Promise<void>): Promise<ProgramEnd> => {
      await killed;
      return { status: null, killedBy: "SIGKILL", complaint: "" };
    };
    const { manager, clock, told, lines, mostRunning } = setUp({ run: hang });
    manager.ready(() => census);
    manager.reloading();
    await clock.advance(9_999);
    expect(told()).toHaveLength(1);
    await clock.advance(2);
    expect(told()).toHaveLength(2);
    expect(mostRunning()).toBe(1);
    expect(lines()).toHaveLength(1);
    expect(lines()[0]).toContain("SIGKILL");
  });

  it("does not hold up the end of the program for longer than a second", async () => {
    const { manager, clock } = setUp({ run: () => new Promise(() => {}) });
    manager.stopping();
    let isClosed = false;
    const closed = manager.close().then(() => {
      isClosed = true;
    });
    await clock.advance(999);
    expect(isClosed).toBe(false);
    await clock.advance(1);
    expect(isClosed).toBe(true);
    await closed;
  });

  it("may be one that Node.js throws for instead of starting it", async () => {
    const run = () => {
      throw new Error("spawn ENOMEM");
    };
    const { manager, clock, lines } = setUp({ run });
    manager.ready(() => census);
    await clock.advance(0);
    expect(lines()[0]).toMatch(/event=notify_failed .*ENOMEM/u);
  });
});
