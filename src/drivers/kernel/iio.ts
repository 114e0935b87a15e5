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
import { iioClass } from "../../kernel/device-classes.ts";
import { croppedHumidity } from "../../kernel/humidity.ts";
import { type IioChannel, iioChannels, iioLabels } from "../../kernel/iio-channels.ts";
import { readLabels } from "../../kernel/labels.ts";
import { defineKernelDriver, type KernelContext } from "../driver.ts";

// drivers/iio/humidity/dht11.c takes one measurement in two seconds, and loses many to interrupts that come too late.
const lossyDevice = /^dht(11|22)(@.*)?$/;
const lossyAttempts = 5;
const lossyPauseMs = 2000;

// drivers/iio/chemical/bme680_core.c prints percent where the ABI asks for thousandths. Air below 0.1 % is not measured
// by this chip, so a number up to 100 can only be percent.
const percentDevice = "bme680";
const highestPercent = 100;

const options = z.strictObject({
  device: z
    .string()
    .min(1)
    .describe("Content of the file `name` of the device: `bme280`, `bh1750`, `dht11`.")
    .meta({ examples: ["bme280"] }),
  at: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Which one, if several have that name: bus and address as in `1-0076`, or the directory that holds it. " +
        "The only one of that name unless given.",
    ),
  channels: channelsOption("`temp`, `voltage0`, `voltage0-voltage1`"),
});

interface State {
  readonly device: KernelDevice;
  readonly channels: readonly IioChannel[];
}

type Context = KernelContext<z.infer<typeof options>> & { readonly state: State };

export const driver = defineKernelDriver<z.infer<typeof options>, State>({
  title: "Any sensor or converter of the kernel's Industrial I/O (IIO)",
  notes:
    "Delivers whatever the device has of temperature, humidity, pressure, light, gases, particles, voltage, current, " +
    "power, resistance, distance, acceleration and the like; kinds without a unit in the kernel's document (steps, " +
    "rotation, activity) are left out. Inputs with a number or an axis have it in the label `channel`, unless the " +
    "kernel has a label for them. A DHT11 or DHT22 often fails; its reading is tried five times, two seconds apart.",
  datasheet: "Linux, Documentation/ABI/testing/sysfs-bus-iio",
  intervalMs: 30_000,
  // Wide, since the device is not known: they keep out broken values, not improbable ones.
  quantities: {
    temperatureCelsius: { minimum: -273.15, maximum: 2500 },
    relativeHumidityRatio: { minimum: 0, maximum: 1 },
    pressurePascals: { minimum: 0, maximum: 1e9 },
    illuminanceLux: { minimum: 0, maximum: 1e6 },
    lightRaw: { minimum: 0, maximum: 2 ** 32 },
    uvIndex: { minimum: 0, maximum: 100 },
    colorTemperatureKelvin: { minimum: 0, maximum: 100_000 },
    voltageVolts: { minimum: -100_000, maximum: 100_000 },
    currentAmperes: { minimum: -100_000, maximum: 100_000 },
    powerWatts: { minimum: -1e9, maximum: 1e9 },
    reactivePowerVoltAmperesReactive: { minimum: -1e9, maximum: 1e9 },
    apparentPowerVoltAmperes: { minimum: -1e9, maximum: 1e9 },
    resistanceOhms: { minimum: 0, maximum: 1e12 },
    gasResistanceOhms: { minimum: 0, maximum: 1e12 },
    capacitanceFarads: { minimum: 0, maximum: 1 },
    carbonDioxidePpm: { minimum: 0, maximum: 1_000_000 },
    carbonDioxideEquivalentPpm: { minimum: 0, maximum: 1_000_000 },
    vocPpm: { minimum: 0, maximum: 1_000_000 },
    hydrogenPpm: { minimum: 0, maximum: 1_000_000 },
    oxygenRatio: { minimum: 0, maximum: 1 },
    pm1MicrogramsPerCubicMeter: { minimum: 0, maximum: 1e6 },
    pm25MicrogramsPerCubicMeter: { minimum: 0, maximum: 1e6 },
    pm4MicrogramsPerCubicMeter: { minimum: 0, maximum: 1e6 },
    pm10MicrogramsPerCubicMeter: { minimum: 0, maximum: 1e6 },
    ph: { minimum: -2, maximum: 16 },
    conductivitySiemensPerMeter: { minimum: 0, maximum: 1e6 },
    distanceMeters: { minimum: 0, maximum: 10_000 },
    proximityRaw: { minimum: 0, maximum: 2 ** 32 },
    speedMetersPerSecond: { minimum: -10_000, maximum: 10_000 },
    accelerationMetersPerSecondSquared: { minimum: -10_000, maximum: 10_000 },
    angularVelocityDegreesPerSecond: { minimum: -100_000, maximum: 100_000 },
    magneticFluxDensityTeslas: { minimum: -100, maximum: 100 },
    angleDegrees: { minimum: -360, maximum: 360 },
  },
  options,

  setup: async ({ sysfs, options: { device: name, at, channels: selected } }) => {
    const device = await findDevice(sysfs, iioClass, { name, place: at });
    const attributes = await sysfs.list(device.path);
    const texts = await readLabels(sysfs, device.path, iioLabels(attributes));
    const channels = iioChannels(device.name, attributes, texts);
    if (channels.length === 0) {
      throw new SensorError("no-data", `${device.name} has no channel of a kind with a unit`, {
        remedy: "Choose another device; the documentation of this driver lists the kinds.",
      });
    }
    return { device, channels: selectChannels(channels, selected) };
  },

  identity: ({ device }) => ({ device: device.name, address: device.place }),

  measurements: (options, { channels }) => measurementsOfChannels(channels, options.channels),

  read: async (context) => {
    const { device, channels } = context.state;
    await requireDevice(context.sysfs, iioClass, device);
    return readChannels(channels, (channel) => readPatiently(context, channel));
  },
});

const isLoss = (error: unknown): boolean =>
  error instanceof SensorError && (error.code === "bus-error" || error.code === "bus-timeout");

const readPatiently = async (context: Context, channel: IioChannel): Promise<number> => {
  const attempts = lossyDevice.test(context.state.device.name) ? lossyAttempts : 1;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await readChannel(context, channel);
    } catch (error) {
      if (attempt === attempts || !isLoss(error)) throw error;
    }
    await context.sleep(lossyPauseMs);
  }
};

const readChannel = async ({ sysfs, state }: Context, channel: IioChannel): Promise<number> => {
  const { name, path } = state.device;
  const number = await sysfs.readNumber(`${path}/${channel.attribute}`);
  const offset = await readOr(sysfs, path, channel.offset, 0);
  const scale = await readOr(sysfs, path, channel.scale, 1);
  const finished = (number + offset) * scale;
  if (channel.quantity !== "relativeHumidityRatio") return scaled(finished, channel.scaling);
  const isPercent = name === percentDevice && finished <= highestPercent;
  return croppedHumidity(scaled(finished, isPercent ? { divide: 100 } : channel.scaling));
};

const readOr = async (
  sysfs: Sysfs,
  path: string,
  attribute: string | undefined,
  otherwise: number,
): Promise<number> =>
  attribute === undefined ? otherwise : await sysfs.readNumber(`${path}/${attribute}`);
