import { type ErrorCode, errnoName, SensorError } from "../errors.ts";

interface Explanation {
  readonly code: ErrorCode;
  readonly what: string;
  readonly remedy: string;
}

const joinGroup = "Add the service's user to the group gpio, then log in again.";
const otherBackend = "Set `gpio: { backend: chardev }`, which needs the package gpiod.";
const writableSys = `Let the container or unit write /sys (ProtectKernelTunables=no). Or: ${otherBackend}`;

// drivers/gpio/gpiolib-sysfs.c, export_store and gpiod_export.
const exportProblems: Readonly<Record<string, Explanation>> = {
  EINVAL: {
    code: "line-unavailable",
    what: "is the number of no line, or the chip keeps it for itself",
    remedy: "Give `chip` and `line` rather than `sysfs`: numbers change from kernel to kernel.",
  },
  EBUSY: {
    code: "line-unavailable",
    what: "is in use by a kernel driver or another program",
    remedy:
      "See who has it with `gpioinfo`; remove that overlay (w1-gpio takes GPIO4) or choose another line.",
  },
  EPERM: {
    code: "line-unavailable",
    what: "is exported by the kernel itself",
    remedy: "Choose a line that no kernel driver uses.",
  },
  EACCES: {
    code: "permission-denied",
    what: "cannot be exported for want of permission",
    remedy: joinGroup,
  },
  EROFS: {
    code: "permission-denied",
    what: "cannot be exported where /sys is read-only",
    remedy: writableSys,
  },
  ENODEV: {
    code: "device-missing",
    what: "has lost its chip",
    remedy: "Check that the chip is connected and its driver loaded.",
  },
};

/** What a failed export of a line means. */
export const exportError = (number: number, cause: unknown): SensorError => {
  const errno = errnoName(cause) ?? String(cause);
  const known = exportProblems[errno];
  return new SensorError(
    known?.code ?? "line-unavailable",
    `sysfs GPIO ${number} ${known?.what ?? `cannot be exported (${errno})`}`,
    { cause, ...(known === undefined ? {} : { remedy: known.remedy }) },
  );
};

/** That a line has a watcher already, who would have to share its only event. */
export const watchedError = (number: number): SensorError =>
  new SensorError("line-unavailable", `sysfs GPIO ${number} is watched already`, {
    remedy: "Let each line serve one sensor only.",
  });

/** That this kernel lacks the part of /sys/class/gpio that is needed. */
export const noSysfsError = (cause?: unknown): SensorError =>
  new SensorError("device-missing", "this kernel has no GPIO sysfs, or only the new layout of it", {
    remedy: otherBackend,
    cause,
  });

/** What it means that an attribute file of an exported line cannot be set, or does not keep what was written. */
export const settingError = (
  number: number,
  file: string,
  cause: unknown,
  found = "cannot be written",
): SensorError => {
  const errno = errnoName(cause);
  if (errno === "EACCES" || errno === "EROFS") {
    return new SensorError("permission-denied", `gpio${number}/${file} may not be written`, {
      remedy: errno === "EACCES" ? joinGroup : writableSys,
      cause,
    });
  }
  const detail = errno === undefined ? "" : ` (${errno})`;
  return new SensorError("line-unavailable", `gpio${number}/${file} ${found}${detail}`, {
    remedy: "Choose a line that no other program has exported, or unexport it first.",
    cause,
  });
};

/** What it means that an exported line has no such attribute file (gpiolib-sysfs.c, gpio_is_visible). */
export const absentError = (number: number, file: string): SensorError =>
  file === "edge"
    ? new SensorError("line-unavailable", `sysfs GPIO ${number} reports no edges`, {
        remedy: "Choose a line of a chip with interrupts.",
      })
    : new SensorError("line-unavailable", `sysfs GPIO ${number} has no ${file} file`, {
        remedy: "Choose a line that can be an input and that no driver has named.",
      });

/** What it means that an attribute file of an exported line cannot be read. */
export const readingError = (number: number, cause: unknown): SensorError => {
  const errno = errnoName(cause) ?? String(cause);
  return errno === "ENOENT" || errno === "ENODEV"
    ? new SensorError("device-missing", `sysfs GPIO ${number} is gone`, {
        remedy: "Check that the chip is connected and that no other program unexports the line.",
        cause,
      })
    : new SensorError("bus-error", `sysfs GPIO ${number} cannot be read (${errno})`, {
        remedy: "Check the bus that the line's chip sits on.",
        cause,
      });
};
