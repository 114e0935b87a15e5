import type { I2cBindingFunctions } from "../../src/buses/i2c.ts";
import { errno } from "./i2c-errno.ts";
import type { Chip } from "./model.ts";

/** What goes wrong at an address; `corrupt` flips a bit in the last byte of every answer. */
export type WireFault = "nack" | "timeout" | "corrupt" | "arbitration-lost" | "io-error";

/** What sits at an address. A test or the simulation changes it while the program runs. */
export interface SimulatedSlot {
  readonly chip: Chip;
  fault?: WireFault | undefined;
  /** A kernel driver is bound to the address, so that i2c-dev refuses to select it. */
  ownedByKernel?: boolean;
  /** How long a transfer takes, in milliseconds; 0 if left out. */
  delayMs?: number;
}

/** One transfer as a logic analyser shows it; with both parts there is a repeated start in between. */
export interface WireMessage {
  readonly atMs: number;
  readonly address: number;
  readonly written?: Uint8Array;
  readonly read?: Uint8Array;
}

/** An adapter and what can be seen at its pins and in the process's table of open files. */
export interface SimulatedAdapter {
  functions: I2cBindingFunctions;
  readonly slots: Map<number, SimulatedSlot>;
  /** What the adapter's driver reports for a missing acknowledge: 121 (Pi), 6 (bit-banged), 19 (i2c-stub). */
  nackErrno: number;
  /** The newest transfers that were acknowledged, at most a thousand. */
  readonly log: WireMessage[];
  /** Transfers to address 0x00, which some chips take as a command to reset. */
  generalCalls: number;
  openDescriptors: number;
  /** Descriptors that were closed while a transfer was using them. */
  closedInUse: number;
  underWay: number;
  /** The most transfers that were ever under way at once. */
  mostUnderWay: number;
  /** There is no such device file. */
  missing: boolean;
  /** The device file is not ours to open. */
  forbidden: boolean;
}

const smbusFunctions = {
  smbusQuick: true,
  smbusReceiveByte: true,
  smbusReadByte: true,
  smbusReadWord: true,
  smbusReadI2cBlock: true,
  smbusWriteI2cBlock: true,
};

/** What a board's own adapter offers: plain transfers, and all of SMBus emulated on top. */
export const plainFunctions: I2cBindingFunctions = { i2c: true, ...smbusFunctions };

/** What the kernel's i2c-stub and the SMBus of PCs offer: no plain transfers. */
export const smbusOnlyFunctions: I2cBindingFunctions = { i2c: false, ...smbusFunctions };

/** An adapter without chips, with plain transfers and SMBus unless told otherwise. */
export const createAdapter = (options: Partial<SimulatedAdapter> = {}): SimulatedAdapter => ({
  functions: plainFunctions,
  slots: new Map(),
  nackErrno: errno.remoteInputOutput,
  log: [],
  generalCalls: 0,
  openDescriptors: 0,
  closedInUse: 0,
  underWay: 0,
  mostUnderWay: 0,
  missing: false,
  forbidden: false,
  ...options,
});
