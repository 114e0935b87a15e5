import type { Quantity } from "../../src/quantities.ts";
import type { Environment } from "./model.ts";
import { createRandom, hashOf } from "./random.ts";

/** How a quantity behaves over a day, in its base unit. */
interface Profile {
  readonly mean: number;
  /** Half the difference between the day's highest and lowest value. */
  readonly daily: number;
  /** Hour of day (UTC) of the highest value. */
  readonly peakHour: number;
  /** Half the width of the weather's and the room's restlessness. */
  readonly noise: number;
  /** Half the width of how far two sensors of the same kind lie apart. */
  readonly spread: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

const profiles: Readonly<Partial<Record<Quantity, Profile>>> = {
  temperatureCelsius: { mean: 19, daily: 4, peakHour: 15, noise: 0.4, spread: 4 },
  relativeHumidityRatio: {
    mean: 0.52,
    daily: 0.1,
    peakHour: 5,
    noise: 0.02,
    spread: 0.08,
    minimum: 0.05,
    maximum: 0.99,
  },
  pressurePascals: { mean: 101_325, daily: 60, peakHour: 10, noise: 40, spread: 150 },
  illuminanceLux: {
    mean: 4_000,
    daily: 6_000,
    peakHour: 12,
    noise: 300,
    spread: 800,
    minimum: 0,
  },
  voltageVolts: { mean: 1.65, daily: 0.4, peakHour: 13, noise: 0.02, spread: 0.8, minimum: 0.05 },
  currentAmperes: { mean: 0.6, daily: 0.3, peakHour: 20, noise: 0.05, spread: 0.2, minimum: 0.01 },
  powerWatts: { mean: 3, daily: 1.5, peakHour: 20, noise: 0.3, spread: 1, minimum: 0.1 },
  carbonDioxidePpm: { mean: 750, daily: 250, peakHour: 21, noise: 30, spread: 100, minimum: 410 },
};

// Within 0 and 1, so that it can stand for any ratio or state that no profile describes.
const unknown: Profile = {
  mean: 0.5,
  daily: 0.2,
  peakHour: 12,
  noise: 0.02,
  spread: 0.1,
  minimum: 0,
  maximum: 1,
};

// Seconds; none a multiple of another, so that their sum does not repeat in an afternoon.
const noisePeriodsSeconds = [47, 211, 967, 4_391] as const;
const dayMs = 86_400_000;
const hourMs = 3_600_000;

const crop = (value: number, { minimum = -Infinity, maximum = Infinity }: Profile): number =>
  Math.min(Math.max(value, minimum), maximum);

/** A curve that is the same whenever it is asked for the same moment. */
const createCurve = (profile: Profile, seed: number): ((wallMs: number) => number) => {
  const random = createRandom(seed);
  const base = profile.mean + profile.spread * (2 * random() - 1);
  const phases = noisePeriodsSeconds.map(() => random() * 2 * Math.PI);
  return (wallMs) => {
    const day = Math.cos((2 * Math.PI * (wallMs - profile.peakHour * hourMs)) / dayMs);
    const noise = noisePeriodsSeconds.reduce(
      (sum, period, index) =>
        sum + Math.sin((2 * Math.PI * wallMs) / (period * 1000) + (phases[index] ?? 0)),
      0,
    );
    return crop(
      base + profile.daily * day + (profile.noise * noise) / noisePeriodsSeconds.length,
      profile,
    );
  };
};

/** What is left of the pressure at sea level so high up, by the ICAO standard atmosphere. */
const thinning = (altitudeMeters: number): number => (1 - altitudeMeters / 44_330.8) ** 5.25588;

/** The surroundings of a sensor, its own by its name; the same for the same seed and time. */
export const createEnvironment = (
  sensor: string,
  {
    seed,
    nowMs,
    wallMs,
    altitudeMeters = 0,
    selfHeatingCelsius = 0,
  }: {
    readonly seed: number;
    readonly nowMs: () => number;
    readonly wallMs: () => number;
    readonly altitudeMeters?: number | undefined;
    /** How much warmer it is there than the air, as in a processor. */
    readonly selfHeatingCelsius?: number;
  },
): Environment => {
  const curves = new Map<string, (wallMs: number) => number>();
  return {
    nowMs,
    value: (quantity, channel = "") => {
      const key = `${quantity}/${channel}`;
      const curve =
        curves.get(key) ??
        createCurve(profiles[quantity] ?? unknown, hashOf(`${seed}/${sensor}/${key}`));
      curves.set(key, curve);
      const value = curve(wallMs());
      if (quantity === "pressurePascals") return value * thinning(altitudeMeters);
      return quantity === "temperatureCelsius" ? value + selfHeatingCelsius : value;
    },
  };
};
