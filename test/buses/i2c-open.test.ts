import { describe, expect, it } from "vitest";
import { type I2cBinding, loadI2cBinding, openI2cBus } from "../../src/buses/i2c.ts";
import { createVirtualClock } from "../mocks/clock.ts";
import { createAdapter, createI2cBinding } from "../mocks/i2c.ts";
import { failureOf } from "./simulated-bus.ts";

const clock = createVirtualClock();

const open = (binding: I2cBinding, number: number) => openI2cBus({ number, binding, clock });

describe("opening an I2C bus", () => {
  it("names the device file that is missing", async () => {
    const failure = await failureOf(open(createI2cBinding(new Map(), clock), 7));
    expect(failure.code).toBe("bus-unavailable");
    expect(failure.message).toContain("/dev/i2c-7");
    expect(failure.remedy).toContain("raspi-config");
    expect(failure.cause).toMatchObject({ code: "ENOENT", syscall: "access" });
  });

  it("names the device file that is not ours to open", async () => {
    const adapters = new Map([[1, createAdapter({ forbidden: true })]]);
    const failure = await failureOf(open(createI2cBinding(adapters, clock), 1));
    expect(failure.code).toBe("permission-denied");
    expect(failure.message).toContain("/dev/i2c-1");
    expect(failure.remedy).toContain("group");
    expect(failure.cause).toMatchObject({ code: "EACCES", syscall: "access" });
  });

  it("reports a bus that vanishes between the probe and the opening", async () => {
    const adapters = new Map([[1, createAdapter({ missing: true })]]);
    const binding = { ...createI2cBinding(adapters, clock), access: async () => {} };
    expect((await failureOf(open(binding, 1))).code).toBe("bus-unavailable");
  });

  it("leaves no descriptor open when the adapter does not tell what it can do", async () => {
    const adapter = createAdapter();
    const binding = createI2cBinding(new Map([[1, adapter]]), clock);
    const failing: I2cBinding = {
      ...binding,
      openPromisified: async (number) => {
        const bus = await binding.openPromisified(number);
        const i2cFuncs = async () => {
          await bus.i2cFuncs();
          throw Object.assign(new Error("EIO, Input/output error"), { errno: 5, code: "EIO" });
        };
        return { ...bus, i2cFuncs };
      },
    };
    expect((await failureOf(open(failing, 1))).code).toBe("bus-error");
    expect(adapter.openDescriptors).toBe(0);
  });

  it("speaks to no chip", async () => {
    const adapter = createAdapter();
    const bus = await open(createI2cBinding(new Map([[3, adapter]]), clock), 3);
    expect(bus.number).toBe(3);
    expect(adapter.mostUnderWay).toBe(0);
  });
});

describe("loading i2c-bus", () => {
  const refusing = (error: unknown) => loadI2cBinding(() => Promise.reject(error));

  it.each([
    // What Node reports for an optional dependency whose build failed.
    ["is not installed", Object.assign(new Error("gone"), { code: "ERR_MODULE_NOT_FOUND" })],
    // bindings.js: the install script did not run.
    ["was never built", Object.assign(new Error("Could not locate"), { tries: [] })],
    // process.dlopen: another NODE_MODULE_VERSION or architecture.
    ["for another Node.js", Object.assign(new Error("wrong"), { code: "ERR_DLOPEN_FAILED" })],
    ["something new", new Error("something new")],
    ["not an error", "not an error"],
  ])("says that the package %s", async (text, cause) => {
    const failure = await failureOf(refusing(cause));
    expect(failure.code).toBe("module-missing");
    expect(failure.message).toContain("i2c-bus");
    expect(failure.message).toContain(text);
    expect(failure.cause).toBe(cause);
  });
});

const installed = await loadI2cBinding().then(
  (binding) => binding,
  () => undefined,
);

describe.skipIf(installed === undefined)("the real i2c-bus", () => {
  it("is asked for the device file before anything else", async () => {
    const failure = await failureOf(loadI2cBinding().then((binding) => open(binding, 987_654)));
    expect(failure.code).toBe("bus-unavailable");
    expect(failure.message).toContain("/dev/i2c-987654");
  });

  it("reports a missing file itself only when it is used", async () => {
    const bus = await installed?.openPromisified(987_654);
    await expect(bus?.receiveByte(0x76)).rejects.toMatchObject({ errno: -2, syscall: "open" });
  });
});
