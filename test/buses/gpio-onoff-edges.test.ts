import { describe, expect, it } from "vitest";
import { createOnoffBackend, type OnoffGpio } from "../../src/buses/gpio-onoff.ts";
import type { SysfsFiles } from "../../src/buses/sysfs.ts";
import { createBoard, listen, noAbort, pulse, settle } from "./gpio-board.ts";

const chip = "pinctrl-bcm2711";

describe("edges through sysfs", () => {
  it("counts every pulse that is over before the event loop runs", async () => {
    // onoff asked for "rising" reads a low level each time and drops all ten.
    for (const edges of ["rising", "falling"] as const) {
      const { simulation, open } = createBoard();
      const heard = listen({ edges });
      await open(heard.request, noAbort);
      await pulse(simulation, 10);
      expect(heard.edges).toHaveLength(10);
      expect(heard.edges.every(({ level }) => level === (edges === "rising" ? 1 : 0))).toBe(true);
    }
  });

  it("counts one for each edge asked for while both reach it slowly", async () => {
    const { simulation, open } = createBoard();
    const heard = listen({ edges: "rising" });
    await open(heard.request, noAbort);
    for (const level of [1, 0, 1, 0, 1] as const) {
      simulation.drive(chip, 17, level);
      await settle();
    }
    expect(heard.edges).toHaveLength(3);
  });

  it("counts trains faster than any debounce, which it leaves to its caller", async () => {
    // onoff's own debounce of 10 ms reports one of 200 edges that are 5 ms apart.
    const { clock, simulation, open } = createBoard();
    const heard = listen({ edges: "rising", debounceMs: 10 });
    await open(heard.request, noAbort);
    for (let edge = 0; edge < 200; edge += 1) {
      await pulse(simulation, 1);
      await clock.advance(5);
    }
    expect(heard.edges).toHaveLength(200);
  });

  it("reports the level of both edges and when they arrived", async () => {
    const { clock, simulation, open } = createBoard();
    const heard = listen({ edges: "both" });
    await open(heard.request, noAbort);
    const startMs = clock.nowMs();
    simulation.drive(chip, 17, 1);
    await settle();
    await clock.advance(250);
    simulation.drive(chip, 17, 0);
    await settle();
    expect(heard.edges).toEqual([
      { level: 1, atMs: startMs },
      { level: 0, atMs: startMs + 250 },
    ]);
  });

  it("counts pulses of one turn of the loop as one, as sysfs has a flag and no queue", async () => {
    const { simulation, open } = createBoard();
    const heard = listen({ edges: "rising" });
    await open(heard.request, noAbort);
    for (const level of [1, 0, 1, 0, 1, 0] as const) simulation.drive(chip, 17, level);
    await settle();
    expect(heard.edges).toHaveLength(1);
  });

  it("does not count what happened before it was open", async () => {
    const { clock, simulation, open } = createBoard({ udevDelayMs: 300 });
    const heard = listen({ edges: "both" });
    const opening = open(heard.request, noAbort);
    await clock.advance(100);
    simulation.drive(chip, 17, 1);
    await clock.advance(300);
    await opening;
    await settle();
    expect(heard.edges).toEqual([]);
  });

  it("does not count what happens while it is being set up", async () => {
    const { clock, simulation } = createBoard();
    const files: SysfsFiles = {
      ...simulation.files,
      readFile: async (path) => {
        // onoff has asked for both edges by now.
        if (path.endsWith("/active_low")) simulation.drive(chip, 17, 1);
        return simulation.files.readFile(path);
      },
    };
    const backend = createOnoffBackend({ files, clock, loadOnoff: async () => simulation.onoff });
    const heard = listen({ edges: "falling" });
    await backend.open(heard.request, noAbort);
    await settle();
    expect(heard.edges).toEqual([]);
  });

  it("turns levels and edges round for a line that is active low", async () => {
    const { simulation, open } = createBoard();
    simulation.drive(chip, 17, 1);
    const heard = listen({ edges: "rising", activeLow: true });
    const line = await open(heard.request, noAbort);
    expect(await line.level()).toBe(0);
    simulation.drive(chip, 17, 0);
    await settle();
    expect(heard.edges).toMatchObject([{ level: 1 }]);
    expect(await line.level()).toBe(1);
    simulation.drive(chip, 17, 1);
    await settle();
    expect(heard.edges).toHaveLength(1);
  });

  it("turns the levels of both edges round for a line that is active low", async () => {
    const { simulation, open } = createBoard();
    const heard = listen({ activeLow: true });
    await open(heard.request, noAbort);
    for (const level of [1, 0] as const) {
      simulation.drive(chip, 17, level);
      await settle();
    }
    expect(heard.edges.map(({ level }) => level)).toEqual([0, 1]);
  });
});

describe("a line that is lost", () => {
  it("reports a level that cannot be read instead of ending the process", async () => {
    // onoff reads the level in its event handler without a guard.
    const { simulation, open } = createBoard();
    const heard = listen();
    const line = await open(heard.request, noAbort);
    simulation.fault(chip, 17, "EIO");
    simulation.drive(chip, 17, 1);
    await settle();
    expect(heard.failures).toMatchObject([{ code: "bus-error" }]);
    await expect(line.level()).rejects.toMatchObject({ code: "bus-error" });
    await line.close();
    expect(simulation.exported()).toEqual([]);
  });

  it("reports an error of the poller", async () => {
    const { clock, simulation } = createBoard();
    class Broken extends simulation.onoff.Gpio {
      override readonly watch = (callback: Parameters<OnoffGpio["watch"]>[0]): void => {
        callback(new Error("Bad file descriptor"), 0);
      };
    }
    const loadOnoff = async () => ({ Gpio: Broken });
    const backend = createOnoffBackend({ files: simulation.files, clock, loadOnoff });
    const heard = listen();
    await backend.open(heard.request, noAbort);
    expect(heard.failures).toMatchObject([{ code: "bus-error" }]);
    expect(heard.edges).toEqual([]);
  });

  it("can be opened again and counts again", async () => {
    const { simulation, open } = createBoard();
    const line = await open(listen().request, noAbort);
    simulation.fault(chip, 17, "EIO");
    simulation.drive(chip, 17, 1);
    await settle();
    await line.close();
    simulation.fault(chip, 17, undefined);
    const heard = listen({ edges: "falling" });
    await open(heard.request, noAbort);
    simulation.drive(chip, 17, 0);
    await settle();
    expect(heard.edges).toMatchObject([{ level: 0 }]);
  });

  it("notices that another program has unexported it", async () => {
    const { simulation, open } = createBoard();
    const heard = listen();
    const line = await open(heard.request, noAbort);
    await simulation.files.writeFile("/sys/class/gpio/unexport", "529");
    await settle();
    expect(heard.failures).toMatchObject([{ code: "device-missing" }]);
    await expect(line.level()).rejects.toMatchObject({ code: "device-missing" });
  });

  it("notices at the next look that another program has changed its edge", async () => {
    const { simulation, open } = createBoard();
    const line = await open(listen({ edges: "falling" }).request, noAbort);
    await simulation.files.writeFile("/sys/class/gpio/gpio529/edge", "none");
    await expect(line.level()).rejects.toMatchObject({
      code: "line-unavailable",
      message: 'gpio529/edge reads "none", not "falling"',
    });
  });

  it("is opened anew where someone else's export was renewed in between", async () => {
    const { simulation, open } = createBoard();
    const { writeFile } = simulation.files;
    await writeFile("/sys/class/gpio/export", "529");
    await (await open(listen().request, noAbort)).close();
    await writeFile("/sys/class/gpio/unexport", "529");
    await writeFile("/sys/class/gpio/export", "529");
    const heard = listen({ edges: "rising" });
    await open(heard.request, noAbort);
    await pulse(simulation, 3);
    expect(heard.edges).toHaveLength(3);
  });

  it("refuses a level that is neither 0 nor 1", async () => {
    const { simulation, clock } = createBoard();
    const files = {
      ...simulation.files,
      readFile: async (path: string) =>
        path.endsWith("/value") ? "\n" : simulation.files.readFile(path),
    };
    const backend = createOnoffBackend({ files, clock, loadOnoff: async () => simulation.onoff });
    await expect(backend.open(listen().request, noAbort)).rejects.toMatchObject({
      code: "no-data",
    });
  });
});
