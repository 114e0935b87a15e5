import { signedWord } from "../checksums.ts";
import { type Chip, type Environment, type I2cModel, Nack } from "../model.ts";

// Sensirion SHT4x, version 6: commands in section 4.5, times in section 3.2, conversion in section 4.6.

const softReset = 0x94;
const softResetMs = 1;
const readSerial = 0x89;
const serialWords = [0x0f3c, 0x21a8];

/** Commands that measure, and how long that takes at most; the last six heat first (section 4.8). */
const measuringMs: ReadonlyMap<number, number> = new Map([
  [0xfd, 8.3],
  [0xf6, 4.5],
  [0xe0, 1.6],
  [0x39, 1108.3],
  [0x32, 118.3],
  [0x2f, 1108.3],
  [0x24, 118.3],
  [0x1e, 1108.3],
  [0x15, 118.3],
]);

const code = (value: number, offset: number, span: number): number =>
  Math.min(Math.max(Math.round(((value - offset) / span) * 0xffff), 0), 0xffff);

const measure = (environment: Environment): readonly number[] => [
  code(environment.value("temperatureCelsius"), -45, 175),
  code(100 * environment.value("relativeHumidityRatio"), -6, 125),
];

const createChip = (environment: Environment): Chip => {
  let busyUntilMs = -Infinity;
  let answer: readonly number[] | undefined;

  const isBusy = () => environment.nowMs() < busyUntilMs;

  const begin = (durationMs: number, words: readonly number[] | undefined) => {
    busyUntilMs = environment.nowMs() + durationMs;
    answer = words?.flatMap(signedWord);
  };

  const execute = (command: number) => {
    // Section 4.9: the one command that is taken at any time.
    if (command === softReset) return begin(softResetMs, undefined);
    if (isBusy()) throw new Nack("a command is being executed");
    const durationMs = measuringMs.get(command);
    if (durationMs !== undefined) return begin(durationMs, measure(environment));
    if (command === readSerial) return begin(0, serialWords);
    throw new Nack("there is no such command");
  };

  return {
    write: (bytes) => {
      const [command, ...rest] = bytes;
      if (rest.length > 0) throw new Nack("commands have one byte");
      if (command !== undefined) execute(command);
      else if (isBusy()) throw new Nack("a command is being executed");
    },
    // Section 4.1: a read is not acknowledged before the answer is ready, nor again once it was taken.
    read: (length) => {
      if (isBusy() || answer === undefined) throw new Nack("there is nothing to read");
      const bytes = Uint8Array.from({ length }, (_, index) => answer?.[index] ?? 0xff);
      answer = undefined;
      return bytes;
    },
    powerCycle: () => begin(softResetMs, undefined),
  };
};

/** An SHT4x that takes as long as its datasheet allows and always has the same serial number. */
export const model: I2cModel = { kind: "i2c", create: createChip };
