import type { Quantity } from "../quantities.ts";
import type { Scaling } from "./channels.ts";

/** How a channel becomes a quantity of the catalogue. */
export interface IioMeaning extends Scaling {
  readonly quantity: Quantity;
  /** Modifiers that the meaning is made for: they say what is measured, not where. */
  readonly modifiers?: readonly string[];
  /** Meant for one form only: finished values, raw ones with a scale, or raw ones that have no unit. */
  readonly form?: "finished" | "scaled" | "unitless";
  /** Names of devices that it is meant for. */
  readonly devices?: ReadonlySet<string>;
}

const percentToPpm = { multiply: 10_000 } as const;
const radiansToDegrees = { multiply: 180, divide: Math.PI } as const;

// These estimate carbon dioxide from other gases; the kernel has one name for both.
const estimating: ReadonlySet<string> = new Set(["ccs811", "ens160"]);

// These do so too, and their drivers (drivers/iio/chemical/ams-iaq-core.c, sgp30.c, vz89x.c) print a share of 1 where
// the ABI asks for percent.
const sharing: ReadonlySet<string> = new Set(["ams-iaq-core", "sgp30", "sgpc3", "vz89te", "vz89x"]);
const shareToPpm = { multiply: 1_000_000 } as const;

const heatedLayer: ReadonlySet<string> = new Set(["ams-iaq-core", "bme680", "vz89te", "vz89x"]);

// drivers/iio/adc/mcp3422.c: its scale makes volts where the ABI asks for millivolts (12 bits: 1 mV a step, 0.001).
const voltConverters: ReadonlySet<string> = new Set(
  ["1", "2", "3", "4", "5", "6", "7", "8"].map((digit) => `mcp342${digit}`),
);

/**
 * What channels mean by their type; the first meaning that fits counts. What has no unit in
 * Documentation/ABI/testing/sysfs-bus-iio (rotation, steps, activity) or no place in the catalogue is left out.
 */
export const iioMeanings: Readonly<Record<string, readonly IioMeaning[]>> = {
  temp: [{ quantity: "temperatureCelsius", divide: 1000 }],
  humidityrelative: [{ quantity: "relativeHumidityRatio", divide: 100_000 }],
  pressure: [{ quantity: "pressurePascals", multiply: 1000 }],
  // With a modifier (infrared, clear) it is not what an eye sees.
  illuminance: [{ quantity: "illuminanceLux", modifiers: [""] }],
  intensity: [{ quantity: "lightRaw", form: "unitless" }],
  uvindex: [{ quantity: "uvIndex" }],
  cct: [{ quantity: "colorTemperatureKelvin" }],
  voltage: [
    { quantity: "voltageVolts", devices: voltConverters },
    { quantity: "voltageVolts", divide: 1000 },
  ],
  current: [{ quantity: "currentAmperes", divide: 1000 }],
  power: [
    { quantity: "reactivePowerVoltAmperesReactive", modifiers: ["reactive"], divide: 1000 },
    { quantity: "apparentPowerVoltAmperes", modifiers: ["apparent"], divide: 1000 },
    { quantity: "powerWatts", divide: 1000 },
  ],
  resistance: [
    { quantity: "gasResistanceOhms", devices: heatedLayer },
    { quantity: "resistanceOhms" },
  ],
  capacitance: [{ quantity: "capacitanceFarads", divide: 1e9 }],
  // A raw concentration without a scale is the signal of the sensor, not a share of the air.
  concentration: [
    {
      quantity: "carbonDioxideEquivalentPpm",
      modifiers: ["co2"],
      devices: sharing,
      ...shareToPpm,
    },
    { quantity: "vocPpm", modifiers: ["voc"], devices: sharing, ...shareToPpm },
    {
      quantity: "carbonDioxideEquivalentPpm",
      modifiers: ["co2"],
      devices: estimating,
      ...percentToPpm,
    },
    { quantity: "carbonDioxidePpm", modifiers: ["co2"], ...percentToPpm },
    { quantity: "vocPpm", modifiers: ["voc"], ...percentToPpm },
    { quantity: "hydrogenPpm", modifiers: ["h2"], ...percentToPpm },
    { quantity: "oxygenRatio", modifiers: ["o2"], divide: 100 },
  ],
  massconcentration: [
    { quantity: "pm1MicrogramsPerCubicMeter", modifiers: ["pm1"] },
    { quantity: "pm25MicrogramsPerCubicMeter", modifiers: ["pm2p5"] },
    { quantity: "pm4MicrogramsPerCubicMeter", modifiers: ["pm4"] },
    { quantity: "pm10MicrogramsPerCubicMeter", modifiers: ["pm10"] },
  ],
  ph: [{ quantity: "ph" }],
  electricalconductivity: [{ quantity: "conductivitySiemensPerMeter" }],
  distance: [{ quantity: "distanceMeters" }],
  // In meters once finished; raw ones mostly have no unit, whatever scale (a gain, say) there is.
  proximity: [
    { quantity: "distanceMeters", form: "finished" },
    { quantity: "proximityRaw", form: "unitless" },
  ],
  velocity: [{ quantity: "speedMetersPerSecond" }],
  accel: [{ quantity: "accelerationMetersPerSecondSquared" }],
  anglvel: [{ quantity: "angularVelocityDegreesPerSecond", ...radiansToDegrees }],
  magn: [{ quantity: "magneticFluxDensityTeslas", divide: 10_000 }], // gauss
  incli: [{ quantity: "angleDegrees" }],
  angl: [{ quantity: "angleDegrees", ...radiansToDegrees }],
};

const scaledTypes: ReadonlySet<string> = new Set(["concentration", "massconcentration", "ph"]);

/** True for types whose raw number, where there is no scale, is only the signal of the sensor. */
export const isSignalWithoutScale = (type: string): boolean => scaledTypes.has(type);
