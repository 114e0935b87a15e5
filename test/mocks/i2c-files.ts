import type { SimulatedAdapter } from "./i2c-adapter.ts";
import { addonError, errno, libuvError } from "./i2c-errno.ts";
import { createWire, type Descriptor, type Transfer, type WireTime } from "./i2c-wire.ts";

const addressMaximum = 0x7f;

/** Refuses a bad argument as the package itself does: with a plain error that carries no number. */
export const check = (what: string, value: number, maximum: number): void => {
  if (!Number.isInteger(value) || value < 0 || value > maximum) {
    throw new Error(`Invalid ${what} ${value}`);
  }
};

/** The errno with which the device file cannot be opened, if it cannot. */
export const refusalOf = (adapter: SimulatedAdapter): number | undefined => {
  if (adapter.missing) return errno.noSuchFile;
  return adapter.forbidden ? errno.accessDenied : undefined;
};

const devicePath = (busNumber: number): string => `/dev/i2c-${busNumber}`;

/** The package's table of descriptors, one per address, with the order of events that it has. */
const createDescriptorTable = (adapter: SimulatedAdapter, path: string) => {
  const table = new Map<number, Descriptor>();

  const openFile = async (): Promise<Descriptor> => {
    await Promise.resolve();
    const refusal = refusalOf(adapter);
    if (refusal !== undefined) throw libuvError("open", path)(refusal);
    adapter.openDescriptors += 1;
    return { slaveAddress: 0, isOpen: true, isOrphan: false, transfers: 0 };
  };

  const descriptorFor = async (address: number): Promise<Descriptor> => {
    check("I2C address", address, addressMaximum);
    const known = table.get(address);
    if (known !== undefined) return known;
    const descriptor = await openFile();
    // Before the address is selected, and over what a parallel call may have put there.
    table.set(address, descriptor);
    await Promise.resolve();
    if (adapter.slots.get(address)?.ownedByKernel === true) throw addonError("setAddr")(errno.busy);
    descriptor.slaveAddress = address;
    return descriptor;
  };

  // Like the asynchronous close of the package: what it closes stays in the table.
  const close = async (): Promise<void> => {
    for (const descriptor of table.values()) {
      await Promise.resolve();
      if (!descriptor.isOpen) throw libuvError("close")(errno.badDescriptor);
      descriptor.isOpen = false;
      adapter.openDescriptors -= 1;
      if (descriptor.transfers > 0) adapter.closedInUse += 1;
    }
  };

  return { descriptorFor, close };
};

/** The two ways down to the wire: the SMBus calls of the addon, and plain reads and writes of libuv. */
export const createTransfers = (adapter: SimulatedAdapter, busNumber: number, time: WireTime) => {
  const table = createDescriptorTable(adapter, devicePath(busNumber));
  const wire = createWire(adapter, time);

  const smbus = async (address: number, offered: boolean, syscall: string, transfer: Transfer) => {
    const descriptor = await table.descriptorFor(address);
    // With plain transfers the kernel emulates all of SMBus.
    if (!(adapter.functions.i2c || offered)) throw addonError(syscall)(errno.notSupported);
    const answer = await wire(descriptor, transfer, addonError(syscall));
    return Buffer.from(answer);
  };

  const plain = async (address: number, syscall: "read" | "write", transfer: Transfer) => {
    const descriptor = await table.descriptorFor(address);
    if (!adapter.functions.i2c) throw libuvError(syscall)(errno.notSupported);
    return await wire(descriptor, transfer, libuvError(syscall));
  };

  return { smbus, plain, close: table.close, descriptorFor: table.descriptorFor };
};

/** What `createTransfers` returns. */
export type Transfers = ReturnType<typeof createTransfers>;
