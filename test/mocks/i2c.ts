import type { I2cBinding, I2cBindingBus } from "../../src/buses/i2c.ts";
import { createAdapter, type SimulatedAdapter } from "./i2c-adapter.ts";
import { addonError, errno, libuvError } from "./i2c-errno.ts";
import { check, createTransfers, refusalOf, type Transfers } from "./i2c-files.ts";
import type { WireTime } from "./i2c-wire.ts";

export {
  createAdapter,
  plainFunctions,
  type SimulatedAdapter,
  type SimulatedSlot,
  smbusOnlyFunctions,
  type WireFault,
} from "./i2c-adapter.ts";

const byteMaximum = 0xff;
const wordMaximum = 0xffff;
// i2c-dev.c cuts plain reads and writes to this many bytes, without an error.
const plainLengthMaximum = 8192;
// I2C_SMBUS_BLOCK_MAX of the kernel's i2c.h.
const blockLengthMaximum = 32;

const checkBuffer = (length: number, buffer: Buffer, maximum: number): void => {
  check("buffer length", length, maximum);
  if (buffer.length < length) throw new Error(`Buffer must contain at least ${length} bytes`);
};

const plainCalls = ({ plain }: Transfers): Pick<I2cBindingBus, "i2cRead" | "i2cWrite"> => ({
  i2cRead: async (address, length, buffer) => {
    checkBuffer(length, buffer, Number.MAX_SAFE_INTEGER);
    const readLength = Math.min(length, plainLengthMaximum);
    buffer.set(await plain(address, "read", { readLength }));
    return { bytesRead: readLength };
  },
  i2cWrite: async (address, length, buffer) => {
    checkBuffer(length, buffer, Number.MAX_SAFE_INTEGER);
    const written = Uint8Array.from(buffer.subarray(0, Math.min(length, plainLengthMaximum)));
    await plain(address, "write", { written });
    return { bytesWritten: written.length };
  },
});

type SmbusRead = "receiveByte" | "readByte" | "readWord" | "readI2cBlock";

const smbusReads = (
  { smbus }: Transfers,
  { functions }: SimulatedAdapter,
): Pick<I2cBindingBus, SmbusRead> => ({
  receiveByte: async (address) =>
    (
      await smbus(address, functions.smbusReceiveByte, "receiveByte", { readLength: 1 })
    ).readUInt8(),
  readByte: async (address, command) => {
    check("I2C command", command, byteMaximum);
    const transfer = { written: Uint8Array.of(command), readLength: 1 };
    return (await smbus(address, functions.smbusReadByte, "readByte", transfer)).readUInt8();
  },
  readWord: async (address, command) => {
    check("I2C command", command, byteMaximum);
    const transfer = { written: Uint8Array.of(command), readLength: 2 };
    return (await smbus(address, functions.smbusReadWord, "readWord", transfer)).readUInt16LE();
  },
  readI2cBlock: async (address, command, length, buffer) => {
    check("I2C command", command, byteMaximum);
    checkBuffer(length, buffer, blockLengthMaximum);
    const transfer = { written: Uint8Array.of(command), readLength: length };
    buffer.set(await smbus(address, functions.smbusReadI2cBlock, "readI2cBlock", transfer));
    return { bytesRead: length };
  },
});

type SmbusWrite = "sendByte" | "writeByte" | "writeWord" | "writeQuick" | "writeI2cBlock";

const smbusWrites = (
  { smbus }: Transfers,
  { functions }: SimulatedAdapter,
): Pick<I2cBindingBus, SmbusWrite> => ({
  sendByte: async (address, byte) => {
    check("byte", byte, byteMaximum);
    const written = Uint8Array.of(byte);
    await smbus(address, functions.smbusReceiveByte, "sendByte", { written });
  },
  writeByte: async (address, command, byte) => {
    check("I2C command", command, byteMaximum);
    check("byte", byte, byteMaximum);
    const written = Uint8Array.of(command, byte);
    await smbus(address, functions.smbusReadByte, "writeByte", { written });
  },
  writeWord: async (address, command, word) => {
    check("I2C command", command, byteMaximum);
    check("word", word, wordMaximum);
    const written = Uint8Array.of(command, word & byteMaximum, word >> 8);
    await smbus(address, functions.smbusReadWord, "writeWord", { written });
  },
  writeQuick: async (address, bit) => {
    check("bit", bit, 1);
    const transfer = bit === 0 ? { written: new Uint8Array() } : { readLength: 0 };
    await smbus(address, functions.smbusQuick, "writeQuick", transfer);
  },
  writeI2cBlock: async (address, command, length, buffer) => {
    check("I2C command", command, byteMaximum);
    checkBuffer(length, buffer, blockLengthMaximum);
    if (length === 0) throw addonError("writeI2cBlock")(errno.invalidArgument);
    const written = Uint8Array.of(command, ...buffer.subarray(0, length));
    await smbus(address, functions.smbusWriteI2cBlock, "writeI2cBlock", { written });
    return { bytesWritten: length };
  },
});

const openBus = (adapter: SimulatedAdapter, busNumber: number, time: WireTime): I2cBindingBus => {
  const transfers = createTransfers(adapter, busNumber, time);
  return {
    i2cFuncs: async () => {
      // Reads no wire, but opens a descriptor of its own, on which address 0 is selected.
      await transfers.descriptorFor(0);
      return adapter.functions;
    },
    ...plainCalls(transfers),
    ...smbusReads(transfers, adapter),
    ...smbusWrites(transfers, adapter),
    close: transfers.close,
  };
};

/**
 * A stand-in for i2c-bus 5.2.3 at the wire, with its habits: it touches no device file until the
 * first transfer, keeps a descriptor before its address could be selected (what follows goes to
 * address 0x00), leaks descriptors when first accesses run in parallel, and keeps closed ones.
 */
export const createI2cBinding = (
  adapters: ReadonlyMap<number, SimulatedAdapter>,
  time: WireTime,
): I2cBinding => {
  const absent = createAdapter({ missing: true });
  return {
    openPromisified: async (busNumber) => {
      check("I2C bus number", busNumber, Number.MAX_SAFE_INTEGER);
      return openBus(adapters.get(busNumber) ?? absent, busNumber, time);
    },
    access: async (path) => {
      const [, digits] = /^\/dev\/i2c-(\d+)$/.exec(path) ?? [];
      const refusal = refusalOf(adapters.get(Number(digits)) ?? absent);
      if (refusal !== undefined) throw libuvError("access", path)(refusal);
    },
  };
};
