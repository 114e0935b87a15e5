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
