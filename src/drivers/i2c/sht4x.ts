import { z } from "zod";
import { SensorError } from "../../errors.ts";
import { hexadecimal } from "../../hexadecimal.ts";
import { defineI2cDriver, type I2cContext } from "../driver.ts";
import { sensirionWords } from "../sensirion.ts";

// Section numbers are those of Sensirion's datasheet SHT4x, version 6.
const readSerial = 0x89; // section 4.5
const softReset = 0x94; // section 4.5
const softResetMs = 1; // section 3.2, t_SR

// Sections 4.5 and 3.2: commands and the longest times, of all versions of the datasheet the longest.
const measurements = {
  high: { command: 0xfd, measuringMs: 8.3 },
  medium: { command: 0xf6, measuringMs: 4.5 },
  low: { command: 0xe0, measuringMs: 1.7 },
} as const;

const answerLength = 6; // section 4.3: two words, each with its checksum
const answerMs = 1; // the serial number needs no measurement
const graceMs = 10;

const options = z.strictObject({
  precision: z
    .enum(["high", "medium", "low"])
    .default("high")
    .describe(
      "Repeatability: high takes 8.3 ms, medium 4.5 ms and low 1.7 ms, with ever more noise.",
    ),
});

type Context = I2cContext<z.infer<typeof options>>;

/** The two words of an answer: temperature and humidity, or the halves of the serial number. */
type Words = readonly [number, number];

export const driver = defineI2cDriver({
  title: "Sensirion SHT40, SHT41, SHT43 and SHT45 temperature and humidity sensor",
  notes:
    "Needs an adapter with plain I2C transfers. Ordered with another address, the chip sits at 0x45 or 0x46. " +
    "An SHT3x sits at the same addresses but takes other commands; it is refused.",
  datasheet: "Sensirion SHT4x, version 6 (February 2023)",
  intervalMs: 10_000,
  addresses: [0x44, 0x45, 0x46],
  quantities: {
    temperatureCelsius: { minimum: -40, maximum: 125 },
    relativeHumidityRatio: { minimum: 0, maximum: 1 },
  },
  options,

  // There is no identification register. A serial number with two right checksums is what no other chip sends.
  identify: async (context) => {
    const { i2c, sleep } = context;
    await i2c.write([readSerial]);
    await sleep(answerMs);
    try {
      const words = await answer(context, "the serial number");
      return { serial: words.map((word) => word.toString(16).padStart(4, "0")).join("") };
    } catch (cause) {
      if (!isForeign(cause)) throw cause;
      const message = `${hexadecimal(i2c.address)} gives no serial number as an SHT4x does`;
      throw new SensorError("wrong-chip", message, {
        remedy:
          "Check the part: an SHT3x has the same addresses. If it is an SHT4x, check the wiring.",
        cause,
      });
    }
  },

  setup: async ({ i2c, sleep, options }) => {
    // Section 4.9: a known state, whatever another program left behind.
    await i2c.write([softReset]);
    await sleep(softResetMs);
    return measurements[options.precision];
  },

  read: async (context) => {
    const { i2c, sleep, state } = context;
    await i2c.write([state.command]);
    await sleep(state.measuringMs);
    const [temperature, humidity] = await answer(context, "the measurement");
    // Section 4.6. The humidity can lie a little outside the physical range and has to be cropped.
    return {
      temperatureCelsius: -45 + (175 * temperature) / 0xffff,
      relativeHumidityRatio: Math.min(Math.max(-6 + (125 * humidity) / 0xffff, 0), 100) / 100,
    };
  },
});

/** Section 4.1: until its answer is ready, the chip does not acknowledge a read; so once that is no failure. */
const answer = async ({ i2c, sleep }: Context, what: string): Promise<Words> => {
  const take = async (): Promise<Words> => {
    const [first = 0, second = 0] = sensirionWords(await i2c.read(answerLength), what);
    return [first, second];
  };
  try {
    return await take();
  } catch (error) {
    if (!isUnacknowledged(error)) throw error;
  }
  await sleep(graceMs);
  try {
    return await take();
  } catch (cause) {
    if (!isUnacknowledged(cause)) throw cause;
    const message = `the chip took the command but not the question for ${what}`;
    throw new SensorError("not-ready", message, { cause });
  }
};

const isUnacknowledged = (error: unknown): boolean =>
  error instanceof SensorError && error.code === "no-acknowledge";

/** Another chip takes the command, since it does not understand it, but then has no right answer. */
const isForeign = (error: unknown): boolean =>
  error instanceof SensorError && (error.code === "checksum" || error.code === "not-ready");
