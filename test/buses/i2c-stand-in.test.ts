import { describe, expect, it } from "vitest";
import type { I2cBindingBus } from "../../src/buses/i2c.ts";
import { createVirtualClock } from "../mocks/clock.ts";
import { createAdapter, createI2cBinding, type SimulatedAdapter } from "../mocks/i2c.ts";
import { loadPackage, packagePath } from "./i2c-package.ts";
import { slotOf } from "./simulated-bus.ts";

const address = 0x76;
const clock = createVirtualClock();
const path = packagePath();

type Open = (adapter: SimulatedAdapter) => Promise<I2cBindingBus>;

const openStandIn: Open = (adapter) =>
  createI2cBinding(new Map([[1, adapter]]), clock).openPromisified(1);

const openPackage: Open = async (adapter) => {
  if (path === undefined) throw new Error("i2c-bus is not installed");
  return await loadPackage(path, adapter, clock).openPromisified(1);
};

const outcomeOf = (call: Promise<unknown>) =>
  call.then(
    (value) => ({ value }),
    ({ errno, code }: { errno?: number; code?: string }) => ({ errno, code }),
  );

// What the package does is the reference: the same cases run over its own code and the stand-in.
describe.each([
  ["i2c-bus", openPackage, path === undefined],
  ["its stand-in", openStandIn, false],
])("%s", (_, open, isMissing) => {
  const test = it.skipIf(isMissing);

  test("touches no device file until the first transfer", async () => {
    const bus = await open(createAdapter({ missing: true }));
    expect(await outcomeOf(bus.readByte(address, 0))).toEqual({ errno: -2, code: "ENOENT" });
  });

  test("sends a general call after an address could not be selected", async () => {
    const slots = new Map([[address, slotOf({ ownedByKernel: true })]]);
    const adapter = createAdapter({ slots });
    const bus = await open(adapter);
    expect(await outcomeOf(bus.readByte(address, 0))).toEqual({ errno: 16, code: "EBUSY" });
    expect(adapter.generalCalls).toBe(0);
    expect(await outcomeOf(bus.readByte(address, 0))).toEqual({ errno: 121, code: "" });
    expect(adapter.generalCalls).toBe(1);
  });

  test("leaks descriptors when first accesses run at the same time", async () => {
    const adapter = createAdapter({ slots: new Map([[address, slotOf()]]) });
    const bus = await open(adapter);
    await Promise.all([1, 2, 3].map((register) => bus.readByte(address, register)));
    expect(adapter.openDescriptors).toBe(3);
    await bus.close();
    expect(adapter.openDescriptors).toBe(2);
  });

  test("keeps closed descriptors in its table", async () => {
    const adapter = createAdapter({ slots: new Map([[address, slotOf()]]) });
    const bus = await open(adapter);
    await bus.readByte(address, 0);
    await bus.close();
    expect(await outcomeOf(bus.readByte(address, 0))).toEqual({ errno: 9, code: "EBADF" });
    expect(await outcomeOf(bus.close())).toEqual({ errno: -9, code: "EBADF" });
  });

  test("reports a missing acknowledge of a plain read with another sign and name", async () => {
    const bus = await open(createAdapter());
    expect(await outcomeOf(bus.i2cRead(address, 1, Buffer.alloc(1)))).toEqual({
      errno: -121,
      code: "EREMOTEIO",
    });
    expect(await outcomeOf(bus.readByte(address, 0))).toEqual({ errno: 121, code: "" });
  });

  test("refuses bad arguments without a number", async () => {
    const bus = await open(createAdapter());
    const refused = [
      bus.readByte(0x80, 0),
      bus.readByte(address, 256),
      bus.readI2cBlock(address, 0, 33, Buffer.alloc(33)),
      bus.i2cRead(address, 4, Buffer.alloc(3)),
    ];
    const messages = (await Promise.allSettled(refused)).map(
      (outcome) => outcome.status === "rejected" && outcome.reason.message,
    );
    expect(messages).toEqual([
      "Invalid I2C address 128",
      "Invalid I2C command 256",
      "Invalid buffer length 33",
      "Buffer must contain at least 4 bytes",
    ]);
  });
});
