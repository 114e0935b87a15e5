import { z } from "zod";
import type { Chip, Environment, I2cModel } from "../model.ts";

// Texas Instruments SBAS444, revision D: registers in section 9.6, times in sections 7.5, 9.3.6 and 9.4.2.1.

const resetConfiguration = 0x8583;
const operational = 0x8000;
const singleShot = 0x0100;

const inputNames = ["0-1", "0-3", "1-3", "2-3", "0", "1", "2", "3"];
const fullScaleVolts = [6.144, 4.096, 2.048, 1.024, 0.512, 0.256, 0.256, 0.256];
const samplesPerSecond = [8, 16, 32, 64, 128, 250, 475, 860];

const slowestConversionMs = (configuration: number): number => {
  const rate = samplesPerSecond[(configuration >> 5) & 0b111] ?? Number.NaN;
  return 1000 / (0.9 * rate) + 0.025;
};

/** What the driver's options tell: which voltage of the environment lies between which pins. */
const wiring = z
  .object({
    channels: z.array(z.object({ input: z.string(), name: z.string().optional() })),
  })
  .catch({ channels: [] });

type Wiring = z.infer<typeof wiring>["channels"];

interface Machine {
  readonly environment: Environment;
  readonly channels: Wiring;
  pointer: number;
  conversion: number;
  /** Without its highest bit, which tells whether a conversion is running. */
  configuration: number;
  lowThreshold: number;
  highThreshold: number;
  running: { readonly code: number; readonly endsMs: number } | undefined;
}

const afterPowerOn = {
  pointer: 0,
  conversion: 0,
  configuration: resetConfiguration & ~operational,
  lowThreshold: 0x8000,
  highThreshold: 0x7fff,
  running: undefined,
};

const codeOf = ({ environment, channels, configuration }: Machine): number => {
  const input = inputNames[(configuration >> 12) & 0b111] ?? "";
  const name = channels.find((channel) => channel.input === input)?.name ?? input;
  const fullScale = fullScaleVolts[(configuration >> 9) & 0b111] ?? Number.NaN;
  const code = Math.round((environment.value("voltageVolts", name) / fullScale) * 0x8000);
  return Math.min(Math.max(code, -0x8000), 0x7fff) & 0xffff;
};

const start = (machine: Machine): void => {
  const endsMs = machine.environment.nowMs() + slowestConversionMs(machine.configuration);
  machine.running = { code: codeOf(machine), endsMs };
};

/** Brings the registers up to now. */
const settle = (machine: Machine): void => {
  const { running, environment } = machine;
  if (running === undefined || environment.nowMs() < running.endsMs) return;
  machine.conversion = running.code;
  machine.running = undefined;
  if ((machine.configuration & singleShot) === 0) start(machine);
};

const configure = (machine: Machine, word: number): void => {
  machine.configuration = word & ~operational;
  // A start is ignored while a conversion is running; continuous mode needs none.
  const isWanted = (word & operational) !== 0 || (word & singleShot) === 0;
  if (isWanted && machine.running === undefined) start(machine);
};

const writeWord = (machine: Machine, word: number): void => {
  if (machine.pointer === 1) configure(machine, word);
  if (machine.pointer === 2) machine.lowThreshold = word;
  if (machine.pointer === 3) machine.highThreshold = word;
};

const readWord = (machine: Machine): number => {
  const { conversion, configuration, lowThreshold, highThreshold, running, pointer } = machine;
  const status = running === undefined ? operational : 0;
  const words = [conversion, configuration | status, lowThreshold, highThreshold];
  return words[pointer] ?? Number.NaN;
};

const createChip = (environment: Environment, options: unknown): Chip => {
  const machine: Machine = { environment, ...wiring.parse(options), ...afterPowerOn };
  return {
    write: (bytes) => {
      settle(machine);
      const [register, high, low] = bytes;
      // Section 9.6.1: only the two lowest bits of the pointer count.
      if (register !== undefined) machine.pointer = register & 0b11;
      if (high !== undefined && low !== undefined) writeWord(machine, (high << 8) | low);
    },
    read: (length) => {
      settle(machine);
      const word = readWord(machine);
      return Uint8Array.from({ length }, (_, index) => (index % 2 === 0 ? word >> 8 : word & 0xff));
    },
    powerCycle: () => Object.assign(machine, afterPowerOn),
  };
};

/** An ADS1115 with the slowest clock that its datasheet allows; `channels` of the options name its inputs. */
export const model: I2cModel = { kind: "i2c", create: createChip };
