import { z } from "zod";
import type { Sysfs } from "../../buses/sysfs.ts";
import { SensorError } from "../../errors.ts";
import {
  channelsOption,
  measurementsOfChannels,
  readChannels,
  scaled,
  selectChannels,
} from "../../kernel/channels.ts";
import { findDevice, type KernelDevice, requireDevice } from "../../kernel/device.ts";
import { hwmonClass } from "../../kernel/device-classes.ts";
import { croppedHumidity } from "../../kernel/humidity.ts";
import { type HwmonChannel, hwmonChannels, hwmonLabels } from "../../kernel/hwmon-attributes.ts";
import { readLabels } from "../../kernel/labels.ts";
import { defineKernelDriver } from "../driver.ts";

// drivers/w1/w1.c: what a 1-Wire thermometer is called here, where nothing protects from its value after power-on.
const oneWireThermometer = "w1_slave_temp";

const options = z.strictObject({
  device: z
    .string()
    .min(1)
    .describe("Content of the file `name` of the device: `sht3x`, `cpu_thermal`, `rpi_volt`.")
    .meta({ examples: ["rpi_volt"] }),
  at: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Which one, if several have that name: bus and address as in `1-0044`, or the last part of where the link " +
        "`device` points. The only one of that name unless given.",
    ),
  channels: channelsOption("`temp1`, `in0`, `fan1`"),
});

interface State {
  readonly device: KernelDevice;
  readonly channels: readonly HwmonChannel[];
}

export const driver = defineKernelDriver<z.infer<typeof options>, State>({
  title: "Any device of the kernel's hardware monitoring (hwmon)",
  notes:
    "Delivers whatever the device has of temperatures, voltages, currents, powers, energies, humidities, fan " +
    "speeds, frequencies and duty cycles, with its alarms and faults; an input that reports a fault or is switched " +
    "off is left out. The label `channel` is the kernel's label of the input, or its name. `rpi_volt` shows an " +
    "under-voltage of a Raspberry Pi for two seconds only: set `interval: 2s` for it. Voltages are those at the pins " +
    "of the chip. A DS18B20 is read by its own driver.",
  datasheet: "Linux, Documentation/hwmon/sysfs-interface.rst",
  intervalMs: 10_000,
  // Wide, since the device is not known: they keep out broken values, not improbable ones.
  quantities: {
    temperatureCelsius: { minimum: -273.15, maximum: 2500 },
    voltageVolts: { minimum: -100_000, maximum: 100_000 },
    currentAmperes: { minimum: -100_000, maximum: 100_000 },
    powerWatts: { minimum: -1e9, maximum: 1e9 },
    energyJoulesTotal: { minimum: 0, maximum: 2e13 },
    relativeHumidityRatio: { minimum: 0, maximum: 1 },
    rotationRpm: { minimum: 0, maximum: 1e6 },
    frequencyHertz: { minimum: 0, maximum: 1e12 },
    dutyCycleRatio: { minimum: 0, maximum: 1 },
    alarmActive: { minimum: 0, maximum: 1 },
    problemDetected: { minimum: 0, maximum: 1 },
    undervoltageDetected: { minimum: 0, maximum: 1 },
  },
  options,

  setup: async ({ sysfs, options: { device: name, at, channels: selected } }) => {
    if (name === oneWireThermometer) throw forTheOtherDriver();
    const device = await findDevice(sysfs, hwmonClass, { name, place: at });
    const attributes = await sysfs.list(device.path);
    const texts = await readLabels(sysfs, device.path, hwmonLabels(attributes));
    const channels = hwmonChannels(device.name, attributes, texts);
    if (channels.length === 0) {
      throw new SensorError("no-data", `${device.path} has no attribute with a value`, {
        remedy: "Choose another device.",
      });
    }
    return { device, channels: selectChannels(channels, selected) };
  },

  identity: ({ device }) => ({ device: device.name, address: device.place }),

  measurements: (options, { channels }) => measurementsOfChannels(channels, options.channels),

  read: async ({ sysfs, state: { device, channels } }) => {
    await requireDevice(sysfs, hwmonClass, device);
    const readings = await readChannels(channels, async (channel) =>
      (await isMeasuring(sysfs, device.path, channel))
        ? readChannel(sysfs, device.path, channel)
        : undefined,
    );
    if (Object.keys(readings).length > 0) return readings;
    throw new SensorError("no-data", `all inputs of ${device.name} report a fault or are off`, {
      remedy: "Check the probes that are connected to the device.",
    });
  },
});

const forTheOtherDriver = (): SensorError =>
  new SensorError("wrong-chip", `${oneWireThermometer} is a 1-Wire thermometer`, {
    remedy: "Use `driver: ds18b20` and the `id` of the thermometer.",
  });

const isMeasuring = async (
  sysfs: Sysfs,
  path: string,
  { fault, enable }: HwmonChannel,
): Promise<boolean> => {
  if (enable !== undefined && (await sysfs.readNumber(`${path}/${enable}`)) === 0) return false;
  return fault === undefined || (await sysfs.readNumber(`${path}/${fault}`)) === 0;
};

const readChannel = async (
  sysfs: Sysfs,
  path: string,
  { attribute, quantity, scaling, isFlag }: HwmonChannel,
): Promise<number> => {
  const number = await sysfs.readNumber(`${path}/${attribute}`);
  if (isFlag && number !== 0 && number !== 1) {
    throw new SensorError("no-data", `${path}/${attribute} is ${number}, neither 0 nor 1`);
  }
  const value = scaled(number, scaling);
  return quantity === "relativeHumidityRatio" ? croppedHumidity(value) : value;
};
