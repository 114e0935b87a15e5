import type { SensorError } from "../errors.ts";
import type { I2cBinding, I2cBindingBus, I2cBindingFunctions } from "./i2c.ts";
import { asBusError, devicePath } from "./i2c-errors.ts";

/** The open descriptors of one bus. Its calls must come one after the other. */
export interface I2cConnection {
  readonly functions: I2cBindingFunctions;
  /** One call, with its failure as a SensorError. */
  readonly transfer: <Result>(
    address: number,
    call: (bus: I2cBindingBus) => Promise<Result>,
  ) => Promise<Result>;
  readonly close: () => Promise<void>;
}

interface OpenBus {
  readonly bus: I2cBindingBus;
  /** Addresses whose latest transfer succeeded, so that their descriptors are known to be good. */
  readonly answering: Set<number>;
}

// A chip that is busy does not acknowledge, which says nothing against its descriptor. Twice in a
// row it may as well be an adapter that was unplugged and has come back under its old name.
const isHarmless = (failure: SensorError, wasAnswering: boolean): boolean =>
  wasAnswering && failure.code === "no-acknowledge";

/**
 * Opens a bus and keeps it usable: i2c-bus keeps the descriptor of an address even if selecting
 * the address on it failed, and then talks to address 0x00, where a write can reset other chips.
 * So after a failure that may have left such a descriptor all of them are given up for new ones.
 */
export const connectI2c = async (binding: I2cBinding, number: number): Promise<I2cConnection> => {
  const open = async (): Promise<OpenBus> => ({
    bus: await binding.openPromisified(number),
    answering: new Set(),
  });

  let current: OpenBus | undefined;

  const giveUp = async (): Promise<void> => {
    const closing = current;
    // Its table still names the descriptors after closing, so nobody may use it again.
    current = undefined;
    await closing?.bus.close();
  };

  const close = async (): Promise<void> => {
    try {
      await giveUp();
    } catch (cause) {
      throw asBusError(cause, number);
    }
  };

  /** What goes wrong while giving up says less than the failure that led to it. */
  const giveUpAfterFailure = (): Promise<void> => giveUp().catch(() => {});

  const transfer: I2cConnection["transfer"] = async (address, call) => {
    try {
      current ??= await open();
      const { bus, answering } = current;
      const result = await call(bus);
      answering.add(address);
      return result;
    } catch (cause) {
      const failure = asBusError(cause, number, address);
      const wasAnswering = current?.answering.delete(address) === true;
      if (!isHarmless(failure, wasAnswering)) await giveUpAfterFailure();
      throw failure;
    }
  };

  try {
    // i2c-bus itself opens no file before the first transfer.
    await binding.access(devicePath(number));
    current = await open();
    return { functions: await current.bus.i2cFuncs(), transfer, close };
  } catch (cause) {
    await giveUpAfterFailure();
    throw asBusError(cause, number);
  }
};
