import { z } from "zod";
import type { Quantity } from "../../../src/quantities.ts";
import { between, bouncing, type Held } from "../contact.ts";
import type { Environment, GpioModel } from "../model.ts";

/** What gives the pulses: how fast, and what they look like. */
interface Source {
  /** What the environment says about how fast the counted quantity grows. */
  readonly rate: Quantity;
  /** Divided by this, the rate is in the counted quantity's base unit per second. */
  readonly perSecond: number;
  readonly pulseMs: number;
  readonly shortestPeriodMs: number;
  /** Drops fall when they like; a meter turns evenly. */
  readonly isRandom: boolean;
  /** A reed contact bounces as it closes and opens cleanly; a transistor does neither. */
  readonly bounces: boolean;
}

// S0 outputs, IEC 62053-31: pulses of 30 ms at least, with 30 ms at least between them.
const meter = { perSecond: 1, pulseMs: 40, shortestPeriodMs: 80, isRandom: false, bounces: false };

const sources: Readonly<Record<string, Source>> = {
  // Average closure of the reed contact in the tipping buckets of Texas Electronics, by their data sheet.
  rain: {
    rate: "rainRateMillimetersPerHour",
    perSecond: 3600,
    pulseMs: 135,
    shortestPeriodMs: 1000,
    isRandom: true,
    bounces: true,
  },
  volume: { ...meter, rate: "flowLitersPerSecond" },
  gas_volume: { ...meter, rate: "flowLitersPerSecond" },
  energy: { ...meter, rate: "powerWatts" },
  energy_returned: { ...meter, rate: "powerWatts" },
  reactive_energy: { ...meter, rate: "reactivePowerVoltAmperesReactive" },
  apparent_energy: { ...meter, rate: "apparentPowerVoltAmperes" },
};

const anyContact: Source = { ...meter, rate: "ratePerSecond" };

// A demonstration should be seen to count, however small the load of the simulated world is.
const longestPeriodMs = 30_000;
const millisecondsPerSecond = 1000;

const configured = z
  .object({
    edge: z.enum(["rising", "falling", "both"]),
    counts: z.record(z.string(), z.number().positive()),
  })
  .catch({ edge: "falling", counts: {} });

const crop = (value: number, least: number, most: number): number =>
  Math.min(Math.max(value, least), most);

const periodMs = (
  environment: Environment,
  source: Source,
  amount: number,
  random: () => number,
): number => {
  const growth = environment.value(source.rate) / source.perSecond;
  const evenMs = growth > 0 ? (amount / growth) * millisecondsPerSecond : longestPeriodMs;
  const meanMs = crop(evenMs, source.shortestPeriodMs, longestPeriodMs);
  // The gaps of events that know nothing of each other are distributed exponentially.
  const chosenMs = source.isRandom ? -meanMs * Math.log(1 - random()) : meanMs;
  return crop(chosenMs, source.shortestPeriodMs, longestPeriodMs);
};

function* pulses(
  environment: Environment,
  options: unknown,
  random: () => number,
): Generator<Held, void> {
  const { edge, counts } = configured.parse(options);
  const [name, amount] = Object.entries(counts)[0] ?? ["", 1];
  const source = sources[name] ?? anyContact;
  const rest = edge === "rising" ? 0 : 1;
  const active = edge === "rising" ? 1 : 0;
  // What counts both edges has been told what half a pulse stands for.
  const perPulse = edge === "both" ? 2 * amount : amount;
  yield { level: rest, forMs: between(random, 0, source.shortestPeriodMs) };
  for (;;) {
    const pulse: Held = { level: active, forMs: source.pulseMs };
    const restMs = periodMs(environment, source, perPulse, random) - source.pulseMs;
    yield { level: rest, forMs: restMs };
    if (source.bounces) yield* bouncing(random, pulse);
    else yield pulse;
  }
}

/** Rain that drips into a tipping bucket, or a meter that turns as fast as the environment flows; idle high as with a pull-up. */
export const model: GpioModel = { kind: "gpio", levels: pulses };
