import type { Clock } from "../clock.ts";
import { asSensorError, SensorError } from "../errors.ts";
import type { GpioBackend, GpioLine, GpioRequest } from "./gpio.ts";
import { createParking, type Parking } from "./gpio-onoff-parking.ts";
import { explaining, watchEvents } from "./gpio-onoff-watch.ts";
import { edgesOnTheWire, logicalLevel } from "./gpio-polarity.ts";
import { refuseReservedLine } from "./gpio-reserved.ts";
import { locateLine, type SysfsPlace, sysfsUnusable } from "./gpio-sysfs-chips.ts";
import { watchedError } from "./gpio-sysfs-errors.ts";
import {
  awaitAccess,
  expectLine,
  exportLine,
  type LineFile,
  readLevel,
  setLine,
  unexportLine,
} from "./gpio-sysfs-line.ts";
import type { SysfsFiles } from "./sysfs.ts";

/** What is used of onoff's Gpio. */
export interface OnoffGpio {
  /** Level on the wire. onoff calls it on every event, unguarded: what it throws there ends the process. */
  readSync: () => number;
  readonly watch: (callback: (error: Error | null | undefined, level: number) => void) => void;
  readonly unwatchAll: () => void;
  /** Closes the value file and unexports the line, whoever exported it. */
  readonly unexport: () => void;
}

/** The part of the onoff package that is used, so that a simulation can stand in at the kernel. */
export interface OnoffBinding {
  readonly Gpio: new (
    number: number,
    direction: "in",
    edge: "both",
    options: { readonly activeLow: boolean },
  ) => OnoffGpio;
}

/** What the sysfs backend stands on. */
export interface OnoffDependencies {
  readonly files: SysfsFiles;
  readonly clock: Clock;
  readonly loadOnoff: () => Promise<OnoffBinding>;
}

/** Loads onoff and its native part. `module-missing` where it was not installed or not built. */
export const loadOnoff = async (): Promise<OnoffBinding> => {
  try {
    const { Gpio } = await import("onoff");
    return { Gpio };
  } catch (cause) {
    throw new SensorError("module-missing", "onoff, which watches GPIO lines, cannot be loaded", {
      remedy: "Run `npm ci` where a C++ compiler and Python 3 are, or install the package gpiod.",
      cause,
    });
  }
};

/** A line from its export to its release. */
interface Hold {
  readonly place: SysfsPlace;
  readonly exportedHere: boolean;
  gpio?: OnoffGpio;
}

interface Lines {
  /** Numbers of the lines that are open. */
  readonly open: Set<number>;
  readonly parking: Parking;
}

/** GPIO through /sys/class/gpio. Edges have the time of their arrival, and those of a busy moment come as one. */
export const createOnoffBackend = (dependencies: OnoffDependencies): GpioBackend => {
  const { files } = dependencies;
  const lines: Lines = { open: new Set(), parking: createParking() };
  return {
    name: "sysfs",
    unusable: async () => {
      const problem = await sysfsUnusable(files);
      if (problem !== undefined) return problem;
      return dependencies.loadOnoff().then(
        () => undefined,
        (error: unknown) => asSensorError(error).message,
      );
    },
    open: async (request, signal) => {
      refuseBias(request);
      const place = await locateLine(files, request.address);
      const { chip, number } = place;
      if (chip !== undefined) refuseReservedLine(chip, number - chip.base, request);
      if (lines.open.has(number)) throw watchedError(number);
      lines.open.add(number);
      try {
        return await openLine(dependencies, lines, place, request, signal);
      } catch (error) {
        lines.open.delete(number);
        throw error;
      }
    },
  };
};

const refuseBias = ({ bias }: GpioRequest): void => {
  if (bias === undefined) return;
  throw new SensorError("line-unavailable", `sysfs cannot set the bias of a line (${bias})`, {
    remedy:
      "Set `gpio: { backend: chardev }`; or leave out `bias` and let the firmware set it: `gpio=17=ip,pu` in config.txt.",
  });
};

const openLine = async (
  dependencies: OnoffDependencies,
  lines: Lines,
  place: SysfsPlace,
  request: GpioRequest,
  signal: AbortSignal,
): Promise<GpioLine> => {
  const { files, clock } = dependencies;
  const { Gpio } = await dependencies.loadOnoff();
  const exportedHere = await exportLine(files, place.number);
  const hold: Hold = { place, exportedHere };
  try {
    await awaitAccess(files, clock, place.number, neededFiles(hold), signal);
    // A constructor that fails to read the value loses the file it has opened: look first.
    await readLevel(files, place.number);
    const parked = lines.parking.take(place.number);
    const gpio = parked ?? construct(Gpio, place.number);
    hold.gpio = gpio;
    // onoff swallows errors on a line that is exported already, and without this edge would never report one.
    if (parked === undefined) await expectLine(files, place.number, "edge", "both");
    await configure(files, place.number, request);
    signal.throwIfAborted();
    watchEvents(gpio, place.number, request, clock);
  } catch (error) {
    await release(files, lines, hold);
    throw error;
  }
  return openedLine(files, lines, hold, request);
};

// On a line that others exported, direction and active_low may be read-only as long as they are right.
const neededFiles = ({ exportedHere }: Hold): readonly LineFile[] =>
  exportedHere ? ["direction", "active_low", "edge", "value"] : ["edge", "value"];

// "both" makes onoff report every event. Asked for one edge, it reads the level when the event arrives and drops the
// pulse that is over by then (onoff.js, pollerEventHandler).
const construct = (Gpio: OnoffBinding["Gpio"], number: number): OnoffGpio =>
  explaining(number, () => new Gpio(number, "in", "both", { activeLow: false }));

const configure = async (
  files: SysfsFiles,
  number: number,
  { edges, activeLow }: GpioRequest,
): Promise<void> => {
  await setLine(files, number, "direction", "in");
  // The kernel's active_low would turn `edge` round as well (gpiolib-sysfs.c); the turn is made here instead, once.
  await setLine(files, number, "active_low", "0");
  // Behind onoff's back: it still believes in "both", and the kernel raises one event for each pulse.
  await setLine(files, number, "edge", edgesOnTheWire(edges, activeLow));
};

const openedLine = (
  files: SysfsFiles,
  lines: Lines,
  hold: Hold,
  { edges, activeLow }: GpioRequest,
): GpioLine => {
  const { number, chip } = hold.place;
  const offset = chip && { chip: chip.label, line: String(number - chip.base) };
  let closed: Promise<void> | undefined;
  return {
    info: { backend: "sysfs", ...(offset ?? { sysfs: String(number) }) },
    level: async () => {
      // Whoever unexports the line, or sets its edge, ends the events without a word.
      await expectLine(files, number, "edge", edgesOnTheWire(edges, activeLow));
      return logicalLevel(await readLevel(files, number), activeLow);
    },
    close: () => {
      closed ??= release(files, lines, hold).finally(() => lines.open.delete(number));
      return closed;
    },
  };
};

const release = async (
  files: SysfsFiles,
  { parking }: Lines,
  { place: { number }, exportedHere, gpio }: Hold,
): Promise<void> => {
  // onoff leaves a line exported when its constructor fails.
  if (gpio === undefined) return exportedHere ? unexportLine(files, number) : undefined;
  Reflect.deleteProperty(gpio, "readSync");
  if (exportedHere) return gpio.unexport();
  gpio.unwatchAll();
  parking.leave(number, gpio);
};
