import { z } from "zod";
import { SensorError } from "../../errors.ts";
import { hexadecimal } from "../../hexadecimal.ts";
import type { Measurement } from "../../reading.ts";
import { defineI2cDriver, type I2cContext } from "../driver.ts";
import { becomesReady } from "../ready.ts";

// Section numbers are those of SBAS444, revision D.
const conversion = 0x00; // section 9.6.2
const configuration = 0x01; // section 9.6.3
const lowThreshold = 0x02; // section 9.6.4
const highThreshold = 0x03; // section 9.6.4

// Fields of the configuration, section 9.6.3.
const operational = 0x8000; // written: start a conversion; read: none is running
const singleShot = 0x0100;
const comparatorOff = 0x0003;
const idle = singleShot | comparatorOff;

const lowestBits = 0x000f; // of a threshold; the 12-bit ADS1015 does not have them

// Section 9.6.3: position is the value of the field MUX. "0-1" is input 0 against input 1, "0" is input 0 against ground.
const inputs = ["0-1", "0-3", "1-3", "2-3", "0", "1", "2", "3"] as const;

// Section 9.6.3: position is the value of the field PGA; its values 6 and 7 mean ±0.256 V, too.
const ranges = ["6.144V", "4.096V", "2.048V", "1.024V", "0.512V", "0.256V"] as const;

// Section 9.6.3: position is the value of the field DR, in samples per second.
const dataRates = [8, 16, 32, 64, 128, 250, 475, 860] as const;

const slowestClock = 0.9; // section 7.5: the data rate varies by ±10 %
const wakeUpMs = 0.03; // section 9.4.2.1: about 25 µs before a single conversion starts

// Section 9.5.4: the chip clips at the ends of its range, so these codes say only that the voltage lies beyond.
const clippedCodes: readonly number[] = [0x7fff, -0x8000];
const codesPerRange = 0x8000;

const options = z.strictObject({
  channels: z
    .array(
      z.strictObject({
        input: z
          .enum(inputs)
          .describe("Input against ground (`0` to `3`) or difference of two (`0-1`, `0-3`, ...)."),
        name: z
          .string()
          .min(1)
          .optional()
          .describe("Value of the label `channel`; the input unless given."),
        range: z
          .enum(ranges)
          .default("4.096V")
          .describe("Largest voltage of either sign; smaller ranges resolve more."),
        data_rate: z
          .literal(dataRates)
          .default(128)
          .describe("Samples per second: slower means less noise and a longer reading."),
      }),
    )
    .min(1)
    .max(16)
    .prefault([{ input: "0" }, { input: "1" }, { input: "2" }, { input: "3" }])
    .superRefine((channels, context) => {
      for (const [index, name] of channels.map(nameOf).entries()) {
        if (channels.findIndex((other) => nameOf(other) === name) === index) continue;
        const message = `two channels have the name ${name}; give each its own`;
        context.addIssue({ code: "custom", path: [index, "name"], message });
      }
    })
    .describe("Voltages to measure, one after the other."),
});

type Options = z.infer<typeof options>;
type Channel = Options["channels"][number];
type Context = I2cContext<Options>;

const nameOf = ({ name, input }: Pick<Channel, "name" | "input">): string => name ?? input;

export const driver = defineI2cDriver({
  title: "Texas Instruments ADS1115 voltage converter with four inputs",
  notes:
    "The voltage on a pin must stay between ground and the supply, whatever the range. " +
    "A voltage beyond its range is left out. The chip has no identification register: " +
    "it is known by its comparator thresholds, which no other program should change. An ADS1015 is refused.",
  datasheet: "Texas Instruments SBAS444D (January 2018)",
  intervalMs: 10_000,
  addresses: [0x48, 0x49, 0x4a, 0x4b],
  quantities: { voltageVolts: { minimum: -6.144, maximum: 6.144 } },
  options,

  measurements: ({ channels }) =>
    channels.map(
      (channel): Measurement => ({
        key: nameOf(channel),
        quantity: "voltageVolts",
        labels: { channel: nameOf(channel) },
        minimum: -fullScaleVolts(channel),
        maximum: fullScaleVolts(channel),
      }),
    ),

  // Reads only. The thresholds are as after power-on, or as programs set them that use the comparator's pin to signal
  // the end of a conversion (section 9.3.8). What else sits at these addresses (LM75, TMP102, TMP117, INA219) has other
  // values there. What is left is checked by setup.
  identify: async ({ i2c }) => {
    const low = await i2c.readWordBigEndian(lowThreshold);
    const high = await i2c.readWordBigEndian(highThreshold);
    const isUntouched = (low & ~lowestBits) === 0x8000 && high === 0x7fff;
    const isSignalling = (low & ~lowestBits) === 0x0000 && high === 0x8000;
    if (isUntouched || isSignalling) return { model: "ADS1115" };
    const found = `${hexadecimal(low, 4)} and ${hexadecimal(high, 4)}`;
    throw wrongChip(`${hexadecimal(i2c.address)} has ${found} for an ADS1115's thresholds`);
  },

  setup: async (context) => {
    await requireSixteenBits(context);
    await stopConversions(context);
  },

  read: async (context) => {
    const readings = new Map<string, number>();
    for (const channel of context.options.channels) {
      const code = await convert(context, channel);
      const volts = (code * fullScaleVolts(channel)) / codesPerRange;
      if (!clippedCodes.includes(code)) readings.set(nameOf(channel), volts);
    }
    if (readings.size > 0) return Object.fromEntries(readings);
    throw new SensorError("out-of-range", "every voltage lies beyond its range", {
      remedy: "Set a larger `range`, and check the wiring of the inputs.",
    });
  },
});

const wrongChip = (message: string): SensorError =>
  new SensorError("wrong-chip", message, {
    remedy: "Set the driver of the chip that is there. If it is an ADS1115, cut its power once.",
  });

/** An ADS1015 has the same registers after power-on, but its thresholds keep no more than the upper 12 bits. */
const requireSixteenBits = async ({ i2c }: Context): Promise<void> => {
  const low = (await i2c.readWordBigEndian(lowThreshold)) & ~lowestBits;
  await i2c.writeWordBigEndian(lowThreshold, low | lowestBits);
  const kept = await i2c.readWordBigEndian(lowThreshold);
  await i2c.writeWordBigEndian(lowThreshold, low);
  if (kept === (low | lowestBits)) return;
  throw wrongChip(`${hexadecimal(i2c.address)} keeps 12 bits of a threshold, as an ADS1015 does`);
};

// Section 9.6.3: while a conversion is running, which another program may have started, the start of a new one is
// ignored; the result would be that of another input.
const stopConversions = async ({ i2c, sleep }: Context): Promise<void> => {
  await i2c.writeWordBigEndian(configuration, idle);
  const isIdle = async () => {
    const kept = await i2c.readWordBigEndian(configuration);
    requireSettings(idle, kept & ~operational);
    return (kept & operational) !== 0;
  };
  const stepMs = conversionMs(dataRates[0]) / 2;
  if (await becomesReady(isIdle, { sleep, stepMs, steps: 4 })) return;
  throw new SensorError("not-ready", "the chip does not stop converting");
};

const fullScaleVolts = ({ range }: Channel): number => Number.parseFloat(range);

/** Section 9.3.6, with the slowest clock that section 7.5 allows. */
const conversionMs = (samplesPerSecond: number): number =>
  1000 / (samplesPerSecond * slowestClock) + wakeUpMs;

const settingsOf = ({ input, range, data_rate }: Channel): number =>
  (inputs.indexOf(input) << 12) |
  (ranges.indexOf(range) << 9) |
  singleShot |
  (dataRates.indexOf(data_rate) << 5) |
  comparatorOff;

/** One conversion: a signed code of 16 bits. */
const convert = async ({ i2c, sleep }: Context, channel: Channel): Promise<number> => {
  const settings = settingsOf(channel);
  await i2c.writeWordBigEndian(configuration, settings | operational);
  const longestMs = conversionMs(channel.data_rate);
  await sleep(longestMs);
  const isFinished = async () => ((await i2c.readWordBigEndian(configuration)) & operational) !== 0;
  if (!(await becomesReady(isFinished, { sleep, stepMs: longestMs / 4, steps: 4 }))) {
    const what = `the conversion of ${nameOf(channel)}`;
    throw new SensorError("not-ready", `${what} has not ended after twice the longest time`);
  }
  const word = await i2c.readWordBigEndian(conversion);
  // A chip that has just lost power holds 0 there, which would pass for a voltage; but then its settings are gone, too.
  requireSettings(settings | operational, await i2c.readWordBigEndian(configuration));
  return (word << 16) >> 16;
};

const requireSettings = (expected: number, actual: number): void => {
  if (actual === expected) return;
  const change = `${hexadecimal(expected, 4)} became ${hexadecimal(actual, 4)}`;
  throw new SensorError("no-data", `the chip did not keep its settings: ${change}`, {
    remedy: "Check supply and wiring; nothing else may use the chip.",
  });
};
