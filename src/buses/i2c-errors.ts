import { type ErrorCode, messageOf, SensorError } from "../errors.ts";
import { hexadecimal } from "../hexadecimal.ts";
import type { QueueRefusal } from "./serial-queue.ts";

/** The device file of a bus. */
export const devicePath = (busNumber: number): string => `/dev/i2c-${busNumber}`;

/** Where a transfer goes, as messages name it: `/dev/i2c-1 0x76`. */
export const formatPlace = (busNumber: number, address: number): string =>
  `${devicePath(busNumber)} ${hexadecimal(address)}`;

interface Meaning {
  readonly code: ErrorCode;
  readonly text: string;
  readonly remedy?: string;
}

const noAcknowledge: Meaning = { code: "no-acknowledge", text: "no chip acknowledges" };
const noPermission: Meaning = {
  code: "permission-denied",
  text: "this user may not read and write the bus",
};
const gone: Meaning = { code: "bus-unavailable", text: "there is no such bus" };

// Numbers of Linux's errno.h. Which one an adapter reports for what is a matter of its kernel
// driver: a missing acknowledge is EREMOTEIO on the Pi's, ENXIO on bit-banged and Rockchip's,
// ENODEV on i2c-stub.
const meanings: ReadonlyMap<number, Meaning> = new Map([
  [1, noPermission],
  [2, gone],
  [5, { code: "bus-error", text: "the transfer failed" }],
  [6, noAcknowledge],
  [
    11,
    {
      code: "bus-error",
      text: "arbitration was lost: something else drives the bus",
      remedy:
        "Check for a second master and for a chip that holds SDA low; power-cycle the chip or the board.",
    },
  ],
  [13, noPermission],
  [16, { code: "owned-by-kernel", text: "a kernel driver owns the address" }],
  [19, noAcknowledge],
  [95, { code: "unsupported-adapter", text: "the adapter cannot do this kind of transfer" }],
  [110, { code: "bus-timeout", text: "the transfer did not end in the kernel's time limit" }],
  [121, noAcknowledge],
]);

// The addon reports errno positive and without a name if Node knows none, libuv negative and with
// names of its own. Only the number without its sign means the same in both.
const errnoOf = (error: unknown): number | undefined =>
  error instanceof Error && "errno" in error && typeof error.errno === "number"
    ? Math.abs(error.errno)
    : undefined;

const failedToOpen = (error: unknown): boolean =>
  error instanceof Error && "syscall" in error && error.syscall === "open";

const meaningOf = (error: unknown, errno: number): Meaning => {
  const meaning = meanings.get(errno) ?? { code: "bus-error", text: "the transfer failed" };
  // The device file outlives its adapter for a moment; opening it then tells nothing about a chip.
  return meaning === noAcknowledge && failedToOpen(error) ? gone : meaning;
};

const remedyOf = ({ code, remedy }: Meaning, busNumber: number, address: number | undefined) => {
  if (code !== "no-acknowledge" || address === undefined) return remedy;
  // i2cdetect leaves out the 0x.
  const shown = hexadecimal(address).slice(2);
  return `Check power, wiring and address; \`i2cdetect -y ${busNumber}\` should show ${shown}.`;
};

/**
 * What a failed call means, told by the number of its errno, never by its text; `internal` if it
 * carries none. Without an address it is the bus itself that failed.
 */
export const asBusError = (error: unknown, busNumber: number, address?: number): SensorError => {
  if (error instanceof SensorError) return error;
  const place = address === undefined ? devicePath(busNumber) : formatPlace(busNumber, address);
  const errno = errnoOf(error);
  if (errno === undefined) {
    return new SensorError("internal", `${place}: ${messageOf(error)}`, { cause: error });
  }
  const meaning = meaningOf(error, errno);
  const remedy = remedyOf(meaning, busNumber, address);
  return new SensorError(meaning.code, `${place}: ${meaning.text} (errno ${errno})`, {
    ...(remedy === undefined ? {} : { remedy }),
    cause: error,
  });
};

/** What the queue of a bus says to a transfer that it does not run or whose end it does not await. */
export const refusedTransfer = (
  busNumber: number,
  limitMs: number,
  { reason, lane, occupant }: QueueRefusal,
): SensorError => {
  const place = formatPlace(busNumber, lane);
  const by = occupant === undefined ? "another transfer" : `a transfer to ${hexadecimal(occupant)}`;
  switch (reason) {
    case "closed":
      return new SensorError("bus-unavailable", `${place}: the bus has been closed`, {
        remedy: "Nothing: the program is stopping, or has read a new configuration.",
      });
    case "full":
      return new SensorError("bus-timeout", `${place}: too many transfers wait behind ${by}`);
    case "no-turn":
      return new SensorError(
        "bus-timeout",
        `${place}: the bus was busy for ${limitMs} ms, now with ${by}`,
      );
    case "no-end":
      return new SensorError(
        "bus-timeout",
        `${place}: the transfer did not end in ${limitMs} ms; the bus stays busy until it does`,
      );
  }
};

/** The refusal of an argument that no chip and no configuration can have asked for. */
export const invalidArgument = (busNumber: number, address: number, text: string): SensorError =>
  new SensorError("internal", `${formatPlace(busNumber, address)}: ${text}`);
