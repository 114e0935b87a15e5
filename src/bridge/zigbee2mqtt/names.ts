import type { Quantity } from "../../quantities.ts";
import type { Meaning } from "../meaning.ts";
import { hasUnit } from "../vocabulary/units.ts";

/** What a property means: the unit that it has where none is said, and what tells it from its siblings. */
export interface Named {
  readonly quantity: Quantity;
  readonly unit?: string | undefined;
  readonly channel?: string | undefined;
}

type Entry = readonly [string, Named];

/** Names apart by blanks; after a colon the channel. */
const named = (quantity: Quantity, unit: string | undefined, names: string): readonly Entry[] =>
  names.split(" ").map((each): Entry => {
    const [name = "", channel] = each.split(":");
    return [name, { quantity, unit, channel }];
  });

// Names and units are those of the presets in zigbee-herdsman-converters, src/lib/exposes.ts.
const measured: readonly Entry[] = [
  ...named(
    "temperatureCelsius",
    "°C",
    "temperature local_temperature device_temperature:device cpu_temperature:cpu external_temperature:external soil_temperature:soil temperature_probe:probe",
  ),
  ...named("dewPointCelsius", "°C", "dew_point"),
  ...named("apparentTemperatureCelsius", "°C", "apparent_temperature wind_chill:wind_chill"),
  ...named(
    "temperatureSetpointCelsius",
    "°C",
    "occupied_heating_setpoint current_heating_setpoint occupied_cooling_setpoint:cooling unoccupied_heating_setpoint:unoccupied_heating unoccupied_cooling_setpoint:unoccupied_cooling",
  ),
  ...named("relativeHumidityRatio", "%", "humidity external_humidity:external"),
  ...named("soilMoistureRatio", "%", "soil_moisture"),
  ...named("pressurePascals", "hPa", "pressure"),
  ...named("illuminanceLux", "lx", "illuminance illuminance_lux"),
  ...named("lightRaw", undefined, "illuminance illuminance_raw"),
  ...named("uvIndex", undefined, "uv_index"),
  ...named("carbonDioxidePpm", "ppm", "co2"),
  ...named("carbonDioxideEquivalentPpm", "ppm", "eco2"),
  ...named("carbonMonoxidePpm", "ppm", "co"),
  ...named("vocMassMicrogramsPerCubicMeter", "µg/m³", "voc"),
  ...named("vocPpm", "ppb", "voc voc_parts"),
  ...named("vocIndex", undefined, "voc_index"),
  ...named("formaldehydeMassMicrogramsPerCubicMeter", "mg/m³", "formaldehyd hcho"),
  ...named("formaldehydePpm", "ppm", "formaldehyd hcho"),
  ...named("airQualityIndex", undefined, "aqi"),
  ...named("pm1MicrogramsPerCubicMeter", "µg/m³", "pm1"),
  ...named("pm25MicrogramsPerCubicMeter", "µg/m³", "pm25"),
  ...named("pm10MicrogramsPerCubicMeter", "µg/m³", "pm10"),
  ...named("soundLevelDecibels", "dB", "noise"),
  ...named("voltageVolts", "V", "voltage"),
  ...named("batteryVoltageVolts", "mV", "battery_voltage"),
  ...named("currentAmperes", "A", "current current_neutral:neutral"),
  ...named("powerWatts", "W", "power"),
  ...named("apparentPowerVoltAmperes", "VA", "power_apparent"),
  ...named("reactivePowerVoltAmperesReactive", "var", "power_reactive"),
  ...named("powerFactorRatio", "ratio", "power_factor"),
  ...named("frequencyHertz", "Hz", "ac_frequency"),
  ...named("energyJoulesTotal", "kWh", "energy consumed_energy energy_consumed"),
  ...named("energyReturnedJoulesTotal", "kWh", "produced_energy energy_produced"),
  ...named("volumeLitersTotal", "m³", "water_consumed"),
  ...named("batteryRatio", "%", "battery battery2:2"),
  ...named("linkQuality", undefined, "linkquality"),
  ...named("positionRatio", "%", "position tilt:tilt"),
  ...named("valvePositionRatio", "%", "pi_heating_demand valve_position"),
  ...named("windSpeedMetersPerSecond", "m/s", "wind_speed"),
  ...named("windGustMetersPerSecond", "m/s", "gust_speed"),
  ...named("windDirectionDegrees", "°", "wind_direction"),
  ...named("rainMillimetersTotal", "mm", "precipitation"),
  ...named("rainRateMillimetersPerHour", "mm/h", "rain_rate"),
  ...named("eventsTotal", undefined, "power_outage_count:power_outage"),
  // Of lights; generic ones are settings.
  ...named("colorTemperatureKelvin", "mired", "color_temp"),
];

const detected: readonly Entry[] = [
  ...named("contactOpen", undefined, "contact garage_door_contact:garage_door"),
  ...named("occupancyDetected", undefined, "occupancy presence"),
  ...named("motionDetected", undefined, "motion moving:moving"),
  ...named("leakDetected", undefined, "water_leak water"),
  ...named("rainDetected", undefined, "rain rain_status"),
  ...named("smokeDetected", undefined, "smoke"),
  ...named("gasDetected", undefined, "gas"),
  ...named("carbonMonoxideDetected", undefined, "carbon_monoxide"),
  ...named("vibrationDetected", undefined, "vibration"),
  ...named("soundDetected", undefined, "noise_detected"),
  ...named("tamperDetected", undefined, "tamper"),
  ...named("batteryLow", undefined, "battery_low"),
  ...named("pluggedIn", undefined, "consumer_connected"),
  ...named("alarmActive", undefined, "sos:sos"),
  ...named("valveOpen", undefined, "valve_state"),
  ...named("problemDetected", undefined, "valve_alarm:valve"),
  ...named("state", undefined, "tilt:tilt"),
];

const measuredNames = new Map<string, readonly Named[]>();
for (const [name, entry] of measured) {
  measuredNames.set(name, [...(measuredNames.get(name) ?? []), entry]);
}

/** Properties that are yes or no. */
export const detectedNames: ReadonlyMap<string, Named> = new Map(detected);

/** True for a property whose numbers are readings, whatever else may be said of it. */
export const isMeasured = (name: string): boolean => measuredNames.has(name);

/** What a property with numbers means: of several quantities that which knows the unit. Undefined if there is none. */
export const measuredAs = (name: string, unit: string | undefined): Named | undefined => {
  const candidates = measuredNames.get(name) ?? [];
  if (unit === undefined || unit === "") {
    return candidates.find((each) => each.unit === undefined) ?? candidates[0];
  }
  const fitting = candidates.find(({ quantity }) => hasUnit(quantity, unit));
  return fitting === undefined ? undefined : { ...fitting, unit };
};

/** A property taken apart: `power_phase_b` is the power of phase b, `state_l1` the state of endpoint l1. */
export interface Split {
  readonly base: string;
  readonly phase?: string | undefined;
  readonly endpoint?: string | undefined;
}

const phased = /^(.+?)(?:_phase)?_([abc])$/u;
const endpointed =
  /^(.+?)_(l\d{1,2}|\d{1,2}|left|right|top|bottom|center|up|down|both|(?:top|bottom|center)_(?:left|right))$/u;

const isKnown = (name: string): boolean =>
  name === "state" || name === "brightness" || isMeasured(name) || detectedNames.has(name);

/** Takes a property apart if what is left is a known name. */
export const splitName = (name: string): Split => {
  if (isKnown(name)) return { base: name };
  const [, phaseBase = "", phase] = phased.exec(name) ?? [];
  if (isMeasured(phaseBase)) return { base: phaseBase, phase };
  const [, base = "", endpoint] = endpointed.exec(name) ?? [];
  return isKnown(base) ? { base, endpoint } : { base: name };
};

/** The labels of a property: the endpoint joins the channel that the name has. */
export const labelsOf = (
  channel: string | undefined,
  { phase, endpoint }: Pick<Split, "phase" | "endpoint">,
): Meaning["labels"] => {
  const joined = [channel, endpoint].filter((part) => part !== undefined && part !== "").join("_");
  return {
    ...(joined === "" ? {} : { channel: joined }),
    ...(phase === undefined ? {} : { phase }),
  };
};
