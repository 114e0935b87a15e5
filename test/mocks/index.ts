import { extname } from "node:path";
import type { SysfsFiles } from "../../src/buses/sysfs.ts";
import type { Clock } from "../../src/clock.ts";
import type { Config, SensorConfig } from "../../src/config/config.ts";
import type { Platform } from "../../src/platform.ts";
import { createFaultSchedule } from "./faults.ts";
import { createGpioSimulation } from "./gpio.ts";
import { createI2cBinding, type SimulatedAdapter } from "./i2c.ts";
import type { Model } from "./model.ts";
import {
  adapterFiles,
  type DeviceParts,
  header,
  plugChip,
  plugKernelDevice,
  plugLine,
  type Unplug,
} from "./simulated-devices.ts";
import { createSimulatedSysfs } from "./sysfs.ts";
import { createEnvironment } from "./world.ts";

interface Plugged {
  readonly signature: string;
  readonly unplug: Unplug;
}

// Source files run as they are under tsx and vitest, and compiled from dist.
const extension = extname(new URL(import.meta.url).pathname);

const loadModel = async (driver: string): Promise<Model> => {
  const url = new URL(`./chips/${driver}${extension}`, import.meta.url);
  const module: { readonly model: Model } = await import(/* @vite-ignore */ url.href);
  return module.model;
};

const processorHeatCelsius = 27;

const gpioRoot = "/sys/class/gpio";

/** One tree of two: GPIO lines, and everything else. */
const joinFiles = (gpio: SysfsFiles, others: SysfsFiles): SysfsFiles => {
  const of = (path: string) => (path.startsWith(gpioRoot) ? gpio : others);
  return {
    readFile: (path) => of(path).readFile(path),
    writeFile: (path, text) => of(path).writeFile(path, text),
    readDirectory: (path) => of(path).readDirectory(path),
    realPath: (path) => of(path).realPath(path),
  };
};

/** The sensor's surroundings; they stand still while its value is to be stuck. */
const surroundingsOf = (
  sensor: SensorConfig,
  seed: number,
  clock: Clock,
  fault: DeviceParts["fault"],
) => {
  let stuckMs: number | undefined;
  return createEnvironment(sensor.name, {
    seed,
    altitudeMeters: sensor.altitudeMeters,
    selfHeatingCelsius: sensor.driver === "thermal" ? processorHeatCelsius : 0,
    nowMs: clock.nowMs,
    wallMs: () => {
      stuckMs = fault() === "stuck-value" ? (stuckMs ?? clock.wallMs()) : undefined;
      return stuckMs ?? clock.wallMs();
    },
  });
};

/**
 * A board with everything on it that a configuration names: chips at their addresses, devices in /sys, hands on the
 * GPIO lines. It starts out empty; `prepare` plugs in what is new and takes out what is gone.
 */
export const createSimulation = (clock: Clock): Platform => {
  const adapters = new Map<number, SimulatedAdapter>();
  const gpio = createGpioSimulation({ chips: [header], clock });
  // A board without any bus has device files all the same.
  const sysfs = createSimulatedSysfs({ "/dev/null": () => "" });
  const startedMs = clock.nowMs();
  const plugged = new Map<string, Plugged>();
  let faultOf: (sensor: string) => ReturnType<DeviceParts["fault"]> = () => undefined;
  let devices = 0;
  let currentSeed = 1;

  const plug = async (sensor: SensorConfig, seed: number): Promise<Unplug> => {
    const model = await loadModel(sensor.driver);
    const fault = () => faultOf(sensor.name);
    const environment = surroundingsOf(sensor, seed, clock, fault);
    const parts: DeviceParts = { sensor, environment, clock, seed, fault };
    if (model.kind === "i2c") {
      const { connection } = sensor;
      const isNewBus = connection.kind === "i2c" && !adapters.has(connection.bus);
      if (isNewBus) sysfs.plug(adapterFiles(connection.bus));
      return plugChip(model, parts, adapters);
    }
    if (model.kind === "gpio") return plugLine(model, parts, gpio);
    devices += 1;
    return plugKernelDevice(model, parts, sysfs, devices);
  };

  const prepare = async ({ sensors, simulation }: Config): Promise<void> => {
    const { seed, faults } = simulation;
    currentSeed = seed;
    faultOf = createFaultSchedule(faults, { nowMs: clock.nowMs, startedMs }).of;
    const wanted = new Map(
      sensors.map((sensor) => [
        sensor.name,
        JSON.stringify([
          seed,
          sensor.driver,
          sensor.connection,
          sensor.options,
          sensor.altitudeMeters,
        ]),
      ]),
    );
    for (const [name, { signature, unplug }] of plugged) {
      if (wanted.get(name) === signature) continue;
      unplug();
      plugged.delete(name);
    }
    for (const sensor of sensors) {
      if (plugged.has(sensor.name)) continue;
      const signature = wanted.get(sensor.name) ?? "";
      plugged.set(sensor.name, { signature, unplug: await plug(sensor, seed) });
    }
  };

  return {
    isSimulated: true,
    loadI2c: async () => createI2cBinding(adapters, clock),
    loadOnoff: async () => gpio.onoff,
    // The character device is not simulated; lines are reached through sysfs.
    spawn: ({ program }) => ({
      ended: Promise.resolve({
        status: null,
        complaint: "",
        notStarted: new Error(`${program} is not simulated`),
      }),
      kill: () => {},
    }),
    files: joinFiles(gpio.files, sysfs),
    prepare,
    inhabitBroker: async (publish) => {
      const { startMicrocontrollers } = await import("./microcontrollers.ts");
      return startMicrocontrollers(publish, { clock, seed: currentSeed });
    },
    close: async () => {
      for (const { unplug } of plugged.values()) unplug();
      plugged.clear();
    },
  };
};
