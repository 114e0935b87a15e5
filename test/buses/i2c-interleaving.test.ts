import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { I2cDevice } from "../../src/buses/i2c.ts";
import { createRegisterChip, failureOf, openSimulated, slotOf } from "./simulated-bus.ts";

const answering = [0x23, 0x44] as const;
const ownedByKernel = 0x76;
const absent = 0x20;

/** What a register of the chip at an address holds: different for each, in each chip. */
const content = (address: number, register: number): number => (address + 7 * register) & 0xff;

const slots = (delayMs: number) => {
  const chips = answering.map((address) => {
    const chip = createRegisterChip();
    chip.registers.forEach((_, register) => {
      chip.registers[register] = content(address, register);
    });
    return [address, slotOf({ chip, delayMs })] as const;
  });
  return new Map([...chips, [ownedByKernel, slotOf({ ownedByKernel: true })]]);
};

type Kind = "byte" | "block" | "word";

const perform = async (device: I2cDevice, kind: Kind, register: number): Promise<unknown> => {
  if (kind === "word") return await device.readWordBigEndian(register);
  return [...(await device.readRegisters(register, kind === "byte" ? 1 : 4))];
};

const expected = (address: number, kind: Kind, register: number): unknown => {
  if (address === ownedByKernel) return "owned-by-kernel";
  if (address === absent) return "no-acknowledge";
  const at = (offset: number): number => content(address, (register + offset) % 256);
  if (kind === "word") return at(0) * 256 + at(1);
  return kind === "byte" ? [at(0)] : [at(0), at(1), at(2), at(3)];
};

const transfers = fc.array(
  fc.record({
    address: fc.constantFrom(...answering, ownedByKernel, absent),
    register: fc.integer({ min: 0, max: 0xff }),
    kind: fc.constantFrom<Kind>("byte", "block", "word"),
    startMs: fc.integer({ min: 0, max: 20 }),
  }),
  { minLength: 1, maxLength: 30 },
);

describe("transfers of several devices in any order", () => {
  it("are never two at once, each caller gets its own answer, and nothing leaks", async () => {
    const property = fc.asyncProperty(transfers, fc.nat(8), async (wanted, delayMs) => {
      const { bus, adapter, clock } = await openSimulated(slots(delayMs));
      const outcomes = wanted.map(async ({ address, register, kind, startMs }) => {
        await clock.sleep(startMs);
        const answer = perform(bus.device(address), kind, register);
        return await answer.catch(async () => (await failureOf(answer)).code);
      });
      await clock.advance(1000);
      expect(await Promise.all(outcomes)).toEqual(
        wanted.map(({ address, kind, register }) => expected(address, kind, register)),
      );
      await bus.close();
      expect(adapter).toMatchObject({ openDescriptors: 0, closedInUse: 0, generalCalls: 0 });
      expect(adapter.mostUnderWay).toBeLessThanOrEqual(1);
    });
    await fc.assert(property, { numRuns: 100 });
  });
});

describe("a device with much to do", () => {
  it("lets the others have every other turn", async () => {
    const { bus, adapter } = await openSimulated(slots(0));
    const [busy, modest] = answering;
    const all = [busy, busy, busy, busy, modest, modest].map((address) =>
      bus.device(address).readRegisters(0, 1),
    );
    await Promise.all(all);
    expect(adapter.log.map(({ address }) => address)).toEqual([
      busy,
      busy,
      modest,
      busy,
      modest,
      busy,
    ]);
  });

  it("lets the others in between the chunks of a long read", async () => {
    const { bus, adapter } = await openSimulated(slots(0));
    const [busy, modest] = answering;
    await Promise.all([
      bus.device(busy).readRegisters(0, 96),
      bus.device(modest).readRegisters(0, 1),
    ]);
    expect(adapter.log.map(({ address }) => address)).toEqual([busy, modest, busy, busy]);
  });
});
