import type { SensorError } from "./errors.ts";
import type { Quantity } from "./quantities.ts";

/** Label names and values, fixed when a sensor is set up. */
export type Labels = Readonly<Record<string, string>>;

/** One value that a sensor delivers: what it is, and the labels that tell it from its siblings. */
export interface Measurement {
  /** Key of its value in every `Readings` of the sensor; the quantity's own name where there is only one. */
  readonly key: string;
  readonly quantity: Quantity;
  /** Channel and the like; never the sensor's own labels, which are added later. */
  readonly labels?: Labels;
  /** What the device can deliver, in the quantity's base unit; anything outside is a defect, not a reading. */
  readonly minimum?: number;
  readonly maximum?: number;
}

/** The values of one poll by measurement key, in base units. A value that was not measured is left out. */
export type Readings = Readonly<Record<string, number | undefined>>;

/** The same of a device whose channels can fail one by one: an error stands for each that could not be read. */
export type ChannelReadings = Readonly<Record<string, number | SensorError | undefined>>;
