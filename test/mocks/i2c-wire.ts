import type { Clock } from "../../src/clock.ts";
import type { SimulatedAdapter, SimulatedSlot, WireMessage } from "./i2c-adapter.ts";
import { type ErrorOf, errno } from "./i2c-errno.ts";
import { Nack } from "./model.ts";

/** The part of a clock that a bus needs: transfers take time and are stamped. */
export type WireTime = Pick<Clock, "sleep" | "nowMs">;

/** An open device file: the address that was selected on it, 0 until one was. */
export interface Descriptor {
  slaveAddress: number;
  isOpen: boolean;
  /** Its adapter was unplugged; one that comes back under the same name is another. */
  isOrphan: boolean;
  transfers: number;
}

/** One transfer; with both parts there is a repeated start in between. */
export interface Transfer {
  readonly written?: Uint8Array;
  readonly readLength?: number;
}

type Transacted = Pick<WireMessage, "written" | "read">;

/** Transfers that a log keeps before it forgets the oldest. */
const logLength = 1000;

// i2c-core-base.c: adapter->timeout is one second unless the driver says otherwise.
const kernelTimeoutMs = 1000;

const faultErrno = ({ nackErrno }: SimulatedAdapter, { fault }: SimulatedSlot) =>
  ({
    nack: nackErrno,
    timeout: errno.timedOut,
    "arbitration-lost": errno.tryAgain,
    "io-error": errno.inputOutput,
    corrupt: undefined,
    none: undefined,
  })[fault ?? "none"];

const answerOf = (slot: SimulatedSlot, length: number): Uint8Array => {
  const bytes = slot.chip.read(length);
  // Nobody pulls the line low after the chip's last byte, so the rest reads as ones.
  const answer = Uint8Array.from({ length }, (_, index) => bytes[index] ?? 0xff);
  if (slot.fault === "corrupt") answer[length - 1] = (answer[length - 1] ?? 0) ^ 0x01;
  return answer;
};

const transact = (slot: SimulatedSlot, { written, readLength }: Transfer): Transacted => {
  if (written !== undefined) slot.chip.write(written);
  return {
    ...(written === undefined ? {} : { written }),
    ...(readLength === undefined ? {} : { read: answerOf(slot, readLength) }),
  };
};

/** The answer, or the errno of the failure. */
const exchange = (
  adapter: SimulatedAdapter,
  address: number,
  transfer: Transfer,
  atMs: number,
): Uint8Array | number => {
  const slot = adapter.slots.get(address);
  const failure = slot === undefined ? adapter.nackErrno : faultErrno(adapter, slot);
  if (slot === undefined || failure !== undefined) return failure ?? adapter.nackErrno;
  try {
    const transacted = transact(slot, transfer);
    adapter.log.push({ atMs, address, ...transacted });
    if (adapter.log.length > logLength) adapter.log.shift();
    return transacted.read ?? new Uint8Array();
  } catch (error) {
    if (error instanceof Nack) return adapter.nackErrno;
    throw error;
  }
};

const descriptorErrno = (adapter: SimulatedAdapter, descriptor: Descriptor) => {
  descriptor.isOrphan ||= adapter.missing;
  if (!descriptor.isOpen) return errno.badDescriptor;
  return descriptor.isOrphan ? errno.noSuchDevice : undefined;
};

const durationMs = (slot: SimulatedSlot | undefined): number =>
  slot?.delayMs ?? (slot?.fault === "timeout" ? kernelTimeoutMs : 0);

/** Moves the bytes of a transfer between an open descriptor and the chip at its address. */
export const createWire =
  (adapter: SimulatedAdapter, time: WireTime) =>
  async (descriptor: Descriptor, transfer: Transfer, errorOf: ErrorOf): Promise<Uint8Array> => {
    const refusal = descriptorErrno(adapter, descriptor);
    if (refusal !== undefined) throw errorOf(refusal);
    const address = descriptor.slaveAddress;
    if (address === 0) adapter.generalCalls += 1;
    descriptor.transfers += 1;
    adapter.underWay += 1;
    adapter.mostUnderWay = Math.max(adapter.mostUnderWay, adapter.underWay);
    try {
      const waitMs = durationMs(adapter.slots.get(address));
      await (waitMs > 0 ? time.sleep(waitMs) : Promise.resolve());
    } finally {
      descriptor.transfers -= 1;
      adapter.underWay -= 1;
    }
    const answer = exchange(adapter, address, transfer, time.nowMs());
    if (typeof answer === "number") throw errorOf(answer);
    return answer;
  };
