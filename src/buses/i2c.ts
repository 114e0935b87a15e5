import { access, constants } from "node:fs/promises";
import type { Clock } from "../clock.ts";
import { SensorError } from "../errors.ts";
import { connectI2c } from "./i2c-connection.ts";
import { createI2cDevice, type I2cLink } from "./i2c-device.ts";
import { refusedTransfer } from "./i2c-errors.ts";
import { createSerialQueue } from "./serial-queue.ts";

/** One chip at one address, as a driver sees it. All transfers of a bus go through one queue. */
export interface I2cDevice {
  readonly address: number;
  /** Plain write: [address W bytes]. On SMBus-only adapters up to 33 bytes, as the fitting SMBus write. */
  readonly write: (bytes: ArrayLike<number>) => Promise<void>;
  /** Plain read: [address R length]. `unsupported-adapter` for more than one byte where there is only SMBus. */
  readonly read: (length: number) => Promise<Uint8Array>;
  /**
   * Bytes of consecutive 8-bit registers, in one transfer with repeated start: [W register] Sr [R length].
   * Blocks over 32 bytes are read in chunks, so the chip must hold still in between.
   */
  readonly readRegisters: (register: number, length: number) => Promise<Uint8Array>;
  readonly writeRegister: (register: number, byte: number) => Promise<void>;
  /** A 16-bit register, high byte first on the wire (TI, Microchip). Unsigned. */
  readonly readWordBigEndian: (register: number) => Promise<number>;
  readonly writeWordBigEndian: (register: number, word: number) => Promise<void>;
  /** A 16-bit register, low byte first on the wire (SMBus order). Unsigned. */
  readonly readWordLittleEndian: (register: number) => Promise<number>;
  readonly writeWordLittleEndian: (register: number, word: number) => Promise<void>;
}

/** One adapter, /dev/i2c-N. */
export interface I2cBus {
  readonly number: number;
  readonly device: (address: number) => I2cDevice;
  /** Waits for the transfer under way, then closes. */
  readonly close: () => Promise<void>;
}

/** The part of the i2c-bus package that is used, so that a simulation can stand in at the wire. */
export interface I2cBinding {
  readonly openPromisified: (busNumber: number) => Promise<I2cBindingBus>;
  /** Rejects with ENOENT or EACCES as `fs.access` of the device file does. */
  readonly access: (path: string) => Promise<void>;
}

export interface I2cBindingFunctions {
  readonly i2c: boolean;
  readonly smbusQuick: boolean;
  readonly smbusReceiveByte: boolean;
  readonly smbusReadByte: boolean;
  readonly smbusReadWord: boolean;
  readonly smbusReadI2cBlock: boolean;
  readonly smbusWriteI2cBlock: boolean;
}

export interface I2cBindingBus {
  readonly i2cFuncs: () => Promise<I2cBindingFunctions>;
  readonly i2cRead: (
    address: number,
    length: number,
    buffer: Buffer,
  ) => Promise<{ bytesRead: number }>;
  readonly i2cWrite: (
    address: number,
    length: number,
    buffer: Buffer,
  ) => Promise<{ bytesWritten: number }>;
  readonly readByte: (address: number, command: number) => Promise<number>;
  readonly readWord: (address: number, command: number) => Promise<number>;
  readonly readI2cBlock: (
    address: number,
    command: number,
    length: number,
    buffer: Buffer,
  ) => Promise<{ bytesRead: number }>;
  readonly receiveByte: (address: number) => Promise<number>;
  readonly sendByte: (address: number, byte: number) => Promise<void>;
  readonly writeByte: (address: number, command: number, byte: number) => Promise<void>;
  readonly writeWord: (address: number, command: number, word: number) => Promise<void>;
  readonly writeQuick: (address: number, bit: 0 | 1) => Promise<void>;
  readonly writeI2cBlock: (
    address: number,
    command: number,
    length: number,
    buffer: Buffer,
  ) => Promise<{ bytesWritten: number }>;
  readonly close: () => Promise<void>;
}

/** What a bus is opened with. */
export interface I2cBusDependencies {
  /** The N of /dev/i2c-N. */
  readonly number: number;
  readonly binding: I2cBinding;
  readonly clock: Pick<Clock, "sleep">;
}

// The kernel gives up after one second per try (i2c-core-base.c) and adapters try up to three times.
const transferLimitMs = 3000;
// There are 112 addresses on a bus, and a driver awaits each of its transfers.
const waitingTransfersMaximum = 256;

/**
 * Opens an adapter and makes sure that it is there and ours to use: `bus-unavailable` and
 * `permission-denied` if not. No chip is spoken to.
 */
export const openI2cBus = async ({
  number,
  binding,
  clock,
}: I2cBusDependencies): Promise<I2cBus> => {
  const connection = await connectI2c(binding, number);
  const queue = createSerialQueue({
    clock,
    limitMs: transferLimitMs,
    capacity: waitingTransfersMaximum,
    refusal: (refusal) => refusedTransfer(number, transferLimitMs, refusal),
  });
  const link: I2cLink = {
    number,
    functions: connection.functions,
    transfer: (address, call) => queue.run(address, () => connection.transfer(address, call)),
  };
  let closing: Promise<void> | undefined;
  return {
    number,
    device: (address) => createI2cDevice(link, address),
    close: () => {
      closing ??= queue.close().then(connection.close);
      return closing;
    },
  };
};

const failureToLoad = (cause: unknown): string => {
  if (!(cause instanceof Error)) return String(cause);
  const code = "code" in cause ? cause.code : undefined;
  if (code === "ERR_MODULE_NOT_FOUND") return "it is not installed, since it could not be built";
  if (code === "ERR_DLOPEN_FAILED") return "it was built for another Node.js or another machine";
  // What the `bindings` package throws lists the places it tried.
  if ("tries" in cause) return "its native part was never built";
  return cause.message;
};

// Its type declarations give writeQuick an argument that the package does not have.
type PackageBus = Omit<I2cBindingBus, "writeQuick">;

interface I2cPackage {
  readonly default: { readonly openPromisified: (busNumber: number) => Promise<PackageBus> };
}

/** The i2c-bus package, loaded when first needed; `module-missing` where it is absent or broken. */
export const loadI2cBinding = async (
  importPackage: () => Promise<I2cPackage> = () => import("i2c-bus"),
): Promise<I2cBinding> => {
  try {
    const { default: i2c } = await importPackage();
    return {
      openPromisified: async (busNumber) => (await i2c.openPromisified(busNumber)) as I2cBindingBus,
      access: (path) => access(path, constants.R_OK | constants.W_OK),
    };
  } catch (cause) {
    const text = `the optional package i2c-bus cannot be loaded: ${failureToLoad(cause)}`;
    throw new SensorError("module-missing", text, { cause });
  }
};
