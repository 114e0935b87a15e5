import { definitionOf, type Quantity } from "../../quantities.ts";
import type { Meaning } from "../meaning.ts";
import { suffixes } from "../vocabulary/suffixes.ts";
import { meaningOfName, meaningOfUnknown, wordsOfKey } from "../vocabulary.ts";

/**
 * Quantities that ESPHome's components publish in one and the same unit. Energy, distance, speed, volume and the like
 * are not among them: some components count Wh, others kWh, and the topic does not tell.
 */
const oneUnit: ReadonlySet<Quantity> = new Set<Quantity>([
  "temperatureCelsius",
  "apparentTemperatureCelsius",
  "dewPointCelsius",
  "relativeHumidityRatio",
  "absoluteHumidityGramsPerCubicMeter",
  "pressurePascals",
  "seaLevelPressurePascals",
  "illuminanceLux",
  "uvIndex",
  "carbonDioxidePpm",
  "carbonMonoxidePpm",
  "vocIndex",
  "noxIndex",
  "airQualityIndex",
  "pm1MicrogramsPerCubicMeter",
  "pm25MicrogramsPerCubicMeter",
  "pm4MicrogramsPerCubicMeter",
  "pm10MicrogramsPerCubicMeter",
  "voltageVolts",
  "batteryVoltageVolts",
  "currentAmperes",
  "powerWatts",
  "apparentPowerVoltAmperes",
  "reactivePowerVoltAmperesReactive",
  "powerFactorRatio",
  "frequencyHertz",
  "batteryRatio",
  "signalStrengthDbm",
  "soilMoistureRatio",
  "ph",
  "uptimeSeconds",
]);

/** Text sensors share their topics with numeric ones; of these a text of digits would be no number. */
const textual =
  /(?:^|_)(?:b?ssid|ip|mac|version|firmware|hash|serial|id|code|address|timestamp)(?:_|$)/u;

const namesUnit = (words: readonly string[]): boolean =>
  [1, 2].some((length) => words.length > length && suffixes.has(words.slice(-length).join("_")));

/** A sum that starts anew is no counter. */
const withoutCounter = (meaning: Meaning, words: readonly string[]): Meaning =>
  meaning.quantity === "energyJoulesTotal" &&
  words.some((word) => /^(?:today|yesterday|hourly|daily|weekly|monthly|yearly)$/u.test(word))
    ? { ...meaning, quantity: "energyBalanceJoules" }
    : meaning;

/** What a numeric sensor means by its object identifier, or why it is no reading. */
export const meaningOfSensor = (object: string): Meaning | string => {
  const words = wordsOfKey(object);
  if (textual.test(words.join("_"))) return "a text by its name";
  const meaning = meaningOfName(object);
  if (typeof meaning?.quantity !== "string") return meaningOfUnknown(object);
  const { quantity } = meaning;
  const isSure =
    oneUnit.has(quantity) || (namesUnit(words) && definitionOf(quantity).dimension !== "state");
  return isSure ? withoutCounter(meaning, words) : meaningOfUnknown(object);
};
