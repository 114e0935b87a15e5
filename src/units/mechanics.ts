import type { Dimensions } from "./definition.ts";

/** Cubic meters and cubic feet go by many names. */
const cubicMeters = ["cbm", "cubic meter", "cubic meters"];
const cubicFeet = ["cuft", "cf", "cubic foot", "cubic feet"];

/**
 * Units of length, mass, volume and movement.
 *
 * The international foot (0.3048 m) and pound (0.45359237 kg), the US gallon (231 cubic inches), all exact.
 */
export const mechanics = {
  length: {
    m: { spellings: ["meter", "meters", "metre", "metres"] },
    nm: { divide: 1_000_000_000 },
    µm: { divide: 1_000_000, spellings: ["um", "micron", "microns"] },
    mm: { divide: 1000 },
    cm: { divide: 100 },
    dm: { divide: 10 },
    km: { multiply: 1000 },
    in: { multiply: 254, divide: 10_000, spellings: ["inch", "inches", '"'] },
    ft: { multiply: 3048, divide: 10_000, spellings: ["foot", "feet", "'"] },
    yd: { multiply: 9144, divide: 10_000, spellings: ["yard", "yards"] },
    mi: { multiply: 1_609_344, divide: 1000, spellings: ["mile", "miles"] },
    nmi: { multiply: 1852, spellings: ["NM", "nautical mile", "nautical miles"] },
  },
  area: {
    "m²": { spellings: ["sqm", "square meter", "square meters"] },
    "mm²": { divide: 1_000_000 },
    "cm²": { divide: 10_000 },
    "km²": { multiply: 1_000_000 },
    ha: { multiply: 10_000, spellings: ["hectare", "hectares"] },
    "ft²": { multiply: 9_290_304, divide: 100_000_000, spellings: ["sqft"] },
  },
  volume: {
    L: { spellings: ["liter", "liters", "litre", "litres", "dm³"] },
    mL: { divide: 1000, spellings: ["cm³", "cc"] },
    cL: { divide: 100 },
    dL: { divide: 10 },
    hL: { multiply: 100 },
    "m³": { multiply: 1000, spellings: cubicMeters },
    gal: { multiply: 3_785_411_784, divide: 1_000_000_000, spellings: ["gallon", "gallons"] },
    "ft³": { multiply: 28_316_846_592, divide: 1_000_000_000, spellings: cubicFeet },
    CCF: { multiply: 28_316_846_592, divide: 10_000_000 },
    MCF: { multiply: 28_316_846_592, divide: 1_000_000 },
    "fl. oz.": {
      multiply: 295_735_295_625,
      divide: 10_000_000_000_000,
      spellings: ["fl oz", "fluid ounce", "fluid ounces"],
    },
  },
  flow: {
    "L/s": { spellings: ["l/sec"] },
    "L/min": { divide: 60, spellings: ["lpm", "l/m", "slm"] },
    "L/h": { divide: 3600, spellings: ["lph", "l/hr"] },
    "mL/s": { divide: 1000 },
    "mL/min": { divide: 60_000 },
    "m³/s": { multiply: 1000, spellings: ["cbm/s"] },
    "m³/min": { multiply: 1000, divide: 60 },
    "m³/h": { multiply: 1000, divide: 3600, spellings: ["m³/hr", "cmh", "cbm/h"] },
    "gal/min": {
      multiply: 3_785_411_784,
      divide: 60_000_000_000,
      spellings: ["gpm", "gal/m"],
    },
    "gal/h": { multiply: 3_785_411_784, divide: 3_600_000_000_000, spellings: ["gph", "gal/hr"] },
    "gal/d": { multiply: 3_785_411_784, divide: 86_400_000_000_000, spellings: ["gpd"] },
    "ft³/min": {
      multiply: 28_316_846_592,
      divide: 60_000_000_000,
      spellings: ["cfm", "cuft/min"],
    },
  },
  mass: {
    g: { spellings: ["gram", "grams", "gr"] },
    µg: { divide: 1_000_000, spellings: ["ug", "mcg"] },
    mg: { divide: 1000 },
    kg: { multiply: 1000, spellings: ["kilogram", "kilograms"] },
    t: { multiply: 1_000_000, spellings: ["tonne", "tonnes"] },
    oz: { multiply: 28_349_523_125, divide: 1_000_000_000, spellings: ["ounce", "ounces"] },
    lb: { multiply: 45_359_237, divide: 100_000, spellings: ["lbs", "pound", "pounds"] },
    st: { multiply: 635_029_318, divide: 100_000, spellings: ["stone", "stones"] },
  },
  force: {
    N: { spellings: ["newton", "newtons"] },
    mN: { divide: 1000 },
    kN: { multiply: 1000 },
    kgf: { multiply: 980_665, divide: 100_000, spellings: ["kp"] },
    lbf: { multiply: 44_482_216_152_605, divide: 10_000_000_000_000 },
  },
  speed: {
    "m/s": { spellings: ["mps", "m/sec", "m·s⁻¹", "meters per second"] },
    "mm/s": { divide: 1000, spellings: ["mm/sec"] },
    "cm/s": { divide: 100, spellings: ["cm/sec"] },
    "km/h": { multiply: 10, divide: 36, spellings: ["kmh", "kph", "kmph", "km/hr"] },
    mph: { multiply: 44_704, divide: 100_000, spellings: ["mi/h", "miles per hour"] },
    kn: { multiply: 1852, divide: 3600, spellings: ["kt", "kts", "kns", "knot", "knots"] },
    "ft/s": { multiply: 3048, divide: 10_000, spellings: ["fps", "ft/sec"] },
    "ft/min": { multiply: 3048, divide: 600_000, spellings: ["fpm"] },
    "in/s": { multiply: 254, divide: 10_000, spellings: ["ips"] },
  },
  acceleration: {
    "m/s²": { spellings: ["m/s/s", "mps2", "m·s⁻²"] },
    g: { multiply: 980_665, divide: 100_000, spellings: ["g0"] },
    mg: { multiply: 980_665, divide: 100_000_000 },
  },
  angle: {
    "°": { spellings: ["deg", "degree", "degrees"] },
    rad: { multiply: 180, divide: Math.PI, spellings: ["radian", "radians"] },
    mrad: { multiply: 180, divide: 1000 * Math.PI },
  },
  angular_velocity: {
    "°/s": { spellings: ["deg/s", "dps", "degrees per second"] },
    "rad/s": { multiply: 180, divide: Math.PI },
  },
  rotation: {
    rpm: { spellings: ["1/min", "r/min", "rev/min", "min⁻¹"] },
    rps: { multiply: 60, spellings: ["1/s", "r/s", "rev/s", "Hz"] },
  },
  rain: {
    mm: { spellings: ["L/m²", "millimeter", "millimeters"] },
    cm: { multiply: 10 },
    m: { multiply: 1000 },
    in: { multiply: 254, divide: 10, spellings: ["inch", "inches", '"'] },
  },
  rain_rate: {
    "mm/h": { spellings: ["mm/hr", "L/(m²·h)", "L/m²/h"] },
    "mm/min": { multiply: 60 },
    "mm/s": { multiply: 3600 },
    "mm/d": { divide: 24, spellings: ["mm/day"] },
    "in/h": { multiply: 254, divide: 10, spellings: ["in/hr", "inch/h", "inches/hour"] },
    "in/d": { multiply: 254, divide: 240, spellings: ["in/day"] },
  },
} as const satisfies Dimensions;
