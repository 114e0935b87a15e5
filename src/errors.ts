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

/** What each code says has happened, for docs/errors.md. */
export const errorMeanings: Readonly<Record<ErrorCode, string>> = {
  "no-acknowledge": "No chip answered at the address, or it stopped answering in the middle.",
  "bus-timeout": "A transfer did not end in time, because a chip or a short holds the bus.",
  "bus-error":
    "The adapter reported a failed transfer: a collision, lost arbitration, a protocol error.",
  "bus-unavailable": "The device file of the bus does not exist or cannot be opened.",
  "permission-denied": "The user that runs the exporter may not open the device file.",
  "owned-by-kernel": "A driver of the kernel has claimed the chip, so programs cannot reach it.",
  "module-missing":
    "The native module for this kind of bus is not installed; it is optional, and an installation without a compiler skips it.",
  "unsupported-adapter": "The adapter speaks SMBus only, and the driver needs plain I2C transfers.",
  "wrong-chip": "Something answers at the address, but not as the configured chip does.",
  checksum: "The chip's checksum does not match its data; the reading is dropped.",
  "not-ready": "The chip was still busy after the longest time that its datasheet allows.",
  "no-data": "The source was there and answered, but without a value.",
  "out-of-range":
    "The answer is no value that the device can deliver, so it is a defect and not a reading.",
  "line-unavailable": "The GPIO line does not exist or is in use.",
  "line-reserved": "The board uses the line for a bus of its own.",
  "device-missing": "The kernel knows no device of that name.",
  internal: "The exporter itself failed.",
};

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

/** What was thrown in words, be it an error or anything else. */
export const messageOf = (thrown: unknown): string =>
  thrown instanceof Error ? thrown.message : String(thrown);

/** The error itself if it is a SensorError, else one of code `internal` that keeps it as its cause. */
export const asSensorError = (error: unknown): SensorError =>
  error instanceof SensorError
    ? error
    : new SensorError("internal", messageOf(error), { cause: error });

/** The program cannot start or go on; says what the user can do about it and with which code to exit. */
export class StartError extends Error {
  override readonly name = "StartError";
  readonly exitCode: number;

  constructor(message: string, options?: { exitCode?: number; cause?: unknown }) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
    this.exitCode = options?.exitCode ?? 1;
  }
}

/** The errno name of a failed system call (`ENOENT`), or undefined for any other error. */
export const errnoName = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : undefined;
