import type { Broker } from "./bridge/broker.ts";
import { loadOnoff, type OnoffBinding } from "./buses/gpio-onoff.ts";
import { type I2cBinding, loadI2cBinding } from "./buses/i2c.ts";
import { nodeSysfsFiles, type SysfsFiles } from "./buses/sysfs.ts";
import type { Clock } from "./clock.ts";
import type { Config } from "./config/config.ts";
import type { Close } from "./lifecycle.ts";
import { type Spawn, spawnProgram } from "./spawn.ts";

/** Where the program meets the machine: the lowest seam, at which a simulation takes its place. */
export interface Platform {
  readonly isSimulated: boolean;
  readonly loadI2c: () => Promise<I2cBinding>;
  readonly loadOnoff: () => Promise<OnoffBinding>;
  readonly spawn: Spawn;
  readonly files: SysfsFiles;
  /** Told of the configuration before its sensors start; a simulation builds what they will find. */
  readonly prepare: (config: Config) => Promise<void>;
  /** Has simulated devices publish on the embedded broker; returns how to send them home. */
  readonly inhabitBroker?: ((publish: Broker["publish"]) => Promise<Close>) | undefined;
  readonly close: Close;
}

/** The board's own buses. */
export const hardwarePlatform: Platform = {
  isSimulated: false,
  loadI2c: () => loadI2cBinding(),
  loadOnoff,
  spawn: spawnProgram,
  files: nodeSysfsFiles,
  prepare: async () => {},
  close: async () => {},
};

/** The simulation, loaded only now; or the hardware. */
export const choosePlatform = async (isSimulated: boolean, clock: Clock): Promise<Platform> => {
  if (!isSimulated) return hardwarePlatform;
  const { createSimulation } = await import("#mocks");
  return createSimulation(clock);
};
