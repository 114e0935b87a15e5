import { afterEach, describe, expect, it } from "vitest";
import { createChardevBackend } from "../../src/buses/gpio-chardev.ts";
import { systemClock } from "../../src/clock.ts";
import { createVirtualClock } from "../mocks/clock.ts";
import { listen, noAbort } from "./gpio-board.ts";
import { createToolbox, isRunning, until } from "./gpio-toolbox.ts";

type Toolbox = Awaited<ReturnType<typeof createToolbox>>;

const destroyers: (() => Promise<void>)[] = [];
const toolbox = async (generation: 1 | 2): Promise<Toolbox> => {
  const tools = await createToolbox(generation);
  destroyers.push(tools.destroy);
  return tools;
};
afterEach(async () => {
  for (const destroy of destroyers.splice(0)) await destroy();
});

// An edge as each generation prints it; `--help`: 0 is falling in 1.6, 2 is falling in 2.x.
const printed = (generation: 1 | 2, level: 0 | 1, atMs: number, line = 17): string => {
  const seconds = Math.floor(atMs / 1000);
  const nanoseconds = Math.round((atMs % 1000) * 1e6);
  return generation === 1
    ? `${line} ${level} ${seconds} ${nanoseconds}\n`
    : `${line} ${level === 1 ? 1 : 2} ${seconds}.${String(nanoseconds).padStart(9, "0")}\n`;
};

describe.each([1, 2] as const)("libgpiod's tools, generation %s", (generation) => {
  it("reports edges with the kernel's time and knows the level by them", async () => {
    const tools = await toolbox(generation);
    await tools.put("level", "1\n");
    const heard = listen({ edges: "both" });
    const line = await tools.backend.open(heard.request, noAbort);
    expect(await line.level()).toBe(1);
    expect(line.info).toEqual({ backend: "chardev", chip: "pinctrl-rp1", line: "17" });
    const nowMs = systemClock.nowMs();
    await tools.print(printed(generation, 0, nowMs - 30) + printed(generation, 1, nowMs - 20));
    await until(() => heard.edges.length === 2);
    expect(heard.edges.map(({ level }) => level)).toEqual([0, 1]);
    expect(heard.edges[0]?.atMs).toBeCloseTo(nowMs - 30, 3);
    await tools.print(printed(generation, 0, nowMs));
    await until(() => heard.edges.length === 3);
    expect(await line.level()).toBe(0);
    await line.close();
    expect(heard.failures).toEqual([]);
  });

  it("asks the kernel for one kind of edge where that is wanted, as the wire has it", async () => {
    // Asked for both, Linux 6.12 names the edges of short pulses wrongly: of 20, 17 rose and 29 fell.
    const tools = await toolbox(generation);
    const heard = listen({ edges: "rising", activeLow: true });
    const line = await tools.backend.open(heard.request, noAbort);
    const option = generation === 1 ? "--falling-edge" : "--edges falling";
    expect((await tools.calls()).find((call) => call.includes("%o"))).toContain(option);
    const nowMs = systemClock.nowMs();
    await tools.print(printed(generation, 0, nowMs).repeat(3));
    await until(() => heard.edges.length === 3);
    expect(heard.edges.map(({ level }) => level)).toEqual([1, 1, 1]);
    expect(await line.level()).toBe(1);
    await line.close();
  });

  it("turns levels and edges round for a line that is active low", async () => {
    const tools = await toolbox(generation);
    await tools.put("level", "1\n");
    const heard = listen({ activeLow: true });
    const line = await tools.backend.open(heard.request, noAbort);
    expect(await line.level()).toBe(0);
    await tools.print(printed(generation, 0, systemClock.nowMs()));
    await until(() => heard.edges.length === 1);
    expect(heard.edges[0]?.level).toBe(1);
    expect(await line.level()).toBe(1);
    await line.close();
  });

  it("sets the bias and lets the line follow it before it reads the level", async () => {
    const tools = await toolbox(generation);
    const line = await tools.backend.open(listen({ bias: "disabled" }).request, noAbort);
    const calls = await tools.calls();
    // Of `--help`: 1.6 says "disable", 2.x "disabled".
    const bias = generation === 1 ? "--bias=disable" : "--bias disabled";
    expect(calls.filter((call) => call.startsWith("gpioget"))).toHaveLength(2);
    const touching = calls.filter((call) => call.includes(" gpiochip0 17"));
    expect(touching).toHaveLength(3);
    for (const call of touching) expect(call).toContain(bias);
    await line.close();
  });

  it("takes the time of arrival where the kernel stamps with another clock", async () => {
    const tools = await toolbox(generation);
    const heard = listen();
    const line = await tools.backend.open(heard.request, noAbort);
    await tools.print(printed(generation, 1, Date.UTC(2026, 0, 1)));
    await until(() => heard.edges.length === 1);
    expect(Math.abs((heard.edges[0]?.atMs ?? 0) - systemClock.nowMs())).toBeLessThan(2000);
    await line.close();
  });

  it("ends gpiomon when the line is closed", async () => {
    const tools = await toolbox(generation);
    const heard = listen();
    const line = await tools.backend.open(heard.request, noAbort);
    await until(tools.started);
    const pid = await tools.pid();
    expect(isRunning(pid)).toBe(true);
    await line.close();
    await line.close();
    expect(isRunning(pid)).toBe(false);
    expect(heard.failures).toEqual([]);
  });

  it("reports that gpiomon has ended, once", async () => {
    const tools = await toolbox(generation);
    const heard = listen();
    const line = await tools.backend.open(heard.request, noAbort);
    await until(tools.started);
    process.kill(await tools.pid(), "SIGTERM");
    await until(() => heard.failures.length > 0);
    expect(heard.failures).toMatchObject([
      { code: "line-unavailable", message: "gpiomon ended with SIGTERM: no reason given" },
    ]);
    await expect(line.level()).rejects.toMatchObject({ code: "line-unavailable" });
    await line.close();
    expect(heard.failures).toHaveLength(1);
  });

  it.each([
    ["words", "hello\n"],
    ["an endless line", "1".repeat(100_000)],
    ["another line's edge", printed(generation, 1, 1000, 18)],
    ["the other generation's format", printed(generation === 1 ? 2 : 1, 1, 1000)],
  ])("fails on %s from gpiomon, and ends it", async (_, text) => {
    const tools = await toolbox(generation);
    const heard = listen();
    const line = await tools.backend.open(heard.request, noAbort);
    await until(tools.started);
    await tools.print(`${text}\n`);
    await until(() => heard.failures.length > 0);
    expect(heard.failures).toMatchObject([{ code: "no-data" }]);
    expect(heard.edges).toEqual([]);
    const pid = await tools.pid();
    await until(() => !isRunning(pid));
    await line.close();
    await expect(line.level()).rejects.toMatchObject({ code: "no-data" });
  });

  // Standard error of gpiomon 1.6.3 and 2.2.1.
  it.each([
    ["Device or resource busy", "line-unavailable"],
    ["Permission denied", "permission-denied"],
    ["No such device", "device-missing"],
    ["Invalid argument", "line-unavailable"],
  ])("explains that gpiomon was refused the line: %s", async (reason, code) => {
    const tools = await toolbox(generation);
    await tools.backend.unusable();
    await tools.put("gpiomon.error", `gpiomon: error waiting for events: ${reason}\n`);
    const heard = listen();
    await expect(tools.backend.open(heard.request, noAbort)).rejects.toMatchObject({
      code,
      message: `gpiomon ended with status 1: gpiomon: error waiting for events: ${reason}`,
    });
    expect(heard.failures).toEqual([]);
  });

  it("ends gpiomon when the opening is aborted", async () => {
    const tools = await toolbox(generation);
    await tools.put("silent", "");
    const abort = new AbortController();
    const opening = expect(tools.backend.open(listen().request, abort.signal)).rejects.toThrow(
      "stopping",
    );
    await until(tools.started);
    const pid = await tools.pid();
    abort.abort(new Error("stopping"));
    await opening;
    expect(isRunning(pid)).toBe(false);
  });

  it("gives up on a gpiomon that does not take the line", async () => {
    const tools = await toolbox(generation);
    await tools.put("silent", "");
    const clock = createVirtualClock();
    const backend = createChardevBackend({ spawn: tools.spawn, clock });
    let outcome: unknown;
    const opening = backend.open(listen().request, noAbort).catch((error: unknown) => {
      outcome = error;
    });
    await until(tools.started);
    await until(async () => {
      await clock.advance(500);
      return outcome !== undefined;
    });
    await opening;
    expect(outcome).toMatchObject({ code: "not-ready" });
    expect(isRunning(await tools.pid())).toBe(false);
  });

  it("refuses reserved lines and lines that the chip lacks", async () => {
    const tools = await toolbox(generation);
    const opening = (line: number) =>
      tools.backend.open(listen({ address: { line } }).request, noAbort);
    await expect(opening(3)).rejects.toMatchObject({ code: "line-reserved" });
    await expect(opening(54)).rejects.toMatchObject({ code: "line-unavailable" });
    expect((await tools.calls()).join()).not.toContain("gpioget");
  });
});

describe("libgpiod's tools", () => {
  it("are called as 1.6 wants it", async () => {
    const tools = await toolbox(1);
    const line = await tools.backend.open(listen({ bias: "pull-up" }).request, noAbort);
    await line.close();
    const calls = await tools.calls();
    expect(calls).toContain("gpioinfo gpiochip0");
    expect(calls.filter((call) => !call.startsWith("gpioinfo"))).toEqual([
      "gpiomon --version",
      "gpiodetect ",
      "gpioget --bias=pull-up gpiochip0 17",
      "gpioget --bias=pull-up gpiochip0 17",
      "gpiomon --line-buffered --format=%o %e %s %n --bias=pull-up gpiochip0 17",
    ]);
  });

  it("are called as 2.x wants it", async () => {
    const tools = await toolbox(2);
    const line = await tools.backend.open(listen().request, noAbort);
    await line.close();
    expect(await tools.calls()).toEqual([
      "gpiomon --version",
      "gpiodetect ",
      "gpioget --numeric --consumer sensor-exporter --chip gpiochip0 17",
      "gpiomon --banner --edges both --event-clock monotonic --format %o %e %S --consumer sensor-exporter --chip gpiochip0 17",
    ]);
  });

  it("are asked for their version once", async () => {
    const tools = await toolbox(2);
    expect(await tools.backend.unusable()).toBeUndefined();
    expect(await tools.backend.unusable()).toBeUndefined();
    expect(await tools.calls()).toEqual(["gpiomon --version"]);
  });

  it.each(["gpiomon (libgpiod) v1.4.1", "gpiomon (libgpiod) v3.0", "something else"])(
    "are not used when they say they are %s",
    async (version) => {
      const tools = await toolbox(2);
      await tools.put("version", `${version}\n`);
      expect(await tools.backend.unusable()).toBe(`gpiomon is of no known version: "${version}"`);
    },
  );

  it("are missed by name where they are not installed", async () => {
    const tools = await toolbox(2);
    await tools.remove("gpiomon");
    await expect(tools.backend.open(listen().request, noAbort)).rejects.toMatchObject({
      code: "module-missing",
      message: expect.stringContaining("ENOENT"),
      remedy: expect.stringContaining("apt install gpiod"),
    });
  });

  it("cannot open a line by its sysfs number", async () => {
    const tools = await toolbox(2);
    const { request } = listen({ address: { sysfs: 529 } });
    await expect(tools.backend.open(request, noAbort)).rejects.toMatchObject({
      code: "line-unavailable",
      message: "the character device knows no sysfs numbers, such as 529",
    });
  });

  it("say why gpiodetect lists no chip", async () => {
    const tools = await toolbox(2);
    await tools.put(
      "gpiodetect.error",
      "gpiodetect: unable to open chip '/dev/gpiochip0': Permission denied\n",
    );
    await expect(tools.backend.open(listen().request, noAbort)).rejects.toMatchObject({
      code: "permission-denied",
      remedy: expect.stringContaining("/dev/gpiochip*"),
    });
  });

  it("deliver a level or fail, but never something in between", async () => {
    const tools = await toolbox(2);
    for (const text of ["", "2\n", '"17"=active\n']) {
      await tools.put("level", text);
      await expect(tools.backend.open(listen().request, noAbort)).rejects.toMatchObject({
        code: "no-data",
      });
    }
    await tools.put("gpioget.error", "gpioget: unable to request lines: Device or resource busy\n");
    await expect(tools.backend.open(listen().request, noAbort)).rejects.toMatchObject({
      code: "line-unavailable",
      remedy: expect.stringContaining("gpioinfo"),
    });
  });
});
