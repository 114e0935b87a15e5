import type { Clock } from "../../src/clock.ts";
import type { FaultConfig, SensorConfig } from "../../src/config/config.ts";
import type { GpioSimulation } from "./gpio.ts";
import { createAdapter, type SimulatedAdapter, type SimulatedSlot, type WireFault } from "./i2c.ts";
import { errno } from "./i2c-errno.ts";
import type { Chip, Environment, GpioModel, I2cModel, KernelModel } from "./model.ts";
import { createRandom, hashOf } from "./random.ts";
import { type AttributeFiles, attributeError, type SimulatedSysfs } from "./sysfs.ts";

type Fault = FaultConfig["fault"];

/** What a simulated device is made from. */
export interface DeviceParts {
  readonly sensor: SensorConfig;
  readonly environment: Environment;
  readonly clock: Clock;
  readonly seed: number;
  /** The fault that the sensor has at the moment. */
  readonly fault: () => Fault | undefined;
}

/** Takes the device out again. */
export type Unplug = () => void;

const wireFaults: Readonly<Partial<Record<Fault, WireFault>>> = {
  "no-acknowledge": "nack",
  unplugged: "nack",
  "bad-crc": "corrupt",
};

// Long enough to be seen in the poll duration, well below what the bus gives up after.
const slowTransferMs = 400;

/** A chip that forgets everything while it is pulled out. */
const forgetful = (chip: Chip, isUnplugged: () => boolean): Chip => {
  let wasUnplugged = false;
  const followPower = () => {
    if (wasUnplugged && !isUnplugged()) chip.powerCycle();
    wasUnplugged = isUnplugged();
  };
  return {
    write: (bytes) => {
      followPower();
      chip.write(bytes);
    },
    read: (length) => {
      followPower();
      return chip.read(length);
    },
    powerCycle: chip.powerCycle,
  };
};

/** The files of a bus: the device that programs open, and what a Pi 4 calls the one at its header. */
export const adapterFiles = (bus: number): AttributeFiles => ({
  [`/dev/i2c-${bus}`]: () => "",
  [`/sys/devices/platform/soc/fe804000.i2c/i2c-${bus}/name`]: () => "bcm2835 (i2c@7e804000)\n",
});

/** Puts a chip on its bus, which is made if it is not there yet. */
export const plugChip = (
  model: I2cModel,
  { sensor, environment, fault }: DeviceParts,
  adapters: Map<number, SimulatedAdapter>,
): Unplug => {
  const { connection, options } = sensor;
  if (connection.kind !== "i2c") return () => {};
  let sawUnplugged = false;
  const chip = forgetful(model.create(environment, options), () => sawUnplugged);
  const slot: SimulatedSlot = {
    chip,
    get fault() {
      const now = fault();
      sawUnplugged = now === "unplugged";
      return now === undefined ? undefined : wireFaults[now];
    },
    get delayMs() {
      return fault() === "slow-bus" ? slowTransferMs : 0;
    },
  };
  const adapter = adapters.get(connection.bus) ?? createAdapter();
  adapters.set(connection.bus, adapter);
  adapter.slots.set(connection.address, slot);
  return () => adapter.slots.delete(connection.address);
};

const withFaults = (files: AttributeFiles, fault: () => Fault | undefined): AttributeFiles =>
  Object.fromEntries(
    Object.entries(files).map(([path, text]) => [
      path,
      () => {
        const now = fault();
        if (now === "unplugged") throw attributeError(path, errno.noSuchDevice);
        if (now === "no-acknowledge") throw attributeError(path, errno.inputOutput);
        // What w1_therm returns once its retries are used up.
        return now === "bad-crc" ? "" : text();
      },
    ]),
  );

/** Lets the kernel have a device; `index` is its number in its class. */
export const plugKernelDevice = (
  model: KernelModel,
  { sensor, environment, fault }: DeviceParts,
  sysfs: SimulatedSysfs,
  index: number,
): Unplug => sysfs.plug(withFaults(model.files(environment, sensor.options, index), fault));

/** The board's header, as a Pi 4 has it. */
export const header = {
  name: "gpiochip0",
  label: "pinctrl-bcm2711",
  base: 512,
  lines: 58,
} as const;

const offsetOf = ({ connection }: SensorConfig): number | undefined => {
  if (connection.kind !== "gpio") return undefined;
  const { address } = connection;
  return "sysfs" in address ? address.sysfs - header.base : address.line;
};

const driveForEver = async (
  model: GpioModel,
  { sensor, environment, clock, seed, fault }: DeviceParts,
  drive: (level: 0 | 1) => void,
  signal: AbortSignal,
): Promise<void> => {
  const levels = model.levels(
    environment,
    sensor.options,
    createRandom(hashOf(`${seed}/${sensor.name}`)),
  );
  const isInverted = sensor.connection.kind === "gpio" && sensor.connection.activeLow;
  for (let step = levels.next(); step.done !== true; step = levels.next()) {
    const { level, forMs } = step.value;
    // Models speak of active and inactive; what is on the wire depends on the wiring.
    if (fault() === undefined)
      drive(isInverted && sensor.driver === "digital-input" ? (level === 1 ? 0 : 1) : level);
    await clock.sleep(forMs, signal);
  }
};

/** Lets something outside drive the sensor's line; with any fault it holds still. */
export const plugLine = (model: GpioModel, parts: DeviceParts, gpio: GpioSimulation): Unplug => {
  const offset = offsetOf(parts.sensor);
  if (offset === undefined || offset < 0 || offset >= header.lines) return () => {};
  const stop = new AbortController();
  const drive = (level: 0 | 1) => gpio.drive(header.label, offset, level);
  // Rejects only when unplugged.
  driveForEver(model, parts, drive, stop.signal).catch(() => {});
  return () => stop.abort();
};
