import type { Quantity } from "../../quantities.ts";
import type { Meaning } from "../meaning.ts";
import { hasUnit } from "../vocabulary/units.ts";

/** A unit that stands beside the values, at the root of the message. */
export type UnitKey = "TempUnit" | "PressureUnit" | "SpeedUnit";

/** What an attribute of a sensor means. */
export interface Named {
  readonly quantity: Quantity;
  readonly unit?: string | undefined;
  readonly unitKey?: UnitKey | undefined;
  readonly scale?: number | undefined;
  readonly channel?: string | undefined;
}

type Entry = readonly [string, Named];

/** Names apart by blanks; after a colon the channel. */
const named = (names: string, meaning: Named): readonly Entry[] =>
  names.split(" ").map((each): Entry => {
    const [name = "", channel] = each.split(":");
    return [name, { ...meaning, channel }];
  });

const perTenthLiter = 10_000;

// The keys are those of Tasmota's tasmota/include/i18n.h and language/en_GB.h (D_JSON_*); units as hatasmota has them.
const attributes: ReadonlyMap<string, Named> = new Map([
  ...named("Temperature", { quantity: "temperatureCelsius", unitKey: "TempUnit" }),
  ...named("DewPoint", { quantity: "dewPointCelsius", unitKey: "TempUnit" }),
  ...named("HeatIndex", { quantity: "apparentTemperatureCelsius", unitKey: "TempUnit" }),
  ...named("Humidity", { quantity: "relativeHumidityRatio", unit: "%" }),
  ...named("AbsHumidity", { quantity: "absoluteHumidityGramsPerCubicMeter", unit: "g/m³" }),
  ...named("Pressure", { quantity: "pressurePascals", unitKey: "PressureUnit" }),
  ...named("SeaPressure", { quantity: "seaLevelPressurePascals", unitKey: "PressureUnit" }),
  ...named("Illuminance Ambient:ambient Lux", { quantity: "illuminanceLux", unit: "lx" }),
  ...named("UvIndex", { quantity: "uvIndex" }),
  ...named("CCT", { quantity: "colorTemperatureKelvin", unit: "K" }),
  ...named("Proximity", { quantity: "proximityRaw" }),
  ...named("CarbonDioxide CO2", { quantity: "carbonDioxidePpm", unit: "ppm" }),
  ...named("eCO2", { quantity: "carbonDioxideEquivalentPpm", unit: "ppm" }),
  ...named("TVOC", { quantity: "vocPpm", unit: "ppb" }),
  ...named("VOC_Index", { quantity: "vocIndex" }),
  ...named("NOx_Index", { quantity: "noxIndex" }),
  ...named("VOC_Raw", { quantity: "vocRaw" }),
  ...named("NOx_Raw", { quantity: "noxRaw" }),
  ...named("Gas", { quantity: "gasResistanceOhms", unit: "kΩ" }),
  ...named("PM1 CF1:CF", { quantity: "pm1MicrogramsPerCubicMeter", unit: "µg/m³" }),
  ...named("PM2.5 CF2.5:CF", { quantity: "pm25MicrogramsPerCubicMeter", unit: "µg/m³" }),
  ...named("PM4", { quantity: "pm4MicrogramsPerCubicMeter", unit: "µg/m³" }),
  ...named("PM10 CF10:CF", { quantity: "pm10MicrogramsPerCubicMeter", unit: "µg/m³" }),
  ...named("PB0.3:PB0.3 PB0.5:PB0.5 PB1:PB1 PB2.5:PB2.5 PB5:PB5 PB10:PB10", {
    quantity: "particleConcentrationPerCubicMeter",
    scale: perTenthLiter,
  }),
  ...named("Weight", { quantity: "weightGrams", unit: "kg" }),
  ...named("Moisture", { quantity: "soilMoistureRatio", unit: "%" }),
  ...named("Fertility", { quantity: "conductivitySiemensPerMeter", unit: "µS/cm" }),
  ...named("Battery", { quantity: "batteryRatio", unit: "%" }),
  ...named("RSSI", { quantity: "signalStrengthDbm", unit: "dBm" }),
  ...named("pH", { quantity: "ph" }),
  ...named("Voltage", { quantity: "voltageVolts", unit: "V" }),
  ...named("Current CurrentNeutral:neutral", { quantity: "currentAmperes", unit: "A" }),
  ...named("Power", { quantity: "powerWatts", unit: "W" }),
  ...named("ApparentPower", { quantity: "apparentPowerVoltAmperes", unit: "VA" }),
  ...named("ReactivePower", { quantity: "reactivePowerVoltAmperesReactive", unit: "var" }),
  ...named("Factor", { quantity: "powerFactorRatio" }),
  ...named("Frequency", { quantity: "frequencyHertz", unit: "Hz" }),
  ...named("Energy", { quantity: "energyJoulesTotal", unit: "kWh" }),
]);

/** What only stands below ENERGY. */
const energyAttributes: ReadonlyMap<string, Named> = new Map([
  ...named("Total ImportActive:import", { quantity: "energyJoulesTotal", unit: "kWh" }),
  ...named("TotalTariff:tariff", { quantity: "energyJoulesTotal", unit: "kWh" }),
  ...named("ExportTotal ExportActive", { quantity: "energyReturnedJoulesTotal", unit: "kWh" }),
  ...named("ExportTariff:tariff", { quantity: "energyReturnedJoulesTotal", unit: "kWh" }),
  ...named("ImportReactive:import ExportReactive:export", {
    quantity: "reactiveEnergyVoltAmpereReactiveSecondsTotal",
    unit: "kvarh",
  }),
  // They begin again every day, so they are no counters.
  ...named("Today:today Yesterday:yesterday", { quantity: "energyBalanceJoules", unit: "kWh" }),
  ...named("Period:period", { quantity: "energyBalanceJoules", unit: "Wh" }),
  ...named("PhaseAngle:phase", { quantity: "angleDegrees", unit: "°" }),
]);

/** The attribute of any sensor; undefined if it is none of the known ones. */
export const attributeOf = (name: string): Named | undefined => attributes.get(name);

/** The attribute of an energy meter. */
export const energyAttributeOf = (name: string): Named | undefined =>
  energyAttributes.get(name) ?? attributes.get(name);

/** The units that the device writes in. */
export type Units = Readonly<Record<UnitKey, string | undefined>>;

/** How Tasmota writes them (D_UNIT_*). */
const spellings: ReadonlyMap<string, string> = new Map([
  ["C", "°C"],
  ["F", "°F"],
]);

/** The meaning of an attribute in those units; undefined if nobody says the unit, or nobody knows it. */
export const meaningOf = (
  { quantity, unit, unitKey, scale }: Named,
  units: Units,
  labels: Meaning["labels"],
): Meaning | undefined => {
  if (unitKey === undefined) return { quantity, unit, scale, labels };
  const written = units[unitKey];
  const spelled = written === undefined ? undefined : (spellings.get(written) ?? written);
  if (spelled === undefined || !hasUnit(quantity, spelled)) return undefined;
  return { quantity, unit: spelled, labels };
};
