import { createI2cBuses } from "../buses/i2c-buses.ts";
import { devicePath } from "../buses/i2c-errors.ts";
import { openSysfs, type Sysfs } from "../buses/sysfs.ts";
import type { Clock } from "../clock.ts";
import type { Driver } from "../drivers/driver.ts";
import { closeWithin } from "../lifecycle.ts";
import type { Platform } from "../platform.ts";
import { type Detection, joinDetections, type Obstacle, obstacleOf } from "./finding.ts";
import { type Search, searchBus } from "./i2c.ts";
import { type Adapter, listAdapters, reasonToSkip } from "./i2c-adapters.ts";
import type { Chip } from "./i2c-probe.ts";
import { type KernelSearch, searchKernel } from "./kernel.ts";
import { searchOneWire } from "./one-wire.ts";

/** What detection looks at and with. */
export interface DetectionSources {
  readonly platform: Pick<Platform, "files" | "loadI2c">;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly listDrivers: () => Promise<readonly string[]>;
  readonly loadDriver: (name: string) => Promise<Driver>;
  /** Buses to look at; all that are not there for something else if left out. */
  readonly buses?: readonly number[] | undefined;
}

/** A bus that hangs is not closed; it ends with the process. */
const closeLimitMs = 2000;

const loadChips = async ({
  listDrivers,
  loadDriver,
}: DetectionSources): Promise<readonly Chip[]> => {
  const chips: Chip[] = [];
  for (const name of await listDrivers()) {
    const driver = await loadDriver(name);
    if (driver.kind === "i2c") chips.push({ name, driver });
  }
  return chips;
};

const noAdapter = async (sysfs: Sysfs): Promise<Obstacle> => {
  const known = (await sysfs.list("bus/i2c/devices")).some((name) => /^i2c-\d+$/.test(name));
  return known
    ? {
        place: "/dev/i2c-*",
        message: "the kernel has I2C buses, but programs cannot reach them",
        remedy: "Load the module that makes the device files: `sudo modprobe i2c-dev`.",
      }
    : {
        place: "/dev/i2c-*",
        message: "there is no I2C bus",
        remedy:
          "If chips are connected, enable the bus: `sudo raspi-config nonint do_i2c 0` on a Raspberry Pi.",
      };
};

const skipped = (adapter: Adapter, reason: string): Obstacle => ({
  place: devicePath(adapter.number),
  message: `not looked at: ${reason} (${adapter.name})`,
  remedy: `To look there all the same, say --bus ${adapter.number}.`,
});

const chooseBuses = (
  adapters: readonly Adapter[],
  named: readonly number[] | undefined,
): { readonly numbers: readonly number[]; readonly obstacles: readonly Obstacle[] } => {
  if (named !== undefined) return { numbers: named, obstacles: [] };
  const numbers: number[] = [];
  const obstacles: Obstacle[] = [];
  for (const adapter of adapters) {
    const reason = reasonToSkip(adapter);
    if (reason === undefined) numbers.push(adapter.number);
    else obstacles.push(skipped(adapter, reason));
  }
  return { numbers, obstacles };
};

const searchI2c = async (
  sources: DetectionSources,
  search: Omit<Search, "openBus" | "chips">,
): Promise<Detection> => {
  const { platform, clock, buses: named } = sources;
  const adapters = await listAdapters(platform.files, search.sysfs);
  const { numbers, obstacles } = chooseBuses(adapters, named);
  if (adapters.length === 0 && named === undefined) {
    return { findings: [], obstacles: [await noAdapter(search.sysfs)] };
  }
  try {
    await platform.loadI2c();
  } catch (error) {
    return { findings: [], obstacles: [...obstacles, obstacleOf("I2C", error)] };
  }
  const buses = createI2cBuses(platform, clock);
  const chips = await loadChips(sources);
  const parts: Detection[] = [{ findings: [], obstacles }];
  try {
    for (const number of numbers) {
      parts.push(await searchBus({ ...search, openBus: buses.open, chips }, number));
    }
    return joinDetections(parts);
  } finally {
    await closeWithin(clock, closeLimitMs, buses.close);
  }
};

/** Finds what is connected. Reads, but for what drivers must say to a chip to have it identified. */
export const detectDevices = async (sources: DetectionSources): Promise<Detection> => {
  const { platform, clock, signal, loadDriver } = sources;
  const sysfs = openSysfs(platform.files);
  const kernelSearch: KernelSearch = {
    sysfs,
    loadDriver,
    sleep: (milliseconds) => clock.sleep(milliseconds, signal),
  };
  const kernel = await searchKernel(kernelSearch);
  const i2c = await searchI2c(sources, {
    sysfs,
    kernelFindings: kernel.findings,
    clock,
    signal,
  });
  const kernelPart: Detection = {
    findings: kernel.findings.map(({ finding }) => finding),
    obstacles: kernel.obstacles,
  };
  return joinDetections([i2c, await searchOneWire(kernelSearch), kernelPart]);
};
