import type { Quantity } from "../../src/quantities.ts";

/** What surrounds a simulated device: its time, and the true physical values there and then. */
export interface Environment {
  readonly nowMs: () => number;
  /** True value in the quantity's base unit; `channel` tells equal quantities of a device apart. */
  readonly value: (quantity: Quantity, channel?: string) => number;
}

/** Thrown by a chip that does not acknowledge. */
export class Nack extends Error {}

/** A chip at an address, byte for byte. */
export interface Chip {
  /** Bytes after [address W]; throws Nack where the chip would not acknowledge. May be empty. */
  readonly write: (bytes: Uint8Array) => void;
  /** Answer to [address R length]; throws Nack. */
  readonly read: (length: number) => Uint8Array;
  /** Back to the state after power-on. */
  readonly powerCycle: () => void;
}

/** A register- and time-accurate stand-in for an I2C chip. `options` are the driver's, as configured. */
export interface I2cModel {
  readonly kind: "i2c";
  readonly create: (environment: Environment, options: unknown) => Chip;
}

/** Attribute files of a device that a kernel driver serves: absolute path below /sys to text. */
export interface KernelModel {
  readonly kind: "kernel";
  readonly files: (
    environment: Environment,
    options: unknown,
    index: number,
  ) => Readonly<Record<string, () => string>>;
}

/** A line that something outside drives. Yields for ever: hold `level` for `forMs`, then go on. */
export interface GpioModel {
  readonly kind: "gpio";
  readonly levels: (
    environment: Environment,
    options: unknown,
    random: () => number,
  ) => Iterator<{ readonly level: 0 | 1; readonly forMs: number }>;
}

/** What a file in `chips/` exports as `model`. */
export type Model = I2cModel | KernelModel | GpioModel;
