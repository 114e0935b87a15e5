import type { Quantity } from "../../quantities.ts";
import { definitionOf, quantities } from "../../quantities.ts";
import { converterToBase } from "../../units.ts";

/** A unit that tells the quantity by itself: the gauge, and the counter where totals have that unit. */
interface Unit {
  readonly units: readonly string[];
  readonly quantity: Quantity;
  readonly total?: Quantity;
}

// The order matters where two dimensions know a unit: °C is a temperature before it is a difference.
const unitQuantities: readonly Unit[] = [
  { units: ["°C", "°F"], quantity: "temperatureCelsius" },
  { units: ["K"], quantity: "temperatureCelsius" },
  { units: ["mired"], quantity: "colorTemperatureKelvin" },
  {
    units: ["hPa", "Pa", "kPa", "bar", "mbar", "cbar", "mmHg", "inHg", "psi"],
    quantity: "pressurePascals",
  },
  { units: ["W", "kW", "MW", "mW"], quantity: "powerWatts" },
  {
    units: ["kWh", "Wh", "MWh", "GWh", "J", "kJ", "MJ", "GJ", "cal", "kcal"],
    quantity: "energyBalanceJoules",
    total: "energyJoulesTotal",
  },
  { units: ["VA", "kVA"], quantity: "apparentPowerVoltAmperes" },
  { units: ["var", "kvar"], quantity: "reactivePowerVoltAmperesReactive" },
  { units: ["V", "mV", "µV", "kV"], quantity: "voltageVolts" },
  { units: ["A", "mA", "µA"], quantity: "currentAmperes" },
  { units: ["Hz", "kHz", "MHz", "GHz"], quantity: "frequencyHertz" },
  { units: ["lx", "klx"], quantity: "illuminanceLux" },
  { units: ["W/m²"], quantity: "irradianceWattsPerSquareMeter" },
  { units: ["µS/cm", "mS/cm", "S/cm", "S/m"], quantity: "conductivitySiemensPerMeter" },
  { units: ["dBm"], quantity: "signalStrengthDbm" },
  { units: ["dB", "dBA"], quantity: "soundLevelDecibels" },
  {
    units: ["m³/h", "l/min", "m³/s", "gal/min", "ft³/min", "l/h"],
    quantity: "flowLitersPerSecond",
  },
  {
    units: ["m³", "l", "ft³", "gal", "CCF"],
    quantity: "storedVolumeLiters",
    total: "volumeLitersTotal",
  },
  { units: ["g", "kg", "mg", "lb", "oz", "st"], quantity: "weightGrams" },
  { units: ["mm/h", "in/h"], quantity: "rainRateMillimetersPerHour" },
  { units: ["km/h", "mph", "kn", "m/s", "ft/s"], quantity: "speedMetersPerSecond" },
  { units: ["m", "km", "cm", "mm", "mi", "ft", "in", "yd"], quantity: "distanceMeters" },
  { units: ["m²", "cm²", "ft²"], quantity: "areaSquareMeters" },
  { units: ["rpm"], quantity: "rotationRpm" },
  { units: ["µg/m³", "mg/m³"], quantity: "value" },
  { units: ["°"], quantity: "angleDegrees" },
  { units: ["s", "min", "h", "d", "ms"], quantity: "durationSeconds", total: "onSecondsTotal" },
  {
    units: ["B", "kB", "MB", "GB", "KiB", "MiB", "GiB", "TB"],
    quantity: "dataSizeBytes",
    total: "dataTransferredBytesTotal",
  },
  { units: ["B/s", "kB/s", "MB/s", "kbit/s", "Mbit/s"], quantity: "dataRateBytesPerSecond" },
  { units: ["1/s"], quantity: "ratePerSecond" },
  { units: ["%"], quantity: "ratio" },
];

/** What a unit alone says about a value; undefined if it says nothing. */
export const quantityOfUnit = (unit: string, isTotal: boolean): Quantity | undefined => {
  // But for its case it would be a microvolt.
  if (unit === "UV") return "uvIndex";
  for (const { quantity, total } of unitQuantities) {
    if (quantity === "value") continue;
    const { dimension } = definitionOf(quantity);
    if (converterToBase(dimension, unit) === undefined) continue;
    return isTotal ? total : quantity;
  }
  return undefined;
};

/** True if values of a quantity can be written in that unit. */
export const hasUnit = (quantity: Quantity, unit: string): boolean =>
  converterToBase(quantities[quantity].dimension, unit) !== undefined;
