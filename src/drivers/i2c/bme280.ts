import { z } from "zod";
import { SensorError } from "../../errors.ts";
import { hexadecimal } from "../../hexadecimal.ts";
import type { Measurement, Readings } from "../../reading.ts";
import {
  fineTemperatureOf,
  type HumidWords,
  humidityOf,
  humidWordsOf,
  pressureOf,
  type ThermalWords,
  thermalWordsOf,
} from "../bosch.ts";
import { defineI2cDriver, type I2cContext, type Limits } from "../driver.ts";
import { becomesReady } from "../ready.ts";

// Section numbers are those of BST-BME280-DS002, revision 1.6.
const identification = 0xd0; // section 5.4.1
const reset = 0xe0; // section 5.4.2
const status = 0xf3; // section 5.4.4
const humidityControl = 0xf2; // section 5.4.3; takes effect only with a write to measurementControl
const measurementControl = 0xf4; // section 5.4.5
const configuration = 0xf5; // section 5.4.6
const measurements = 0xf7; // sections 5.4.7 to 5.4.9: pressure, temperature, humidity
const thermalCalibration = 0x88; // section 4.2.2: dig_T1 to dig_P9, a reserved byte, dig_H1
const humidCalibration = 0xe1; // section 4.2.2: dig_H2 to dig_H6

const chipId = 0x60;
const resetWord = 0xb6;
const copyingCalibration = 0b0000_0001; // status: im_update
const measuring = 0b0000_1000; // status
const forcedMode = 0b01; // section 3.3: one measurement, then back to sleep
const startUpMs = 2; // table 1, t_startup

// The standby time means nothing in forced mode. Since it is not its value after power-on, it shows whether the chip
// still has our settings, or has been without power since.
const standbyMark = 0b101 << 5; // table 27: 1000 ms

// Table 18: contents of the data registers before a measurement, and of those that are skipped.
const blankCode = 0x8_0000;
const blankHumidityCode = 0x8000;

/** What answers at the same addresses and has its identification in the same register. */
const relatives: Readonly<Record<number, string>> = {
  0x55: "a BMP180 or BMP085, which has no humidity sensor",
  0x56: "a BMP280 (sample), which has no humidity sensor",
  0x57: "a BMP280 (sample), which has no humidity sensor",
  0x58: "a BMP280, which has no humidity sensor",
  0x61: "a BME680 or BME688",
};

const limits = {
  temperatureCelsius: { minimum: -40, maximum: 85 },
  pressurePascals: { minimum: 30_000, maximum: 110_000 },
  relativeHumidityRatio: { minimum: 0, maximum: 1 },
} as const satisfies Readonly<Record<string, Limits>>;

// Position is the register's value: section 5.4.3 (0 leaves the measurement out) and table 28 (0 is off).
const oversamplings = [0, 1, 2, 4, 8, 16] as const;
const filters = [0, 2, 4, 8, 16] as const;

const options = z.strictObject({
  oversampling: z
    .strictObject({
      temperature: z
        .literal([1, 2, 4, 8, 16])
        .default(1)
        .describe("Samples averaged for the temperature, which the other two need."),
      pressure: z
        .literal(oversamplings)
        .default(1)
        .describe("Samples averaged for the pressure; 0 leaves it out."),
      humidity: z
        .literal(oversamplings)
        .default(1)
        .describe("Samples averaged for the humidity; 0 leaves it out."),
    })
    .prefault({})
    .describe("Samples averaged per reading: more of them mean less noise and a longer reading."),
  filter: z
    .literal(filters)
    .default(0)
    .describe(
      "Coefficient of the chip's low-pass filter for temperature and pressure, which advances once per reading; 0 is off.",
    ),
});

type Options = z.infer<typeof options>;
type Context = I2cContext<Options>;

/** What identifies the settings of a chip that was set up: the values of its three control registers. */
interface Settings {
  readonly humidityControl: number;
  readonly measurementControl: number;
  readonly configuration: number;
}

/** The trimming words, which each chip has its own of. */
type Calibration = ThermalWords & HumidWords;

/** Codes of the converter: 20 bits for pressure and temperature, 16 for humidity. */
interface Codes {
  readonly pressure: number;
  readonly temperature: number;
  readonly humidity: number;
}

export const driver = defineI2cDriver({
  title: "Bosch BME280 temperature, humidity and pressure sensor",
  notes:
    "Many boards sold as BME280 carry a BMP280, which has no humidity sensor; it is recognised and refused. " +
    "The chip sleeps between two readings, so it does not warm itself.",
  datasheet: "Bosch Sensortec BST-BME280-DS002, revision 1.6 (September 2018)",
  intervalMs: 10_000,
  addresses: [0x76, 0x77],
  quantities: limits,
  options,

  measurements: ({ oversampling }) => {
    const enabled: readonly (keyof typeof limits)[] = [
      "temperatureCelsius",
      ...(oversampling.pressure === 0 ? [] : ["pressurePascals" as const]),
      ...(oversampling.humidity === 0 ? [] : ["relativeHumidityRatio" as const]),
    ];
    return enabled.map(
      (quantity): Measurement => ({ key: quantity, quantity, ...limits[quantity] }),
    );
  },

  identify: async ({ i2c }) => {
    const [id = 0] = await i2c.readRegisters(identification, 1);
    if (id === chipId) return { model: "BME280" };
    const what = relatives[id] ?? "no chip that this driver knows";
    throw new SensorError(
      "wrong-chip",
      `${hexadecimal(i2c.address)} answers with id ${hexadecimal(id)}: ${what}`,
      { remedy: "Set the driver of the chip that is there, or check the part and the address." },
    );
  },

  setup: async (context) => {
    const { i2c, options } = context;
    await restart(context);
    const calibration = await readCalibration(context);
    const settings = settingsOf(options);
    // Section 5.4.6: in normal mode a write to the configuration may be ignored, so it comes while the chip sleeps.
    await i2c.writeRegister(configuration, settings.configuration);
    await i2c.writeRegister(humidityControl, settings.humidityControl);
    return { calibration, settings, measuringMs: longestMeasuringMs(options) };
  },

  read: async (context) => {
    const { i2c, sleep, options, state } = context;
    await i2c.writeRegister(measurementControl, state.settings.measurementControl | forcedMode);
    await sleep(state.measuringMs);
    await finishMeasuring(context, state.settings, state.measuringMs);
    // Section 4.1: all data registers in one transfer, or they may belong to different measurements.
    const codes = codesOf(await i2c.readRegisters(measurements, 8));
    return compensate(state.calibration, codes, options);
  },
});

const restart = async ({ i2c, sleep }: Context): Promise<void> => {
  await i2c.writeRegister(reset, resetWord);
  await sleep(startUpMs);
  const isCopied = async () => {
    const [flags = copyingCalibration] = await i2c.readRegisters(status, 1);
    return (flags & copyingCalibration) === 0;
  };
  if (await becomesReady(isCopied, { sleep, stepMs: startUpMs, steps: 5 })) return;
  throw new SensorError("not-ready", "the chip did not load its calibration after a reset");
};

const readCalibration = async ({ i2c }: Context): Promise<Calibration> => {
  const thermal = await i2c.readRegisters(thermalCalibration, 26);
  const humid = await i2c.readRegisters(humidCalibration, 7);
  const [h1 = 0] = thermal.subarray(25);
  const calibration = { ...thermalWordsOf(thermal), ...humidWordsOf(h1, humid) };
  if (isBlank(humid) || isBlankWord(calibration.t1) || isBlankWord(calibration.p1)) {
    throw new SensorError(
      "no-data",
      "the calibration words of the chip are empty, so nothing can be computed from its readings",
      { remedy: "Check supply and wiring; if it stays, the chip is a defective or a false one." },
    );
  }
  return calibration;
};

const isBlankWord = (word: number): boolean => word === 0 || word === 0xffff;

const isBlank = (bytes: Uint8Array): boolean =>
  bytes.every((byte) => byte === 0) || bytes.every((byte) => byte === 0xff);

const settingsOf = ({ oversampling, filter }: Options): Settings => ({
  humidityControl: oversamplings.indexOf(oversampling.humidity),
  measurementControl:
    (oversamplings.indexOf(oversampling.temperature) << 5) |
    (oversamplings.indexOf(oversampling.pressure) << 2),
  configuration: standbyMark | (filters.indexOf(filter) << 2),
});

/** Section 9.1, the longest time that a measurement takes. */
const longestMeasuringMs = ({ oversampling }: Options): number => {
  const each = ({ samples, overheadMs }: { samples: number; overheadMs: number }) =>
    samples === 0 ? 0 : 2.3 * samples + overheadMs;
  return (
    1.25 +
    each({ samples: oversampling.temperature, overheadMs: 0 }) +
    each({ samples: oversampling.pressure, overheadMs: 0.575 }) +
    each({ samples: oversampling.humidity, overheadMs: 0.575 })
  );
};

const finishMeasuring = async (
  { i2c, sleep }: Context,
  settings: Settings,
  measuringMs: number,
): Promise<void> => {
  const isFinished = async () => {
    // Humidity control, status, measurement control and configuration lie side by side.
    const [humidity = 0, flags = 0, measurement = 0, configured = 0] = await i2c.readRegisters(
      humidityControl,
      4,
    );
    requireSettings(settings, {
      humidityControl: humidity & 0b111,
      measurementControl: measurement & ~0b11,
      configuration: configured & ~0b11,
    });
    return (flags & measuring) === 0;
  };
  if (await becomesReady(isFinished, { sleep, stepMs: measuringMs / 4, steps: 4 })) return;
  throw new SensorError("not-ready", "the chip is still measuring after twice the longest time");
};

const requireSettings = (expected: Settings, actual: Settings): void => {
  const isSame =
    actual.humidityControl === expected.humidityControl &&
    actual.measurementControl === expected.measurementControl &&
    actual.configuration === expected.configuration;
  if (isSame) return;
  throw new SensorError("no-data", "the chip has lost its settings, so it was without power", {
    remedy: "Check supply and wiring; nothing else may use the chip.",
  });
};

const codesOf = (bytes: Uint8Array): Codes => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    pressure: view.getUint32(0) >>> 12,
    temperature: view.getUint32(3) >>> 12,
    humidity: view.getUint16(6),
  };
};

const compensate = (
  calibration: Calibration,
  codes: Codes,
  { oversampling }: Options,
): Readings => {
  const hasPressure = oversampling.pressure > 0;
  const hasHumidity = oversampling.humidity > 0;
  // One alone is a genuine code: the settings were read back. All of them at once are a chip that did not measure.
  if (
    codes.temperature === blankCode &&
    (!hasPressure || codes.pressure === blankCode) &&
    (!hasHumidity || codes.humidity === blankHumidityCode)
  ) {
    throw new SensorError("no-data", "the chip has not measured since its power-on");
  }
  const fine = fineTemperatureOf(calibration, codes.temperature);
  const temperatureCelsius = fine / 5120;
  requireTemperature(temperatureCelsius);
  return {
    temperatureCelsius,
    ...(hasPressure ? { pressurePascals: pressureOf(calibration, fine, codes.pressure) } : {}),
    ...(hasHumidity
      ? { relativeHumidityRatio: humidityOf(calibration, fine, codes.humidity) }
      : {}),
  };
};

/** Pressure and humidity are computed from the temperature, so a wrong one would make them wrong, yet plausible. */
const requireTemperature = (temperatureCelsius: number): void => {
  const { minimum, maximum } = limits.temperatureCelsius;
  if (temperatureCelsius >= minimum && temperatureCelsius <= maximum) return;
  throw new SensorError(
    "out-of-range",
    `a temperature of ${temperatureCelsius.toFixed(1)} °C lies outside what the chip can measure`,
  );
};
