import { describe, expect, it } from "vitest";
import { failureOf, openSimulated, slotOf } from "./simulated-bus.ts";

const owned = 0x76;
const free = 0x44;

describe("an address that a kernel driver owns", () => {
  it("is refused every time and never turns into a general call", async () => {
    const slots = new Map([[owned, slotOf({ ownedByKernel: true })]]);
    const { bus, adapter } = await openSimulated(slots);
    const device = bus.device(owned);
    // 0x06 as the first byte of a general call resets chips (UM10204, section 3.1.13).
    const writes = [device.write([0x06]), device.write([0x06])].map(failureOf);
    for (const failure of await Promise.all(writes)) {
      expect(failure.code).toBe("owned-by-kernel");
      expect(failure.message).toContain("/dev/i2c-1 0x76");
      expect(failure.remedy).toContain("hwmon");
    }
    expect(adapter.generalCalls).toBe(0);
  });

  it("answers once the kernel driver has let go of it", async () => {
    const slot = slotOf({ ownedByKernel: true });
    const { bus, adapter } = await openSimulated(new Map([[owned, slot]]));
    await failureOf(bus.device(owned).readRegisters(5, 1));
    slot.ownedByKernel = false;
    expect(await bus.device(owned).readRegisters(5, 1)).toEqual(Uint8Array.of(5));
    expect(adapter.generalCalls).toBe(0);
  });

  it("does not disturb the other chips", async () => {
    const slots = new Map([
      [owned, slotOf({ ownedByKernel: true })],
      [free, slotOf()],
    ]);
    const { bus, adapter } = await openSimulated(slots);
    const outcomes = await Promise.allSettled([
      bus.device(free).readRegisters(1, 1),
      bus.device(owned).readRegisters(2, 1),
      bus.device(free).readRegisters(3, 1),
      bus.device(owned).readRegisters(4, 1),
      bus.device(free).readRegisters(5, 1),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual([
      "fulfilled",
      "rejected",
      "fulfilled",
      "rejected",
      "fulfilled",
    ]);
    expect(adapter.generalCalls).toBe(0);
  });
});

describe("the descriptors of a bus", () => {
  it("are not leaked by first accesses at the same time", async () => {
    const { bus, adapter } = await openSimulated(new Map([[free, slotOf()]]));
    const device = bus.device(free);
    await Promise.all(Array.from({ length: 5 }, () => device.readRegisters(0, 1)));
    // One for the chip, and one on which the package asked for the adapter's functions.
    expect(adapter.openDescriptors).toBe(2);
    await bus.close();
    expect(adapter.openDescriptors).toBe(0);
  });

  it("do not pile up while a chip is missing", async () => {
    const { bus, adapter } = await openSimulated(new Map([[free, slotOf()]]));
    for (let round = 0; round < 20; round += 1) {
      await failureOf(bus.device(0x20).read(1));
      await bus.device(free).read(1);
    }
    expect(adapter.openDescriptors).toBeLessThanOrEqual(3);
    await bus.close();
    expect(adapter.openDescriptors).toBe(0);
  });

  it("are never closed under a transfer", async () => {
    const slots = new Map([
      [free, slotOf({ delayMs: 50 })],
      [owned, slotOf({ ownedByKernel: true })],
    ]);
    const { bus, adapter, clock } = await openSimulated(slots);
    const outcomes = Promise.allSettled([
      bus.device(free).read(1),
      bus.device(owned).read(1),
      bus.device(free).read(1),
      bus.device(0x21).read(1),
      bus.device(free).read(1),
    ]);
    await clock.advance(200);
    await outcomes;
    expect(adapter.closedInUse).toBe(0);
  });

  it("are kept when a chip that answers is busy for once", async () => {
    const slot = slotOf();
    const { bus, adapter } = await openSimulated(new Map([[free, slot]]));
    await bus.device(free).read(1);
    slot.fault = "nack";
    await failureOf(bus.device(free).read(1));
    expect(adapter.openDescriptors).toBe(2);
  });

  it("are given up for new ones when the adapter was unplugged and is back", async () => {
    const { bus, adapter } = await openSimulated(new Map([[free, slotOf()]]));
    const device = bus.device(free);
    await device.read(1);
    adapter.missing = true;
    await failureOf(device.read(1));
    adapter.missing = false;
    // Two failures in a row tell a stale descriptor from a busy chip.
    await failureOf(device.read(1));
    expect(await device.readRegisters(9, 1)).toEqual(Uint8Array.of(9));
  });
});
