import { describe, expect, it } from "vitest";
import { createOnoffBackend, loadOnoff, type OnoffBinding } from "../../src/buses/gpio-onoff.ts";
import type { SysfsFiles } from "../../src/buses/sysfs.ts";
import { SensorError } from "../../src/errors.ts";
import { createBoard, listen, noAbort, pi4Chip, pulse, settle } from "./gpio-board.ts";

const gpio17 = "/sys/class/gpio/gpio529";

const failing = (errno: string) => () =>
  Promise.reject(Object.assign(new Error(errno), { code: errno }));

const denying = (files: SysfsFiles, path: string, errno: string): SysfsFiles => ({
  ...files,
  writeFile: (written, text) =>
    written === path ? failing(errno)() : files.writeFile(written, text),
});

describe("finding a line in sysfs", () => {
  // The header's chip and its base by board and kernel: hardware.md section 1.3, from raspberrypi/linux issues 6037 and
  // 6084, fivdi/onoff issues 199 and 200, and Debian's arm64 kernel of 2019.
  const brcmstb = { name: "gpiochip1", label: "gpio-brcmstb@107d508500", lines: 32 };
  const firmware = { name: "gpiochip1", label: "raspberrypi-exp-gpio", lines: 8 };
  it.each([
    ["Pi 0 to 3", "pinctrl-bcm2835", 512, 54, { ...firmware, base: 566 }],
    ["Pi 4", "pinctrl-bcm2711", 512, 58, { ...firmware, base: 570 }],
    ["Pi 5 with Linux 6.6", "pinctrl-rp1", 571, 54, { ...brcmstb, base: 512 }],
    ["Pi 5 with Linux 6.1", "pinctrl-rp1", 399, 54, { ...brcmstb, base: 453 }],
    ["Pi 3 with Debian's 4.19", "pinctrl-bcm2835", 458, 54, { ...firmware, base: 450 }],
  ])(
    "opens GPIO17 of a %s, whichever chip is listed first",
    async (_, label, base, lines, other) => {
      const header = { name: "gpiochip0", label, base, lines };
      for (const chips of [
        [header, other],
        [other, header],
      ]) {
        const { simulation, open } = createBoard({ chips });
        const line = await open(listen().request, noAbort);
        expect(simulation.exported()).toEqual([base + 17]);
        expect(line.info).toEqual({ backend: "sysfs", chip: label, line: "17" });
      }
    },
  );

  it("finds a chip by the name of its character device or of its sysfs directory", async () => {
    for (const chip of ["gpiochip2", "gpiochip600", "mcp23017"]) {
      const expander = { name: "gpiochip2", label: "mcp23017", base: 600, lines: 16 };
      const { simulation, open } = createBoard({ chips: [pi4Chip, expander] });
      await open(listen({ address: { chip, line: 3 } }).request, noAbort);
      expect(simulation.exported()).toEqual([603]);
    }
  });

  const reading = (
    answers: Readonly<Record<string, () => Promise<string>>>,
    directories: Readonly<Record<string, () => Promise<readonly string[]>>> = {},
  ) => {
    const expander = { name: "gpiochip2", label: "mcp23017", base: 600, lines: 16 };
    const { clock, simulation } = createBoard({ chips: [pi4Chip, expander] });
    const files: SysfsFiles = {
      ...simulation.files,
      readFile: (path) => answers[path]?.() ?? simulation.files.readFile(path),
      readDirectory: (path) => directories[path]?.() ?? simulation.files.readDirectory(path),
    };
    const backend = createOnoffBackend({ files, clock, loadOnoff: async () => simulation.onoff });
    return {
      open: (chip?: string) =>
        backend.open(listen({ address: { chip, line: 5 } }).request, noAbort),
      simulation,
    };
  };
  const expanderPath = "/sys/class/gpio/gpiochip600";

  it("passes over a chip that is unplugged while it looks", async () => {
    const { open, simulation } = reading({ [`${expanderPath}/label`]: failing("ENODEV") });
    await open();
    expect(simulation.exported()).toEqual([517]);
  });

  it("does not guess at a chip that cannot be read, or whose base is no number", async () => {
    for (const answer of [failing("EIO"), async () => "x\n", async () => "\n"]) {
      const { open } = reading({ [`${expanderPath}/base`]: answer });
      await expect(open("gpiochip2")).rejects.toMatchObject({
        code: "bus-error",
        message: `${expanderPath} cannot be read`,
      });
    }
  });

  it("knows a chip by its sysfs name alone where the device's name is hidden or not its own", async () => {
    for (const listing of [failing("ENOENT"), async () => ["gpiochip2", "gpiochip3"]]) {
      const { open } = reading({}, { [`${expanderPath}/device`]: listing });
      await expect(open("gpiochip2")).rejects.toMatchObject({ code: "device-missing" });
      await open("gpiochip600");
    }
  });

  it("takes a sysfs number as it is, and still knows whose line it is", async () => {
    const { simulation, open } = createBoard();
    const line = await open(listen({ address: { sysfs: 529 } }).request, noAbort);
    expect(simulation.exported()).toEqual([529]);
    expect(line.info).toEqual({ backend: "sysfs", chip: "pinctrl-bcm2711", line: "17" });
  });

  it("refuses reserved lines before it touches them, also by their sysfs number", async () => {
    const { simulation, open } = createBoard();
    for (const address of [{ line: 2 }, { sysfs: 514 }]) {
      await expect(open(listen({ address }).request, noAbort)).rejects.toMatchObject({
        code: "line-reserved",
      });
    }
    expect(simulation.exported()).toEqual([]);
    await open(listen({ address: { line: 2 }, allowReserved: true }).request, noAbort);
    expect(simulation.exported()).toEqual([514]);
  });

  it("refuses a line that another sensor watches", async () => {
    const { open } = createBoard();
    await open(listen().request, noAbort);
    await expect(open(listen({ address: { sysfs: 529 } }).request, noAbort)).rejects.toThrow(
      "sysfs GPIO 529 is watched already",
    );
  });
});

describe("exporting a line", () => {
  it("waits for udev without blocking and without failing", async () => {
    // 0.3 s, as on a Pi 1 (fivdi/onoff issue 20); onoff by itself spins through its ten thousand tries.
    const { clock, simulation, open } = createBoard({ udevDelayMs: 300 });
    const heard = listen({ edges: "rising" });
    const opening = open(heard.request, noAbort);
    await clock.advance(299);
    expect(clock.pending()).toBe(1);
    await clock.advance(6);
    await opening;
    await pulse(simulation, 3);
    expect(heard.edges).toHaveLength(3);
  });

  it("gives up after ten seconds and takes the export back", async () => {
    const { clock, simulation, open } = createBoard({ udevDelayMs: 60_000 });
    const opening = expect(open(listen().request, noAbort)).rejects.toMatchObject({
      code: "permission-denied",
      message: "gpio529/direction may not be written",
    });
    await clock.advance(10_100);
    await opening;
    expect(simulation.exported()).toEqual([]);
  });

  it("can be aborted, and leaves nothing exported", async () => {
    const { clock, simulation, open } = createBoard({ udevDelayMs: 300 });
    const abort = new AbortController();
    const opening = expect(open(listen().request, abort.signal)).rejects.toThrow("stopping");
    await clock.advance(100);
    abort.abort(new Error("stopping"));
    await opening;
    expect(simulation.exported()).toEqual([]);
    expect(clock.pending()).toBe(0);
  });

  it("does not happen, or is taken back, when it was aborted before", async () => {
    const { simulation, open } = createBoard();
    const aborted = AbortSignal.abort(new Error("stopping"));
    await expect(open(listen().request, aborted)).rejects.toThrow("stopping");
    expect(simulation.exported()).toEqual([]);
    expect(simulation.openFiles()).toBe(0);
  });

  it("fails where a setting does not take", async () => {
    const { clock, simulation } = createBoard();
    const files: SysfsFiles = {
      ...simulation.files,
      writeFile: (path, text) =>
        simulation.files.writeFile(path, text === "falling" ? "both" : text),
    };
    const backend = createOnoffBackend({ files, clock, loadOnoff: async () => simulation.onoff });
    await expect(backend.open(listen({ edges: "falling" }).request, noAbort)).rejects.toMatchObject(
      { message: 'gpio529/edge reads "both", not "falling"' },
    );
    expect(simulation.openFiles()).toBe(0);
  });

  // drivers/gpio/gpiolib-sysfs.c, export_store; EROFS where systemd or a container makes /sys read-only.
  it.each([
    ["EINVAL", "line-unavailable"],
    ["EBUSY", "line-unavailable"],
    ["EPERM", "line-unavailable"],
    ["EACCES", "permission-denied"],
    ["EROFS", "permission-denied"],
    ["ENODEV", "device-missing"],
    ["EMFILE", "line-unavailable"],
  ])("explains %s", async (errno, code) => {
    const { clock, simulation } = createBoard();
    const backend = createOnoffBackend({
      files: denying(simulation.files, "/sys/class/gpio/export", errno),
      clock,
      loadOnoff: async () => simulation.onoff,
    });
    await expect(backend.open(listen().request, noAbort)).rejects.toMatchObject({
      code,
      message: expect.stringContaining("GPIO 529"),
      remedy: expect.stringMatching(/\.$/),
      cause: expect.objectContaining({ code: errno }),
    });
  });

  it("names overlays where a driver of the kernel has the line", async () => {
    const { simulation, open } = createBoard();
    simulation.claim("pinctrl-bcm2711", 4);
    await expect(open(listen({ address: { line: 4 } }).request, noAbort)).rejects.toMatchObject({
      code: "line-unavailable",
      remedy: expect.stringContaining("w1-gpio"),
    });
  });

  it("says that sysfs is missing or in the new layout only", async () => {
    const { clock, simulation } = createBoard();
    for (const entries of [undefined, ["chip0"]]) {
      const readDirectory = () =>
        entries === undefined
          ? Promise.reject(Object.assign(new Error("ENOENT"), { code: "ENOENT" }))
          : Promise.resolve(entries);
      const files = { ...simulation.files, readDirectory };
      const backend = createOnoffBackend({ files, clock, loadOnoff: async () => simulation.onoff });
      await expect(backend.open(listen().request, noAbort)).rejects.toMatchObject({
        code: "device-missing",
        remedy: expect.stringContaining("chardev"),
      });
    }
  });

  it("says that a chip without interrupts cannot report edges", async () => {
    const { clock, simulation, open } = createBoard({ chips: [{ ...pi4Chip, triggers: [] }] });
    const opening = expect(open(listen().request, noAbort)).rejects.toMatchObject({
      code: "line-unavailable",
      message: "sysfs GPIO 529 reports no edges",
    });
    await clock.advance(10_100);
    await opening;
    expect(simulation.exported()).toEqual([]);
  });

  it("refuses a bias, which sysfs cannot set", async () => {
    const { open } = createBoard();
    await expect(open(listen({ bias: "pull-up" }).request, noAbort)).rejects.toMatchObject({
      code: "line-unavailable",
      message: "sysfs cannot set the bias of a line (pull-up)",
    });
  });
});

describe("a line that was exported before", () => {
  const exportFirst = async (options: Parameters<typeof createBoard>[0] = {}) => {
    const board = createBoard(options);
    await board.simulation.files.writeFile("/sys/class/gpio/export", "529");
    return board;
  };

  it("counts and stays exported when it is closed, however often it is opened", async () => {
    const { simulation, open } = await exportFirst();
    for (let round = 0; round < 3; round += 1) {
      const heard = listen({ edges: "falling" });
      const line = await open(heard.request, noAbort);
      await pulse(simulation, 5);
      expect(heard.edges).toHaveLength(5);
      await line.close();
      await pulse(simulation, 5);
      expect(heard.edges).toHaveLength(5);
      expect(simulation.exported()).toEqual([529]);
    }
  });

  it("is set up anew where another program has changed it between two openings", async () => {
    const { simulation, open } = await exportFirst();
    await (await open(listen().request, noAbort)).close();
    await simulation.files.writeFile(`${gpio17}/direction`, "out");
    await simulation.files.writeFile(`${gpio17}/active_low`, "1");
    const heard = listen({ edges: "rising" });
    await open(heard.request, noAbort);
    simulation.drive("pinctrl-bcm2711", 17, 1);
    await settle();
    expect(heard.edges).toMatchObject([{ level: 1 }]);
  });

  it("costs one open file, however often it is opened", async () => {
    // onoff closes its file only together with the export.
    const { simulation, open } = await exportFirst();
    for (let round = 0; round < 5; round += 1) {
      await (await open(listen().request, noAbort)).close();
    }
    expect(simulation.openFiles()).toBe(1);
  });

  it("is usable without the right to export", async () => {
    // Gpio.accessible of onoff is false here.
    const { simulation, open, backend } = await exportFirst();
    simulation.deny("/sys/class/gpio/export");
    expect(await backend.unusable()).toBeUndefined();
    const heard = listen({ edges: "rising" });
    await open(heard.request, noAbort);
    await pulse(simulation, 2);
    expect(heard.edges).toHaveLength(2);
  });

  it("is turned to an input with the polarity of the wire", async () => {
    const { simulation, open } = await exportFirst();
    await simulation.files.writeFile(`${gpio17}/direction`, "out");
    await simulation.files.writeFile(`${gpio17}/active_low`, "1");
    const heard = listen({ edges: "rising" });
    const line = await open(heard.request, noAbort);
    simulation.drive("pinctrl-bcm2711", 17, 1);
    await settle();
    expect(heard.edges).toMatchObject([{ level: 1 }]);
    expect(await line.level()).toBe(1);
  });

  it("fails loudly where its edge may not be written", async () => {
    // onoff swallows the error here and never reports an edge.
    const { clock, simulation, open } = await exportFirst();
    simulation.deny(`${gpio17}/edge`);
    const opening = expect(open(listen().request, noAbort)).rejects.toMatchObject({
      code: "permission-denied",
      message: "gpio529/edge may not be written",
    });
    await clock.advance(10_100);
    await opening;
    expect(simulation.exported()).toEqual([529]);
  });

  it("fails loudly where it is an output and may not be turned", async () => {
    const { simulation, open } = await exportFirst();
    await simulation.files.writeFile(`${gpio17}/direction`, "out");
    simulation.deny(`${gpio17}/direction`);
    await expect(open(listen().request, noAbort)).rejects.toMatchObject({
      message: expect.stringContaining("gpio529/"),
    });
    expect(simulation.exported()).toEqual([529]);
  });

  it("fails loudly on a chip that cannot do both edges, which onoff needs", async () => {
    const { simulation, open } = await exportFirst({
      chips: [{ ...pi4Chip, triggers: ["rising", "falling"] }],
    });
    await expect(open(listen({ edges: "rising" }).request, noAbort)).rejects.toMatchObject({
      code: "line-unavailable",
      message: 'gpio529/edge reads "none", not "both"',
    });
    expect(simulation.exported()).toEqual([529]);
  });
});

describe("closing a line", () => {
  it("unexports what it exported, once, and reports nothing more", async () => {
    const { simulation, open } = createBoard();
    const heard = listen();
    const line = await open(heard.request, noAbort);
    simulation.drive("pinctrl-bcm2711", 17, 1);
    await line.close();
    await line.close();
    await settle();
    expect(simulation.exported()).toEqual([]);
    expect(simulation.openFiles()).toBe(0);
    expect(heard.edges).toEqual([]);
    expect(heard.failures).toEqual([]);
  });

  it("leaves the line free to be opened again", async () => {
    const { simulation, open } = createBoard();
    await (await open(listen().request, noAbort)).close();
    const heard = listen({ edges: "rising" });
    await open(heard.request, noAbort);
    await pulse(simulation, 4);
    expect(heard.edges).toHaveLength(4);
  });

  it("takes the export back where onoff's constructor fails", async () => {
    const { clock, simulation } = createBoard();
    class Failing extends simulation.onoff.Gpio {
      constructor(...settings: ConstructorParameters<OnoffBinding["Gpio"]>) {
        super(...settings);
        throw Object.assign(new Error("EIO"), { code: "EIO" });
      }
    }
    const backend = createOnoffBackend({
      files: simulation.files,
      clock,
      loadOnoff: async () => ({ Gpio: Failing }),
    });
    await expect(backend.open(listen().request, noAbort)).rejects.toMatchObject({
      code: "bus-error",
    });
    expect(simulation.exported()).toEqual([]);
  });

  it("takes the export back where the level cannot be read, before onoff opens a file", async () => {
    const { simulation, open } = createBoard();
    simulation.fault("pinctrl-bcm2711", 17, "EIO");
    await expect(open(listen().request, noAbort)).rejects.toMatchObject({ code: "bus-error" });
    expect(simulation.exported()).toEqual([]);
    simulation.fault("pinctrl-bcm2711", 17, undefined);
    await open(listen().request, noAbort);
    expect(simulation.exported()).toEqual([529]);
  });
});

describe("the onoff package", () => {
  it("has what is used of it, or is reported as missing", async () => {
    // It is an optional dependency, absent where its native part cannot be built.
    const found = await loadOnoff().then(
      ({ Gpio: { prototype } }) =>
        [prototype.readSync, prototype.watch, prototype.unwatchAll, prototype.unexport].every(
          (method) => typeof method === "function",
        ),
      (error: unknown) => error instanceof SensorError && error.code === "module-missing",
    );
    expect(found).toBe(true);
  });
});
