import type { Quantity } from "../../quantities.ts";
import type { Meaning } from "../meaning.ts";
import { meaningOfName, meaningOfUnit, meaningOfUnknown } from "../vocabulary.ts";

/** What a control says of itself. */
export interface ControlFacts {
  readonly type?: string | undefined;
  readonly units?: string | undefined;
}

interface Kind {
  readonly quantity: Quantity;
  readonly unit?: string;
  readonly scale?: number;
}

/** One gigacalorie an hour in megawatts, the calorie of the International Table aside: 4.184 GJ in 3600 s. */
const megawattsPerGigacalorieAnHour = 4.184 / 3.6;

const heatPower: Kind = {
  quantity: "powerWatts",
  unit: "MW",
  scale: megawattsPerGigacalorieAnHour,
};

/** Types that say the quantity. */
const kindsOfType: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ["temperature", { quantity: "temperatureCelsius" }],
  ["rel_humidity", { quantity: "relativeHumidityRatio", unit: "%" }],
  ["atmospheric_pressure", { quantity: "pressurePascals", unit: "mbar" }],
  ["rainfall", { quantity: "rainRateMillimetersPerHour" }],
  ["wind_speed", { quantity: "windSpeedMetersPerSecond" }],
  ["power", { quantity: "powerWatts" }],
  ["power_consumption", { quantity: "energyJoulesTotal", unit: "kWh" }],
  ["voltage", { quantity: "voltageVolts" }],
  ["current", { quantity: "currentAmperes" }],
  ["water_flow", { quantity: "flowLitersPerSecond", unit: "m³/h" }],
  ["water_consumption", { quantity: "volumeLitersTotal", unit: "m³" }],
  ["resistance", { quantity: "resistanceOhms" }],
  ["lux", { quantity: "illuminanceLux" }],
  ["sound_level", { quantity: "soundLevelDecibels" }],
  ["heat_power", heatPower],
  ["heat_energy", { quantity: "energyJoulesTotal", unit: "Gcal" }],
  ["switch", { quantity: "switchOn" }],
  ["alarm", { quantity: "alarmActive" }],
]);

/** Units that say the quantity, as the conventions write them. */
const kindsOfUnit: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ["deg C", { quantity: "temperatureCelsius" }],
  ["%, RH", { quantity: "relativeHumidityRatio", unit: "%" }],
  ["Gcal/h", heatPower],
  ["Ohm", { quantity: "resistanceOhms" }],
  ["mOhm", { quantity: "resistanceOhms", unit: "mΩ" }],
]);

/** Other units, as this program writes them, and whether what has them only counts upwards. */
const knownUnits: ReadonlyMap<string, readonly [string, boolean?]> = new Map([
  ["m^3", ["m³", true]],
  ["m^3/h", ["m³/h"]],
  ["kWh", ["kWh", true]],
  ["Gcal", ["Gcal", true]],
  ["cal", ["cal", true]],
  ["deg", ["°"]],
]);

const withoutReadings =
  /^(?:serial|serial number|fw version|firmware|version|mac|ip|ip address|id)$/iu;

/** True for a control whose values are text, or no state at all. */
export const isTextControl = (name: string, { type = "" }: ControlFacts): boolean =>
  /^(?:text|rgb|pushbutton)$/u.test(type) || withoutReadings.test(name);

const ofKind = (name: string, { quantity, unit, scale }: Kind): Meaning => {
  const named = meaningOfName(name);
  const labels = named?.quantity === quantity ? named.labels : { channel: name.slice(0, 128) };
  return { quantity, unit, scale, labels };
};

/** What the values of a control mean, by its type and units, else by its name. */
export const meaningOfControl = (
  name: string,
  { type = "", units = "" }: ControlFacts,
): Meaning => {
  const kind = kindsOfUnit.get(units) ?? kindsOfType.get(type);
  if (kind !== undefined) return ofKind(name, kind);
  if (units !== "") return meaningOfUnit(name, ...(knownUnits.get(units) ?? ([units] as const)));
  return (type === "range" ? undefined : meaningOfName(name)) ?? meaningOfUnknown(name);
};
