import type { Quantity } from "../../quantities.ts";

/** What a device class means: the first quantity that knows the unit. */
export interface SensorClass {
  readonly quantities: readonly Quantity[];
  /** What it is where the value only rises. */
  readonly total?: Quantity;
  /** The only unit there is; a class with several means nothing without one. */
  readonly unit?: string;
  /** True if a `total` counts too, as energy meters say it. */
  readonly isMeter?: boolean;
}

const air = (mass: Quantity, ...parts: Quantity[]): SensorClass => ({
  quantities: [mass, ...parts],
  unit: "µg/m³",
});
const of = (...quantities: Quantity[]): SensorClass => ({ quantities });
const percent = (quantity: Quantity): SensorClass => ({ quantities: [quantity], unit: "%" });
const plain = (quantity: Quantity): SensorClass => ({ quantities: [quantity], unit: "" });

/** Device classes of sensors: homeassistant/components/sensor/const.py. */
export const sensorClasses: ReadonlyMap<string, SensorClass> = new Map([
  ["absolute_humidity", of("absoluteHumidityGramsPerCubicMeter")],
  ["apparent_power", { quantities: ["apparentPowerVoltAmperes"], unit: "VA" }],
  ["aqi", plain("airQualityIndex")],
  ["area", of("areaSquareMeters")],
  ["atmospheric_pressure", of("pressurePascals")],
  ["battery", { quantities: ["batteryRatio", "batteryVoltageVolts"], unit: "%" }],
  ["carbon_dioxide", { quantities: ["carbonDioxidePpm"], unit: "ppm" }],
  ["carbon_monoxide", of("carbonMonoxidePpm", "carbonMonoxideMassMicrogramsPerCubicMeter")],
  ["conductivity", of("conductivitySiemensPerMeter")],
  ["current", of("currentAmperes")],
  ["data_rate", of("dataRateBytesPerSecond")],
  ["data_size", { quantities: ["dataSizeBytes"], total: "dataTransferredBytesTotal" }],
  ["distance", of("distanceMeters")],
  ["duration", { quantities: ["durationSeconds"], total: "onSecondsTotal" }],
  ["energy", { quantities: ["energyBalanceJoules"], total: "energyJoulesTotal", isMeter: true }],
  ["energy_storage", of("storedEnergyJoules")],
  ["frequency", of("frequencyHertz")],
  ["gas", { quantities: ["storedVolumeLiters"], total: "gasVolumeLitersTotal", isMeter: true }],
  ["humidity", percent("relativeHumidityRatio")],
  ["illuminance", { quantities: ["illuminanceLux"], unit: "lx" }],
  ["irradiance", of("irradianceWattsPerSquareMeter")],
  ["moisture", percent("soilMoistureRatio")],
  ["nitrogen_dioxide", air("nitrogenDioxideMassMicrogramsPerCubicMeter", "nitrogenDioxidePpm")],
  ["nitrogen_monoxide", air("nitrogenMonoxideMassMicrogramsPerCubicMeter", "nitrogenMonoxidePpm")],
  ["nitrous_oxide", air("nitrousOxideMassMicrogramsPerCubicMeter", "nitrousOxidePpm")],
  ["ozone", air("ozoneMassMicrogramsPerCubicMeter", "ozonePpm")],
  ["ph", plain("ph")],
  ["pm1", air("pm1MicrogramsPerCubicMeter")],
  ["pm10", air("pm10MicrogramsPerCubicMeter")],
  ["pm25", air("pm25MicrogramsPerCubicMeter")],
  ["pm4", air("pm4MicrogramsPerCubicMeter")],
  ["power", of("powerWatts")],
  ["power_factor", { quantities: ["powerFactorRatio"], unit: "ratio" }],
  ["precipitation", { quantities: ["rainAmountMillimeters"], total: "rainMillimetersTotal" }],
  ["precipitation_intensity", of("rainRateMillimetersPerHour")],
  ["pressure", of("pressurePascals")],
  [
    "reactive_energy",
    {
      quantities: [],
      total: "reactiveEnergyVoltAmpereReactiveSecondsTotal",
      isMeter: true,
    },
  ],
  ["reactive_power", of("reactivePowerVoltAmperesReactive")],
  ["signal_strength", of("signalStrengthDbm")],
  ["sound_pressure", of("soundLevelDecibels")],
  ["speed", of("speedMetersPerSecond")],
  ["sulphur_dioxide", air("sulfurDioxideMassMicrogramsPerCubicMeter", "sulfurDioxidePpm")],
  ["temperature", of("temperatureCelsius")],
  ["temperature_delta", of("temperatureDifferenceCelsius")],
  ["volatile_organic_compounds", air("vocMassMicrogramsPerCubicMeter")],
  ["volatile_organic_compounds_parts", of("vocPpm")],
  ["voltage", of("voltageVolts")],
  ["volume", { quantities: ["storedVolumeLiters"], total: "volumeLitersTotal" }],
  ["volume_flow_rate", of("flowLitersPerSecond")],
  ["volume_storage", of("storedVolumeLiters")],
  ["water", { quantities: ["storedVolumeLiters"], total: "volumeLitersTotal", isMeter: true }],
  ["weight", of("weightGrams")],
  ["wind_direction", { quantities: ["windDirectionDegrees"], unit: "°" }],
  ["wind_speed", of("windSpeedMetersPerSecond")],
]);

/** Classes whose values are text. */
export const textClasses: ReadonlySet<string> = new Set(["enum", "date"]);

/**
 * Device classes of binary sensors, which say what `on` means:
 * homeassistant/components/binary_sensor/__init__.py.
 */
export const binaryClasses: ReadonlyMap<string, Quantity> = new Map<string, Quantity>([
  ["battery", "batteryLow"],
  ["battery_charging", "batteryCharging"],
  ["carbon_monoxide", "carbonMonoxideDetected"],
  ["cold", "coldDetected"],
  ["connectivity", "connected"],
  ["door", "contactOpen"],
  ["garage_door", "contactOpen"],
  ["gas", "gasDetected"],
  ["heat", "heatDetected"],
  ["light", "lightDetected"],
  // On is unlocked.
  ["lock", "lockOpen"],
  ["moisture", "leakDetected"],
  ["motion", "motionDetected"],
  ["moving", "motionDetected"],
  ["occupancy", "occupancyDetected"],
  ["opening", "contactOpen"],
  ["plug", "pluggedIn"],
  ["power", "powerPresent"],
  ["presence", "occupancyDetected"],
  ["problem", "problemDetected"],
  ["running", "running"],
  // On is unsafe.
  ["safety", "alarmActive"],
  ["smoke", "smokeDetected"],
  ["sound", "soundDetected"],
  ["tamper", "tamperDetected"],
  ["update", "updateAvailable"],
  ["vibration", "vibrationDetected"],
  ["window", "contactOpen"],
]);
