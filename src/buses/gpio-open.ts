import type { Clock } from "../clock.ts";
import { asSensorError, SensorError } from "../errors.ts";
import type { Spawn } from "../spawn.ts";
import { acceptsEdge } from "./debounce.ts";
import type { GpioBackend, GpioLine, GpioRequest } from "./gpio.ts";
import { createChardevBackend } from "./gpio-chardev.ts";
import { createOnoffBackend, type OnoffBinding } from "./gpio-onoff.ts";
import type { SysfsFiles } from "./sysfs.ts";

/** Which backend to take: "auto" is the first that can serve the line. */
type GpioPreference = "auto" | GpioBackend["name"];

/** Both ways to lines, and which of them the configuration asks for. One for the life of the process. */
export interface Gpio {
  readonly preference: GpioPreference;
  readonly sysfs: GpioBackend;
  readonly chardev: GpioBackend;
}

/** The seams at which a simulation stands in for the kernel. */
export interface GpioDependencies {
  readonly preference: GpioPreference;
  readonly files: SysfsFiles;
  readonly clock: Clock;
  readonly loadOnoff: () => Promise<OnoffBinding>;
  readonly spawn: Spawn;
}

/** Ready to open lines; looks at nothing until one is opened. */
export const createGpio = ({
  preference,
  files,
  clock,
  loadOnoff,
  spawn,
}: GpioDependencies): Gpio => ({
  preference,
  sysfs: createOnoffBackend({ files, clock, loadOnoff }),
  chardev: createChardevBackend({ spawn, clock }),
});

/**
 * The backend for a line: the one asked for, or else sysfs where it is complete and no bias is wanted, or else the
 * character device. Throws `bus-unavailable` with what was tried if there is none.
 */
export const chooseGpioBackend = async (
  { preference, sysfs, chardev }: Gpio,
  { bias }: Pick<GpioRequest, "bias">,
): Promise<GpioBackend> => {
  if (preference !== "auto") return preference === "sysfs" ? sysfs : chardev;
  const sysfsProblem =
    bias === undefined ? await sysfs.unusable() : `it cannot set the bias ${bias}`;
  if (sysfsProblem === undefined) return sysfs;
  const chardevProblem = await chardev.unusable();
  if (chardevProblem === undefined) return chardev;
  throw new SensorError(
    "bus-unavailable",
    `no way to GPIO lines: not sysfs, as ${sysfsProblem}; not the character device, as ${chardevProblem}`,
    { remedy: "Install libgpiod's tools: `sudo apt install gpiod`." },
  );
};

/** Opens a line by the backend that fits, with lockout debounce. */
export const openGpioLine = async (
  gpio: Gpio,
  request: GpioRequest,
  signal: AbortSignal,
): Promise<GpioLine> => {
  const backend = await chooseGpioBackend(gpio, request);
  let lastAcceptedMs: number | undefined;
  return backend.open(
    {
      ...request,
      onEdge: (edge) => {
        if (!acceptsEdge(lastAcceptedMs, edge.atMs, request.debounceMs)) return;
        lastAcceptedMs = edge.atMs;
        deliver(request, edge);
      },
    },
    signal,
  );
};

// Edges arrive from native code and from streams, where whatever is thrown would end the process.
const deliver = (
  { onEdge, onFailure }: GpioRequest,
  edge: Parameters<GpioRequest["onEdge"]>[0],
): void => {
  try {
    onEdge(edge);
  } catch (error) {
    onFailure(asSensorError(error));
  }
};
