import { describe, expect, it } from "vitest";
import { runTool } from "../../src/buses/gpio-process.ts";
import {
  isMonitored,
  levelCall,
  monitorCall,
  parseChips,
  parseGeneration,
  toolError,
  versionCall,
} from "../../src/buses/gpio-tools.ts";
import { type Clock, systemClock } from "../../src/clock.ts";
import { type Spawn, spawnProgram } from "../../src/spawn.ts";
import { createVirtualClock } from "../mocks/clock.ts";
import { hasPeer } from "../peers.ts";
import { noAbort } from "./gpio-board.ts";
import { isRunning, until } from "./gpio-toolbox.ts";

describe("gpiodetect", () => {
  it("lists chips whose labels hold spaces and brackets", () => {
    expect(parseChips("gpiochip2 [a [b] c] (8 lines)\ngpiochip3 [] (1 lines)\n")).toEqual([
      { names: ["gpiochip2"], label: "a [b] c", lines: 8 },
      { names: ["gpiochip3"], label: "", lines: 1 },
    ]);
  });

  it("may print a chip twice, for the compatibility link of Raspberry Pi OS", () => {
    const row = "gpiochip0 [pinctrl-rp1] (54 lines)\n";
    expect(parseChips(row + row)).toHaveLength(1);
  });

  it("may print what is no chip", () => {
    expect(parseChips("\nno chips\n")).toEqual([]);
  });
});

describe("gpioinfo", () => {
  // Printed by 1.6.3 on Linux 6.12 while gpiomon watched line 17.
  const text = `gpiochip0 - 58 lines:
\tline   1:      unnamed       unused   input  active-high
\tline  17:      unnamed    "gpiomon"   input  active-high [used pull-up]
\tline  18:      unnamed       unused   input  active-high
`;

  it("tells the line that gpiomon has from those that it has not", () => {
    expect([0, 1, 7, 17, 18, 117].filter((line) => isMonitored(text, line))).toEqual([17]);
  });
});

describe("versions of gpiomon", () => {
  it.each([
    ["gpiomon (libgpiod) v1.6.3\nCopyright (C) 2017-2018", 1],
    ["gpiomon (libgpiod) v2.2.1", 2],
    ["gpiomon (libgpiod) v2.3", 2],
    ["gpiomon (libgpiod) v1.4.1", undefined],
    ["", undefined],
  ] as const)("%j is generation %s", (text, generation) => {
    expect(parseGeneration(text)).toBe(generation);
  });
});

describe("running a tool", () => {
  const sleeper = { program: "sh", parameters: ["-c", "echo $$; exec sleep 60"] };

  const runSleeper = (clock: Clock, signal: AbortSignal) => {
    let pid = 0;
    const spawn: Spawn = (call, onOutput) =>
      spawnProgram(call, (text) => {
        pid = Number(text);
        onOutput(text);
      });
    return {
      running: runTool({ spawn, clock }, sleeper, signal),
      started: () => until(() => pid > 0),
      isRunning: () => isRunning(pid),
    };
  };

  it("ends one that hangs", async () => {
    const clock = createVirtualClock();
    const sleep = runSleeper(clock, noAbort);
    const outcome = expect(sleep.running).rejects.toMatchObject({
      code: "not-ready",
      message: "sh did not end within 5000 ms",
    });
    await sleep.started();
    await clock.advance(5000);
    await outcome;
    expect(sleep.isRunning()).toBe(false);
  });

  it("ends it when it is aborted, and leaves no timer behind", async () => {
    const clock = createVirtualClock();
    const abort = new AbortController();
    const sleep = runSleeper(clock, abort.signal);
    const outcome = expect(sleep.running).rejects.toThrow("stopping");
    await sleep.started();
    abort.abort(new Error("stopping"));
    await outcome;
    expect(sleep.isRunning()).toBe(false);
    expect(clock.pending()).toBe(0);
  });

  it("leaves no timer behind when it ends", async () => {
    const clock = createVirtualClock();
    const call = { program: "true", parameters: [] };
    const { end } = await runTool({ spawn: spawnProgram, clock }, call, noAbort);
    expect(end.status).toBe(0);
    expect(clock.pending()).toBe(0);
  });

  it("keeps no more than 64 KiB of what it prints", async () => {
    const call = { program: "head", parameters: ["-c", "1000000", "/dev/zero"] };
    const { output } = await runTool({ spawn: spawnProgram, clock: systemClock }, call, noAbort);
    expect(output).toHaveLength(65_536);
  });
});

// Debian 12 has 1.6.3, Debian 13 has 2.2.1.
describe.runIf(hasPeer(["gpiomon", "--version"], "gpiod"))("the tools of this machine", () => {
  const tools = { spawn: spawnProgram, clock: systemClock };
  const nowhere = { chip: "gpiochip99", line: 17, bias: "pull-up" } as const;

  it("are of a known generation and understand what they are told", async () => {
    const { output } = await runTool(tools, versionCall, noAbort);
    const generation = parseGeneration(output);
    if (generation === undefined) throw new Error(`unknown version: ${output}`);
    const edges = ["rising", "falling", "both"] as const;
    const monitors = edges.map((each) => monitorCall(generation, nowhere, each));
    for (const call of [levelCall(generation, nowhere), ...monitors]) {
      const { end } = await runTool(tools, call, noAbort);
      // An unknown option would be complained of before the missing chip.
      expect(toolError(call.program, "status 1", end.complaint)).toMatchObject({
        code: "device-missing",
      });
    }
  });
});
