import type { I2cBus } from "../buses/i2c.ts";
import type { I2cDriver, Sleep } from "../drivers/driver.ts";
import { asSensorError, type ErrorCode, type SensorError } from "../errors.ts";
import type { Labels } from "../reading.ts";

/** A driver and its name. */
export interface Chip {
  readonly name: string;
  readonly driver: I2cDriver<unknown, unknown>;
}

/** What came of asking whether a chip is at an address. */
export type Answer =
  | { readonly kind: "identified"; readonly chip: Chip; readonly identity: Labels }
  /** Something is there and was not asked further, or its answer was spoilt. */
  | { readonly kind: "possible"; readonly chip: Chip; readonly reason: string }
  /** Something is there, but not this chip. */
  | { readonly kind: "refused"; readonly chip: Chip; readonly reason: string }
  | { readonly kind: "owned"; readonly chip: Chip }
  /** The adapter cannot ask. */
  | { readonly kind: "unsupported"; readonly chip: Chip; readonly reason: string }
  | { readonly kind: "failed"; readonly chip: Chip; readonly error: SensorError }
  | { readonly kind: "silent"; readonly chip: Chip };

// Where EEPROMs and the write protection of memory modules sit: a byte that is meant for another chip changes them.
const guarded = (address: number): boolean =>
  (address >= 0x30 && address <= 0x37) || (address >= 0x50 && address <= 0x57);

const kindsByCode: Readonly<
  Partial<Record<ErrorCode, Exclude<Answer["kind"], "identified" | "failed">>>
> = {
  "no-acknowledge": "silent",
  "wrong-chip": "refused",
  "owned-by-kernel": "owned",
  "unsupported-adapter": "unsupported",
  checksum: "possible",
  "not-ready": "possible",
  "no-data": "possible",
  "out-of-range": "possible",
};

const answerOf = (chip: Chip, thrown: unknown): Answer => {
  const error = asSensorError(thrown);
  const kind = kindsByCode[error.code];
  return kind === undefined
    ? { kind: "failed", chip, error }
    : { kind, chip, reason: error.message };
};

/** Asks the chip at an address whether it is the one of a driver. Where writing is risky, it only listens. */
export const askChip = async (
  bus: I2cBus,
  address: number,
  chip: Chip,
  sleep: Sleep,
): Promise<Answer> => {
  const i2c = bus.device(address);
  const options = chip.driver.options.safeParse({});
  try {
    if (guarded(address) || !options.success) {
      await i2c.read(1);
      return { kind: "possible", chip, reason: "it answers and was not asked what it is" };
    }
    const identity = await chip.driver.identify({ i2c, options: options.data, sleep });
    return { kind: "identified", chip, identity };
  } catch (error) {
    return answerOf(chip, error);
  }
};
