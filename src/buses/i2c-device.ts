import { SensorError } from "../errors.ts";
import type { I2cBindingBus, I2cDevice } from "./i2c.ts";
import type { I2cConnection } from "./i2c-connection.ts";
import { formatPlace, invalidArgument } from "./i2c-errors.ts";

/** What a device needs of its bus; its transfers are queued. */
export interface I2cLink extends Pick<I2cConnection, "functions" | "transfer"> {
  readonly number: number;
}

// UM10204, section 3.1.12: the addresses below and above are reserved.
const addressMinimum = 0x08;
const addressMaximum = 0x77;

// I2C_SMBUS_BLOCK_MAX of the kernel's i2c.h: bytes after the command.
const blockLengthMaximum = 32;
// i2c-dev.c silently cuts longer plain transfers.
const plainLengthMaximum = 8192;
const byteMaximum = 0xff;
const wordMaximum = 0xffff;

interface Place {
  readonly number: number;
  readonly address: number;
}

type Call<Result> = (bus: I2cBindingBus) => Promise<Result>;

const checkInteger = (
  { number, address }: Place,
  what: string,
  value: number,
  [minimum, maximum]: readonly [number, number],
): void => {
  if (Number.isInteger(value) && value >= minimum && value <= maximum) return;
  const text = `${what} must be a whole number from ${minimum} to ${maximum}, not ${value}`;
  throw invalidArgument(number, address, text);
};

const checkLength = (place: Place, length: number): void =>
  checkInteger(place, "a transfer's length", length, [1, plainLengthMaximum]);

const checkRegister = (place: Place, register: number): void =>
  checkInteger(place, "a register", register, [0, byteMaximum]);

// The same error for the driver whether the call says that it was cut short or only counts less.
const checkCount = (place: Place, count: number, length: number): void => {
  if (count === length) return;
  const text = `${count} of ${length} bytes were transferred`;
  throw new SensorError("bus-error", `${formatPlace(place.number, place.address)}: ${text}`);
};

const unsupported = (place: Place, what: string): SensorError =>
  new SensorError(
    "unsupported-adapter",
    `${formatPlace(place.number, place.address)}: the adapter has only SMBus transfers, not ${what}`,
  );

const plainWrite =
  (place: Place, bytes: Buffer): Call<void> =>
  async (bus) => {
    const { bytesWritten } = await bus.i2cWrite(place.address, bytes.length, bytes);
    checkCount(place, bytesWritten, bytes.length);
  };

/** The SMBus write that puts the same bytes on the wire. */
const smbusWrite = (place: Place, bytes: Buffer): Call<void> => {
  const { address } = place;
  const [command = 0] = bytes;
  if (bytes.length === 1) return (bus) => bus.sendByte(address, command);
  if (bytes.length === 2) return (bus) => bus.writeByte(address, command, bytes.readUInt8(1));
  if (bytes.length === 3) return (bus) => bus.writeWord(address, command, bytes.readUInt16LE(1));
  const block = bytes.subarray(1);
  if (block.length > blockLengthMaximum)
    throw unsupported(place, `writes of ${bytes.length} bytes`);
  return async (bus) => {
    const { bytesWritten } = await bus.writeI2cBlock(address, command, block.length, block);
    checkCount(place, bytesWritten, block.length);
  };
};

const plainRead =
  (place: Place, length: number): Call<Uint8Array> =>
  async (bus) => {
    const buffer = Buffer.alloc(length);
    const { bytesRead } = await bus.i2cRead(place.address, length, buffer);
    checkCount(place, bytesRead, length);
    return Uint8Array.from(buffer);
  };

const smbusRead = (place: Place, length: number): Call<Uint8Array> => {
  if (length > 1) throw unsupported(place, `reads of ${length} bytes without a register`);
  return async (bus) => Uint8Array.of(await bus.receiveByte(place.address));
};

const blockRead =
  (place: Place, register: number, length: number): Call<Uint8Array> =>
  async (bus) => {
    const buffer = Buffer.alloc(length);
    const { bytesRead } = await bus.readI2cBlock(place.address, register, length, buffer);
    checkCount(place, bytesRead, length);
    return Uint8Array.from(buffer);
  };

const byteRead =
  ({ address }: Place, register: number): Call<Uint8Array> =>
  async (bus) =>
    Uint8Array.of(await bus.readByte(address, register));

const concatenate = (parts: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => [...part]));

const swapBytes = (word: number): number => ((word & byteMaximum) << 8) | (word >> 8);

/** The registers of a device, by the transfers with a repeated start that SMBus and its emulation have. */
const createRegisterReads = (link: I2cLink, place: Place) => {
  const { functions, transfer } = link;
  // i2c-core-smbus.c emulates whatever the adapter lacks with plain transfers, if it has those.
  const hasBlocks = functions.i2c || functions.smbusReadI2cBlock;
  const chunkLength = hasBlocks ? blockLengthMaximum : 1;

  const readRegisters = async (register: number, length: number): Promise<Uint8Array> => {
    checkRegister(place, register);
    checkLength(place, length);
    const chunks = Array.from({ length: Math.ceil(length / chunkLength) }, (_, index) => ({
      from: register + index * chunkLength,
      count: Math.min(chunkLength, length - index * chunkLength),
    }));
    for (const { from } of chunks) checkRegister(place, from);
    const parts: Uint8Array[] = [];
    for (const { from, count } of chunks) {
      const call = hasBlocks ? blockRead(place, from, count) : byteRead(place, from);
      parts.push(await transfer(place.address, call));
    }
    return concatenate(parts);
  };

  const readWord = async (register: number): Promise<number> => {
    checkRegister(place, register);
    return await transfer(place.address, (bus) => bus.readWord(place.address, register));
  };

  return { readRegisters, readWord };
};

/** The device at an address of a bus; refuses addresses that the specification reserves. */
export const createI2cDevice = (link: I2cLink, address: number): I2cDevice => {
  const { functions, transfer, number } = link;
  const place: Place = { number, address };
  checkInteger(place, "an address", address, [addressMinimum, addressMaximum]);
  const { readRegisters, readWord } = createRegisterReads(link, place);

  const write = async (bytes: ArrayLike<number>): Promise<void> => {
    checkLength(place, bytes.length);
    const values = Array.from(bytes);
    for (const value of values) checkInteger(place, "a byte", value, [0, byteMaximum]);
    const buffer = Buffer.from(values);
    await transfer(address, (functions.i2c ? plainWrite : smbusWrite)(place, buffer));
  };

  const read = async (length: number): Promise<Uint8Array> => {
    checkLength(place, length);
    return await transfer(address, (functions.i2c ? plainRead : smbusRead)(place, length));
  };

  const writeWord = async (register: number, word: number, bytes: readonly [number, number]) => {
    checkInteger(place, "a word", word, [0, wordMaximum]);
    await write([register, ...bytes]);
  };

  return {
    address,
    write,
    read,
    readRegisters,
    writeRegister: (register, byte) => write([register, byte]),
    readWordBigEndian: async (register) => swapBytes(await readWord(register)),
    writeWordBigEndian: (register, word) =>
      writeWord(register, word, [word >> 8, word & byteMaximum]),
    readWordLittleEndian: readWord,
    writeWordLittleEndian: (register, word) =>
      writeWord(register, word, [word & byteMaximum, word >> 8]),
  };
};
