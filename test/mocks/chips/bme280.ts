import {
  type Acquisition,
  blank,
  type Codes,
  coefficientOf,
  filtered,
  longestMs,
  reported,
  samplesOf,
  trueCodes,
} from "../bosch-acquisition.ts";
import type { TrimmingWords } from "../bosch-integers.ts";
import { type Chip, type Environment, type I2cModel, Nack } from "../model.ts";

// BST-BME280-DS002, revision 1.6: memory map in table 18, start-up time in table 1, transfers in section 6.2.
const identification = 0xd0;
const reset = 0xe0;
const humidityControl = 0xf2;
const status = 0xf3;
const measurementControl = 0xf4;
const configuration = 0xf5;
const data = 0xf7;

const startUpMs = 2;
const copyingMs = 1;
const standbyMs = [0.5, 62.5, 125, 250, 500, 1000, 10, 20];
const normalMode = 0b11;

// Temperature and pressure: the example of the BMP280's datasheet (BST-BMP280-DS001, section 3.12).
const trimming: TrimmingWords = {
  temperature: [27_504n, 26_435n, -1000n],
  pressure: [36_477n, -10_685n, 3024n, 2855n, 140n, -7n, 15_500n, -14_600n, 6000n],
  humidity: [75n, 362n, 0n, 315n, 50n, 30n],
};

const byte = (word: bigint): number => Number(BigInt.asUintN(8, word));
const littleEndian = (word: bigint): readonly number[] => [byte(word), byte(word >> 8n)];

const [h1, h2, h3, h4, h5, h6] = trimming.humidity;
const calibration = [
  { from: 0x88, bytes: [...trimming.temperature, ...trimming.pressure].flatMap(littleEndian) },
  { from: 0xa1, bytes: [byte(h1)] },
  {
    from: 0xe1,
    // 0xe5 belongs to two words: low half to the fourth, high half to the fifth.
    bytes: [
      ...[...littleEndian(h2), byte(h3), byte(h4 >> 4n)],
      ...[byte(((h5 & 0xfn) << 4n) | (h4 & 0xfn)), byte(h5 >> 4n), byte(h6)],
    ],
  },
];

interface Machine {
  readonly environment: Environment;
  readonly registers: Uint8Array;
  readyMs: number;
  pointer: number;
  /** The humidity setting that counts: a write to its register alone changes nothing. */
  humidityField: number;
  memory: Codes | undefined;
  running: { readonly codes: Codes; readonly endsMs: number } | undefined;
  /** A write to the measurement control that waits for the end of a measurement. */
  postponed: number | undefined;
}

const store = ({ registers }: Machine, { temperature, pressure, humidity }: Codes): void => {
  const twentyBits = (code: bigint) => [byte(code >> 12n), byte(code >> 4n), byte(code << 4n)];
  registers.set(
    [...twentyBits(pressure), ...twentyBits(temperature), byte(humidity >> 8n), byte(humidity)],
    data,
  );
};

const powerOn = (machine: Machine, atMs: number): void => {
  machine.registers.fill(0);
  machine.registers[identification] = 0x60;
  store(machine, blank);
  machine.readyMs = atMs + startUpMs;
  machine.pointer = 0;
  machine.humidityField = 0;
  machine.memory = undefined;
  machine.running = undefined;
  machine.postponed = undefined;
};

const register = ({ registers }: Machine, address: number): number => registers[address] ?? 0;

const acquisitionOf = (machine: Machine): Acquisition => ({
  temperature: samplesOf(register(machine, measurementControl) >> 5),
  pressure: samplesOf((register(machine, measurementControl) >> 2) & 0b111),
  humidity: samplesOf(machine.humidityField),
  filter: coefficientOf((register(machine, configuration) >> 2) & 0b111),
});

const start = (machine: Machine, atMs: number): void => {
  const acquisition = acquisitionOf(machine);
  const codes = trueCodes(trimming, machine.environment, acquisition);
  machine.memory = filtered(machine.memory, codes, acquisition.filter);
  machine.running = {
    codes: reported(machine.memory, acquisition),
    endsMs: atMs + longestMs(acquisition),
  };
};

const controlMeasurement = (machine: Machine, value: number, atMs: number): void => {
  // Section 3.3.1: a change of mode waits for the end of the measurement under way.
  if (machine.running !== undefined) {
    machine.postponed = value;
    return;
  }
  machine.registers[measurementControl] = value;
  // Section 5.4.3: only now does the humidity setting become effective.
  machine.humidityField = register(machine, humidityControl);
  if ((value & normalMode) !== 0) start(machine, atMs);
};

const finish = (machine: Machine, codes: Codes, endedMs: number): void => {
  store(machine, codes);
  machine.running = undefined;
  const { postponed } = machine;
  machine.postponed = undefined;
  const control = register(machine, measurementControl);
  const isNormal = (control & normalMode) === normalMode;
  // Section 3.3.3: after a forced measurement the chip sleeps.
  if (!isNormal) machine.registers[measurementControl] = control & ~normalMode;
  if (postponed !== undefined) controlMeasurement(machine, postponed, endedMs);
  else if (isNormal) {
    const pauseMs = standbyMs[register(machine, configuration) >> 5] ?? 0;
    start(machine, machine.environment.nowMs() + pauseMs);
  }
};

/** Brings the registers up to now. */
const settle = (machine: Machine): void => {
  const nowMs = machine.environment.nowMs();
  if (nowMs < machine.readyMs) throw new Nack("the chip is starting up");
  const { running } = machine;
  if (running !== undefined && nowMs >= running.endsMs) {
    finish(machine, running.codes, running.endsMs);
  }
  const isCopying = nowMs < machine.readyMs + copyingMs;
  const isMeasuring = machine.running !== undefined;
  machine.registers[status] = (isMeasuring ? 0b1000 : 0) | (isCopying ? 1 : 0);
  for (const { from, bytes } of calibration) {
    machine.registers.set(isCopying ? bytes.map(() => 0) : bytes, from);
  }
};

const writeRegister = (machine: Machine, address: number, value: number): void => {
  const nowMs = machine.environment.nowMs();
  if (address === reset && value === 0xb6) powerOn(machine, nowMs);
  if (address === measurementControl) controlMeasurement(machine, value, nowMs);
  // Sections 3.3.1 and 5.4.6: ignored while the chip measures. What is not named here can only be read.
  if (machine.running !== undefined) return;
  if (address === humidityControl) machine.registers[address] = value & 0b111;
  if (address === configuration) {
    machine.registers[address] = value & ~0b10;
    machine.memory = undefined;
  }
};

const createChip = (environment: Environment): Chip => {
  const machine: Machine = {
    environment,
    registers: new Uint8Array(0x100),
    ...{ readyMs: 0, pointer: 0, humidityField: 0 },
    ...{ memory: undefined, running: undefined, postponed: undefined },
  };
  powerOn(machine, -Infinity);
  return {
    write: (bytes) => {
      settle(machine);
      // Section 6.2.1: pairs of register and value; a register alone says where the next read begins.
      for (let index = 0; index < bytes.length; index += 2) {
        const [address = 0, value] = bytes.subarray(index, index + 2);
        if (value === undefined) machine.pointer = address;
        else writeRegister(machine, address, value);
      }
    },
    read: (length) => {
      settle(machine);
      return Uint8Array.from({ length }, (_, index) =>
        register(machine, (machine.pointer + index) & 0xff),
      );
    },
    powerCycle: () => powerOn(machine, environment.nowMs()),
  };
};

/** A BME280 that is as slow as its datasheet allows, with the trimming words of one fixed chip. */
export const model: I2cModel = { kind: "i2c", create: createChip };
