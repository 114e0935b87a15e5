import { describe, expect, it } from "vitest";
import { type I2cBinding, openI2cBus } from "../../src/buses/i2c.ts";
import { createVirtualClock } from "../mocks/clock.ts";
import { createAdapter, createI2cBinding } from "../mocks/i2c.ts";
import { libuvError } from "../mocks/i2c-errno.ts";
import { failureOf, openSimulated, slotOf } from "./simulated-bus.ts";

const address = 0x44;

const open = async (delayMs: number) => {
  const simulated = await openSimulated(new Map([[address, slotOf({ delayMs })]]));
  return { ...simulated, device: simulated.bus.device(address) };
};

describe("closing an I2C bus", () => {
  it("waits for the transfer under way, which still succeeds", async () => {
    const { bus, device, adapter, clock } = await open(100);
    const reading = device.readRegisters(4, 1);
    await clock.advance(50);
    let isClosed = false;
    const closing = bus.close().then(() => {
      isClosed = true;
    });
    await clock.advance(49);
    expect(isClosed).toBe(false);
    expect(adapter.openDescriptors).toBe(2);
    await clock.advance(1);
    await closing;
    expect(await reading).toEqual(Uint8Array.of(4));
    expect(adapter.openDescriptors).toBe(0);
    expect(adapter.closedInUse).toBe(0);
  });

  it("refuses what waits, without sending it", async () => {
    const { bus, device, adapter, clock } = await open(100);
    const reading = device.read(1);
    const waiting = failureOf(device.write([1]));
    await clock.advance(10);
    const closing = bus.close();
    const { code, message } = await waiting;
    expect(code).toBe("bus-unavailable");
    expect(message).toContain("closed");
    await clock.advance(1000);
    await Promise.all([reading, closing]);
    expect(adapter.log).toHaveLength(1);
  });

  it("refuses later transfers and opens nothing for them", async () => {
    const { bus, device, adapter } = await open(0);
    await device.read(1);
    await bus.close();
    const { code, message } = await failureOf(device.read(1));
    expect(code).toBe("bus-unavailable");
    expect(message).toBe("/dev/i2c-1 0x44: the bus has been closed");
    expect(adapter.openDescriptors).toBe(0);
  });

  it("may be asked for twice, and both wait for the last descriptor", async () => {
    const addresses = Array.from({ length: 20 }, (_, index) => 0x10 + index);
    const slots = new Map(addresses.map((each) => [each, slotOf()]));
    const { bus, adapter } = await openSimulated(slots);
    for (const each of addresses) await bus.device(each).read(1);
    const first = bus.close();
    await bus.close();
    expect(adapter.openDescriptors).toBe(0);
    await first;
    await bus.close();
  });

  it("reports a descriptor that cannot be closed", async () => {
    const clock = createVirtualClock();
    const binding = createI2cBinding(new Map([[1, createAdapter()]]), clock);
    const failing: I2cBinding = {
      ...binding,
      openPromisified: async (number) => ({
        ...(await binding.openPromisified(number)),
        close: () => Promise.reject(libuvError("close")(5)),
      }),
    };
    const bus = await openI2cBus({ number: 1, binding: failing, clock });
    const { code, message } = await failureOf(bus.close());
    expect(code).toBe("bus-error");
    expect(message).toContain("/dev/i2c-1");
  });
});
