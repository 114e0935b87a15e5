/**
 * Every way in which a sensor can fail, with the remedy shown when the thrower knows no better one.
 *
 * The codes are the values of the `code` label of `sensor_poll_failures_total`, so they are few and never change.
 */
export const errorCodes = {
  "no-acknowledge": "Check power, wiring and address; `i2cdetect -y <bus>` should show the chip.",
  "bus-timeout":
    "SCL or SDA is held low: check pull-ups and wiring, then power-cycle the chip or the board.",
  "bus-error":
    "Check wiring, cable length and pull-ups; lower the bus speed if the chip stretches the clock.",
  "bus-unavailable":
    "Enable the bus (`sudo raspi-config`, Interface Options) and check its number.",
  "permission-denied":
    "Add the service's user to the group that owns the device file, then log in again.",
  "owned-by-kernel":
    "A kernel driver owns the chip: read it with `driver: hwmon` or `driver: iio`, or remove its overlay.",
  "module-missing": "Run `npm ci` where a C++ compiler and Python 3 are installed.",
  "unsupported-adapter": "Use an adapter with plain I2C transfers, such as the board's own.",
  "wrong-chip": "Set the driver of the chip that is there, or check the address.",
  checksum: "Shorten the cable, check the pull-ups, or lower the bus speed.",
  "not-ready": "The chip did not finish in the time its datasheet allows; check its supply.",
  "no-data": "The source answered without a value; check its wiring and supply.",
  "out-of-range": "The value lies outside what the chip can measure; check wiring and supply.",
  "line-unavailable": "Choose a line that no other program or overlay uses.",
  "line-reserved":
    "Choose another line, or set `allow_reserved: true` if the bus on it is not in use.",
  "device-missing": "Check that the overlay or module is loaded and that the device is connected.",
  internal: "This is a defect in sensor-exporter: please report it with the log line.",
} as const satisfies Readonly<Record<string, string>>;

/** One of the closed set of failure codes. */
export type ErrorCode = keyof typeof errorCodes;

/** A failure of one sensor or bus: what happened, and what the user can do about it. */
export class SensorError extends Error {
  override readonly name = "SensorError";
  readonly code: ErrorCode;
  readonly remedy: string;

  constructor(code: ErrorCode, message: string, options?: { remedy?: string; cause?: unknown }) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.remedy = options?.remedy ?? errorCodes[code];
  }
}

/** The error itself if it is a SensorError, else one of code `internal` that keeps it as its cause. */
export const asSensorError = (error: unknown): SensorError =>
  error instanceof SensorError
    ? error
    : new SensorError("internal", error instanceof Error ? error.message : String(error), {
        cause: error,
      });
