import { type I2cBus, openI2cBus } from "../../src/buses/i2c.ts";
import { SensorError } from "../../src/errors.ts";
import { createVirtualClock, type VirtualClock } from "../mocks/clock.ts";
import {
  createAdapter,
  createI2cBinding,
  type SimulatedAdapter,
  type SimulatedSlot,
} from "../mocks/i2c.ts";
import type { Chip } from "../mocks/model.ts";

/** A chip of 256 byte registers whose pointer advances, as most have; read without a pointer too. */
export const createRegisterChip = (): Chip & { readonly registers: Uint8Array } => {
  const registers = Uint8Array.from({ length: 256 }, (_, index) => index);
  let pointer = 0;
  const next = (): number => {
    const at = pointer;
    pointer = (pointer + 1) % registers.length;
    return at;
  };
  return {
    registers,
    write: ([first, ...rest]) => {
      pointer = first ?? pointer;
      for (const byte of rest) registers[next()] = byte;
    },
    read: (length) => Uint8Array.from({ length }, () => registers[next()] ?? 0),
    powerCycle: () => {
      registers.fill(0);
    },
  };
};

/** A register chip on the bus, with the fault or delay of a test. */
export const slotOf = (options: Partial<SimulatedSlot> = {}): SimulatedSlot => ({
  chip: createRegisterChip(),
  ...options,
});

export interface SimulatedBus {
  readonly adapter: SimulatedAdapter;
  readonly clock: VirtualClock;
  readonly bus: I2cBus;
}

/** /dev/i2c-1 with these chips, opened. */
export const openSimulated = async (
  slots: ReadonlyMap<number, SimulatedSlot>,
  options: Partial<SimulatedAdapter> = {},
): Promise<SimulatedBus> => {
  const adapter = createAdapter({ slots: new Map(slots), ...options });
  const clock = createVirtualClock();
  const binding = createI2cBinding(new Map([[1, adapter]]), clock);
  return { adapter, clock, bus: await openI2cBus({ number: 1, binding, clock }) };
};

/** The error that a promise rejects with; fails the test if it is no SensorError. */
export const failureOf = async (promise: Promise<unknown>): Promise<SensorError> => {
  const outcome = await promise.then(
    () => "it succeeded",
    (error: unknown) => error,
  );
  if (outcome instanceof SensorError) return outcome;
  throw new Error("a SensorError was expected", { cause: outcome });
};
