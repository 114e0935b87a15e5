import type { z } from "zod";
import type { GpioEdges, GpioLevel } from "../buses/gpio.ts";
import type { I2cDevice } from "../buses/i2c.ts";
import type { Sysfs } from "../buses/sysfs.ts";
import type { Quantity } from "../quantities.ts";
import type { ChannelReadings, Labels, Measurement, Readings } from "../reading.ts";

/** Smallest and largest value a device can deliver, in the quantity's base unit. */
export interface Limits {
  readonly minimum: number;
  readonly maximum: number;
}

/** What a driver declares about itself; documentation, checks and the configuration's schema come from it. */
interface Declaration<Options> {
  /** Maker, name and kind, as the heading of its documentation: "Bosch BME280 temperature, ... sensor". */
  readonly title: string;
  /** What a user must know before wiring or configuring it, a sentence or two of Markdown. */
  readonly notes?: string;
  /** Document number and revision the driver follows, or the kernel's ABI document. */
  readonly datasheet: string;
  /** Time between two polls unless configured, in milliseconds. */
  readonly intervalMs: number;
  /** What it can measure, with the limits of the device. */
  readonly quantities: Readonly<Partial<Record<Quantity, Limits>>>;
  /** Strict schema of the options of its own, each with default and description. */
  readonly options: z.ZodType<Options>;
}

/** What the driver found out about the very device: goes to `sensor_info` (`serial`, `model`, ...). */
type Identity = Labels;

/** Waits that many milliseconds; the only way for a driver to let time pass. */
export type Sleep = (milliseconds: number) => Promise<void>;

export interface I2cContext<Options> {
  readonly i2c: I2cDevice;
  readonly options: Options;
  readonly sleep: Sleep;
}

/** A chip on an I2C bus. */
export interface I2cDriver<Options, State> extends Declaration<Options> {
  readonly kind: "i2c";
  /** Seven-bit addresses the chip can have; the first is the default. */
  readonly addresses: readonly [number, ...number[]];
  /** Values it delivers with these options; one per quantity when left out. Touches no hardware. */
  readonly measurements?: (options: Options) => readonly Measurement[];
  /** Makes sure that it is this chip; throws `wrong-chip` if not. Never writes what another chip could mind. */
  readonly identify: (context: I2cContext<Options>) => Promise<Identity>;
  /** Brings the chip from power-on (or any) state to readiness; what it returns goes to every `read`. */
  readonly setup: (context: I2cContext<Options>) => Promise<State>;
  readonly read: (context: I2cContext<Options> & { readonly state: State }) => Promise<Readings>;
}

/** A change of level that was accepted after debouncing. */
export interface Edge {
  /** Level after the edge, after `active_low` was applied. */
  readonly level: GpioLevel;
  /** When it happened, on the monotonic clock. */
  readonly atMs: number;
}

/** What a GPIO driver knows when it is asked for values. */
export interface GpioNow {
  readonly level: GpioLevel;
  readonly atMs: number;
}

/** A pure reducer over the edges of one GPIO line. */
export interface GpioDriver<Options, State> extends Declaration<Options> {
  readonly kind: "gpio";
  readonly measurements?: (options: Options) => readonly Measurement[];
  /** Edges to ask the kernel for. */
  readonly edges: (options: Options) => GpioEdges;
  /** True if a reading should be published at once after an edge, not only at the next poll. */
  readonly publishesEdges: boolean;
  /** State at the first opening of the line; it is kept when the line must be opened again. */
  readonly initial: (options: Options, now: GpioNow) => State;
  readonly reduce: (state: State, edge: Edge, options: Options) => State;
  /** Values now; may also correct the state with the level just read. */
  readonly read: (state: State, now: GpioNow, options: Options) => readonly [State, Readings];
}

export interface KernelContext<Options> {
  readonly sysfs: Sysfs;
  readonly options: Options;
  readonly sleep: Sleep;
}

/** Values that the kernel's own drivers publish as attribute files. */
export interface KernelDriver<Options, State> extends Declaration<Options> {
  readonly kind: "kernel";
  /** Readings that share this resource are taken one after the other (a 1-Wire master, say). */
  readonly sharedResource?: (state: State) => string;
  /** Finds the device by name, never by index; throws `device-missing` if it is not there. Reads only. */
  readonly setup: (context: KernelContext<Options>) => Promise<State>;
  readonly identity: (state: State) => Identity;
  readonly measurements: (options: Options, state: State) => readonly Measurement[];
  readonly read: (
    context: KernelContext<Options> & { readonly state: State },
  ) => Promise<ChannelReadings>;
}

/** Any driver, its option and state types forgotten: what the loader hands out. */
export type Driver =
  | I2cDriver<unknown, unknown>
  | GpioDriver<unknown, unknown>
  | KernelDriver<unknown, unknown>;

/** Checks the literal of an I2C chip where it is written. */
export const defineI2cDriver = <Options, State>(
  driver: Omit<I2cDriver<Options, State>, "kind">,
): I2cDriver<unknown, unknown> => ({ ...driver, kind: "i2c" }) as I2cDriver<unknown, unknown>;

/** Checks the literal of a GPIO driver where it is written. */
export const defineGpioDriver = <Options, State>(
  driver: Omit<GpioDriver<Options, State>, "kind">,
): GpioDriver<unknown, unknown> => ({ ...driver, kind: "gpio" }) as GpioDriver<unknown, unknown>;

/** Checks the literal of a kernel driver where it is written. */
export const defineKernelDriver = <Options, State>(
  driver: Omit<KernelDriver<Options, State>, "kind">,
): KernelDriver<unknown, unknown> =>
  ({ ...driver, kind: "kernel" }) as KernelDriver<unknown, unknown>;
