import { describe, expect, it } from "vitest";
import { failureOf, openSimulated, slotOf } from "./simulated-bus.ts";

const slow = 0x44;
const other = 0x76;

const openWith = async (delayMs: number) => {
  const slots = new Map([
    [slow, slotOf({ delayMs })],
    [other, slotOf()],
  ]);
  const simulated = await openSimulated(slots);
  const { bus } = simulated;
  return { ...simulated, slowDevice: bus.device(slow), otherDevice: bus.device(other) };
};

/** The error of a promise as soon as there is one, to be looked at between steps of time. */
const watch = (promise: Promise<unknown>) => {
  const seen: { code?: string; message?: string; done: boolean } = { done: false };
  const watched = failureOf(promise).then(({ code, message }) => {
    Object.assign(seen, { code, message, done: true });
  });
  return { seen, watched };
};

describe("a transfer that does not end", () => {
  it("is given up by its caller after three seconds, and the bus stays busy until it ends", async () => {
    const { clock, adapter, slowDevice, otherDevice } = await openWith(5000);
    const { seen, watched } = watch(slowDevice.read(1));
    await clock.advance(2999);
    expect(seen.done).toBe(false);
    await clock.advance(1);
    await watched;
    expect(seen.code).toBe("bus-timeout");
    expect(seen.message).toContain("/dev/i2c-1 0x44: ");

    const reading = otherDevice.readRegisters(7, 1);
    await clock.advance(1999);
    expect(adapter.log).toEqual([]);
    await clock.advance(1);
    expect(await reading).toEqual(Uint8Array.of(7));
    expect(adapter.mostUnderWay).toBe(1);
  });

  it("makes those who wait behind it give up too, and names who holds the bus", async () => {
    const { clock, slowDevice, otherDevice } = await openWith(Number.POSITIVE_INFINITY);
    const first = failureOf(slowDevice.read(1));
    await clock.advance(1000);
    const { seen, watched } = watch(otherDevice.read(1));
    await clock.advance(2999);
    await first;
    expect(seen.done).toBe(false);
    await clock.advance(1);
    await watched;
    expect(seen.code).toBe("bus-timeout");
    expect(seen.message).toContain("0x76");
    expect(seen.message).toContain("0x44");
  });

  it("never lets a write be sent that its caller has given up", async () => {
    const { clock, adapter, slowDevice, otherDevice } = await openWith(10_000);
    const given = [failureOf(slowDevice.read(1)), failureOf(otherDevice.write([0x01, 0x02]))];
    await clock.advance(3000);
    await Promise.all(given);
    await clock.advance(10_000);
    await otherDevice.read(1);
    expect(adapter.log.some(({ written }) => written !== undefined)).toBe(false);
  });

  it("bounds how many transfers wait behind it", async () => {
    const { clock, bus, slowDevice } = await openWith(Number.POSITIVE_INFINITY);
    const first = failureOf(slowDevice.read(1));
    const waiting = Array.from({ length: 256 }, () => failureOf(bus.device(other).read(1)));
    const { code, message } = await failureOf(bus.device(other).read(1));
    expect(code).toBe("bus-timeout");
    expect(message).toContain("too many");
    await clock.advance(3000);
    await Promise.all([first, ...waiting]);
  });

  it("hands the bus on when it ends in the very moment in which the next one gives up", async () => {
    const { clock, slowDevice, otherDevice } = await openWith(3000);
    const outcomes = Promise.allSettled([slowDevice.read(1), otherDevice.read(1)]);
    await clock.advance(3000);
    await outcomes;
    expect(await otherDevice.readRegisters(3, 1)).toEqual(Uint8Array.of(3));
  });

  it("can still fail later without anybody minding", async () => {
    const { clock, adapter, slowDevice, otherDevice } = await openWith(4000);
    const failing = failureOf(slowDevice.read(1));
    await clock.advance(3000);
    await failing;
    adapter.slots.delete(slow);
    await clock.advance(1000);
    expect(await otherDevice.readRegisters(3, 1)).toEqual(Uint8Array.of(3));
  });
});

describe("a transfer that ends in time", () => {
  it("leaves no timer behind", async () => {
    const { clock, slowDevice, otherDevice } = await openWith(20);
    const both = Promise.all([slowDevice.read(1), otherDevice.read(1)]);
    await clock.advance(20);
    await both;
    expect(clock.pending()).toBe(0);
  });
});
