import type { Calibration, Plausibility, SensorConfig } from "../config/config.ts";
import { definitionOf } from "../quantities.ts";
import type { Measurement } from "../reading.ts";

/** Why a value was refused; the `reason` label of `sensor_rejected_readings_total`. */
export type RejectionReason =
  | "not-a-number"
  | "out-of-range"
  | "implausible"
  | "jump"
  | "unreadable";

/** What to do about readings that are refused for that reason. */
export const rejectionRemedies: Readonly<Record<RejectionReason, string>> = {
  "not-a-number": "This is a defect of the driver: please report it.",
  "out-of-range": "Check wiring and supply: neither the device nor anything else can measure that.",
  implausible: "Widen `plausible` if it is true, else check the sensor.",
  unreadable: "Check what is connected there, or leave it out with `channels`.",
  jump: "None if it stays single; a second reading near it would have been believed.",
};

/** A value fit to be exported, or the reason why it is not. */
type Refined = { readonly value: number } | { readonly rejected: RejectionReason };

/** Calibrates the values of one measurement in turn, and refuses what cannot be. */
export type Refine = (raw: number) => Refined;

const outside = (value: number, minimum = -Infinity, maximum = Infinity): boolean =>
  value < minimum || value > maximum;

const crop = (value: number, minimum = -Infinity, maximum = Infinity): number =>
  Math.min(Math.max(value, minimum), maximum);

/**
 * A change is a jump if it is larger than allowed. A second reading near the refused one confirms it: then the world
 * has changed, and refusing for ever would be the lie.
 */
const createJumpLimit = (maximumJump: number): ((value: number) => boolean) => {
  let accepted: number | undefined;
  let refused: number | undefined;
  const near = (value: number, reference: number | undefined) =>
    reference !== undefined && Math.abs(value - reference) <= maximumJump;
  return (value) => {
    const isJump = accepted !== undefined && !near(value, accepted) && !near(value, refused);
    if (isJump) {
      refused = value;
    } else {
      accepted = value;
      refused = undefined;
    }
    return isJump;
  };
};

// More digits than any sensor resolves; what floating point leaves behind them is no measurement.
const significantDigits = 9;

/** A value with nine digits, or all that it has before the decimal point: a time in seconds has ten. */
const rounded = (value: number): number =>
  Math.abs(value) < 10 ** significantDigits
    ? Number(value.toPrecision(significantDigits))
    : Math.round(value);

const identity: Calibration = { scale: 1, offset: 0 };

const calibrate = (value: number, { scale, offset }: Calibration): number => value * scale + offset;

/**
 * The refinement of one measurement. The device's limits hold for what it measured; the user's plausibility for the
 * calibrated value. A calibrated value is cropped to what can physically be: 100 % humidity plus an offset of 2 % is
 * still saturated air, not a defect.
 */
export const createRefine = (
  measurement: Measurement,
  { calibration, plausibility }: Pick<SensorConfig, "calibration" | "plausibility">,
): Refine => {
  const physical = definitionOf(measurement.quantity);
  const correction = calibration[measurement.quantity] ?? identity;
  const plausible: Plausibility = plausibility[measurement.quantity] ?? {};
  const isJump =
    plausible.maximumJump === undefined ? () => false : createJumpLimit(plausible.maximumJump);
  // A total is exact however large it grows.
  const round = physical.type === "counter" ? (value: number) => value : rounded;
  return (raw) => {
    if (!Number.isFinite(raw)) return { rejected: "not-a-number" };
    if (
      outside(raw, measurement.minimum, measurement.maximum) ||
      outside(raw, physical.minimum, physical.maximum)
    ) {
      return { rejected: "out-of-range" };
    }
    const value = crop(calibrate(raw, correction), physical.minimum, physical.maximum);
    if (outside(value, plausible.minimum, plausible.maximum)) return { rejected: "implausible" };
    return isJump(value) ? { rejected: "jump" } : { value: round(value) };
  };
};
