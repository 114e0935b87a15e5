import { describe, expect, it } from "vitest";
import { openI2cBus } from "../../src/buses/i2c.ts";
import { createVirtualClock } from "../mocks/clock.ts";
import { createAdapter, createI2cBinding } from "../mocks/i2c.ts";
import { errno, libuvError } from "../mocks/i2c-errno.ts";
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

describe("giving up the descriptors of a bus", () => {
  /** A bus with one chip that fails, whose package does otherwise from then on. */
  const openFailing = async (fails: { close?: boolean; open?: boolean }) => {
    const clock = createVirtualClock();
    const adapter = createAdapter({ slots: new Map([[free, slotOf({ fault: "io-error" })]]) });
    const binding = createI2cBinding(new Map([[1, adapter]]), clock);
    let opened = 0;
    const bus = await openI2cBus({
      number: 1,
      clock,
      binding: {
        ...binding,
        openPromisified: async (number) => {
          opened += 1;
          if (fails.open === true && opened === 2) throw libuvError("open")(errno.noSuchFile);
          const opening = await binding.openPromisified(number);
          if (fails.close !== true || opened > 1) return opening;
          return {
            ...opening,
            close: () => Promise.reject(libuvError("close")(errno.badDescriptor)),
          };
        },
      },
    });
    return { device: bus.device(free), slot: adapter.slots.get(free) };
  };

  it("tells why the transfer failed, not that a descriptor could not be closed after it", async () => {
    const { device, slot } = await openFailing({ close: true });
    const failure = await failureOf(device.read(1));
    expect(failure.message).toContain("errno 5");
    if (slot !== undefined) slot.fault = undefined;
    expect(await device.readRegisters(9, 1)).toEqual(Uint8Array.of(9));
  });

  it("tells of a bus that cannot be opened again as of one that cannot be opened", async () => {
    const { device, slot } = await openFailing({ open: true });
    await failureOf(device.read(1));
    if (slot !== undefined) slot.fault = undefined;
    const failure = await failureOf(device.read(1));
    expect(failure.code).toBe("bus-unavailable");
    expect(failure.message).toContain("/dev/i2c-1");
    expect(await device.readRegisters(9, 1)).toEqual(Uint8Array.of(9));
  });
});
