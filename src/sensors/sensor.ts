import type { ChannelReadings, Labels, Measurement } from "../reading.ts";

/** What a sensor turned out to be once it was found and set up. */
export interface SetUp {
  readonly measurements: readonly Measurement[];
  /** Bus, address, serial and the like, for `sensor_info`. */
  readonly info: Labels;
}

/**
 * A configured sensor bound to its driver and bus: all that the poll loop knows of it. `Values` is narrower where a
 * reading succeeds or fails as a whole.
 */
export interface Sensor<Values extends ChannelReadings = ChannelReadings> {
  readonly name: string;
  readonly driver: string;
  /** Identifies the device and sets it up; called again after it may have lost power. */
  readonly setUp: (signal: AbortSignal) => Promise<SetUp>;
  /** One reading of everything; only after `setUp`. */
  readonly read: (signal: AbortSignal) => Promise<Values>;
  /** Lets the sensor ask to be read at once (an edge arrived, its line was lost). */
  readonly onChange?: (listener: () => void) => void;
  readonly close: () => Promise<void>;
}
