import { describe, expect, it } from "vitest";
import type { GpioBackend, GpioRequest } from "../../src/buses/gpio.ts";
import type { loadOnoff } from "../../src/buses/gpio-onoff.ts";
import { chooseGpioBackend, createGpio, openGpioLine } from "../../src/buses/gpio-open.ts";
import type { SysfsFiles } from "../../src/buses/sysfs.ts";
import { SensorError } from "../../src/errors.ts";
import type { Spawn } from "../../src/spawn.ts";
import { createBoard, listen, noAbort, pulse } from "./gpio-board.ts";

const answering =
  (text: string): Spawn =>
  (_, onOutput) => {
    onOutput(text);
    return { ended: Promise.resolve({ status: 0, complaint: "" }), kill: () => {} };
  };

const missing: Spawn = () => ({
  ended: Promise.resolve({ status: null, complaint: "", notStarted: new Error("spawn ENOENT") }),
  kill: () => {},
});

const installed = answering("gpiomon (libgpiod) v2.2.1\n");

const failing = (errno: string) => () =>
  Promise.reject(Object.assign(new Error(errno), { code: errno }));

/** A board whose sysfs, onoff and tools are as a machine has them. */
const machine = (
  options: {
    files?: Partial<SysfsFiles>;
    loadOnoff?: typeof loadOnoff;
    spawn?: Spawn;
    preference?: "auto" | GpioBackend["name"];
  } = {},
) => {
  const { clock, simulation } = createBoard();
  const gpio = createGpio({
    preference: options.preference ?? "auto",
    files: { ...simulation.files, ...options.files },
    clock,
    loadOnoff: options.loadOnoff ?? (async () => simulation.onoff),
    spawn: options.spawn ?? installed,
  });
  return { clock, simulation, gpio };
};

const noModule = () => Promise.reject(new SensorError("module-missing", "onoff cannot be loaded"));

describe("choosing a backend", () => {
  it("takes sysfs where it is complete", async () => {
    const { gpio } = machine({ spawn: missing });
    expect((await chooseGpioBackend(gpio, {})).name).toBe("sysfs");
  });

  it.each([
    ["there is no sysfs", { files: { readDirectory: failing("ENOENT") } }],
    // Linux 7.2 with CONFIG_GPIO_SYSFS_LEGACY=n: chipN/ only.
    ["sysfs has the new layout only", { files: { readDirectory: async () => ["chip0"] } }],
    [
      "sysfs lists no chips with a base",
      { files: { readDirectory: async () => ["export", "chip0"] } },
    ],
    ["/sys is read-only", { files: { writeFile: failing("EROFS") } }],
    ["onoff is not installed", { loadOnoff: noModule }],
  ])("takes the character device where %s", async (_, options) => {
    const { gpio } = machine(options);
    expect((await chooseGpioBackend(gpio, {})).name).toBe("chardev");
  });

  it("takes the character device where a bias is asked for", async () => {
    const { gpio } = machine();
    expect((await chooseGpioBackend(gpio, { bias: "pull-up" })).name).toBe("chardev");
  });

  it("takes sysfs where its files may not be written, for the line may be exported already", async () => {
    const { gpio } = machine({ files: { writeFile: failing("EACCES") } });
    expect((await chooseGpioBackend(gpio, {})).name).toBe("sysfs");
  });

  it("takes what the configuration says, whatever is there", async () => {
    for (const preference of ["sysfs", "chardev"] as const) {
      const { gpio } = machine({ preference, loadOnoff: noModule, spawn: missing });
      expect((await chooseGpioBackend(gpio, { bias: "pull-up" })).name).toBe(preference);
    }
  });

  it("says what it has tried where nothing is usable", async () => {
    const { gpio } = machine({ loadOnoff: noModule, spawn: missing });
    await expect(chooseGpioBackend(gpio, {})).rejects.toMatchObject({
      code: "bus-unavailable",
      message:
        "no way to GPIO lines: not sysfs, as onoff cannot be loaded; not the character device, as gpiomon cannot be started (spawn ENOENT)",
      remedy: expect.stringContaining("apt install gpiod"),
    });
  });

  it("refuses a bias where the configuration insists on sysfs", async () => {
    const { gpio } = machine({ preference: "sysfs" });
    await expect(
      openGpioLine(gpio, listen({ bias: "pull-up" }).request, noAbort),
    ).rejects.toMatchObject({ message: "sysfs cannot set the bias of a line (pull-up)" });
  });

  it("lets the missing module show where the configuration insists on sysfs", async () => {
    const { gpio, simulation } = machine({ preference: "sysfs", loadOnoff: noModule });
    await expect(openGpioLine(gpio, listen().request, noAbort)).rejects.toMatchObject({
      code: "module-missing",
    });
    expect(simulation.exported()).toEqual([]);
  });
});

describe("opening a line", () => {
  it("ignores what comes within the lockout after an edge, and only that", async () => {
    const { gpio, clock, simulation } = machine();
    const heard = listen({ edges: "rising", debounceMs: 20 });
    await openGpioLine(gpio, heard.request, noAbort);
    const startMs = clock.nowMs();
    for (let count = 0; count < 10; count += 1) {
      await pulse(simulation, 1);
      await clock.advance(8);
    }
    // Pulses at 0, 8, ... 72 ms: those at 0, 24, 48 and 72 count.
    expect(heard.edges.map(({ atMs }) => atMs - startMs)).toEqual([0, 24, 48, 72]);
  });

  it("debounces the edges of the character device by the kernel's times", async () => {
    const edges: Parameters<GpioRequest["onEdge"]>[0][] = [];
    const backend: GpioBackend = {
      name: "chardev",
      unusable: async () => undefined,
      open: async ({ onEdge }) => {
        for (const atMs of [100, 101, 119, 120]) onEdge({ level: 1, atMs });
        return { level: async () => 1, info: {}, close: async () => {} };
      },
    };
    const request = { ...listen({ debounceMs: 20 }).request, onEdge: edges.push.bind(edges) };
    const gpio = { preference: "chardev", sysfs: backend, chardev: backend } as const;
    await openGpioLine(gpio, request, noAbort);
    expect(edges.map(({ atMs }) => atMs)).toEqual([100, 120]);
  });

  it("survives a listener that throws, and reports it", async () => {
    const { gpio, simulation } = machine();
    const heard = listen({
      onEdge: () => {
        throw new Error("defect");
      },
    });
    await openGpioLine(gpio, heard.request, noAbort);
    await pulse(simulation, 1);
    expect(heard.failures).toMatchObject([{ code: "internal", message: "defect" }]);
  });
});
