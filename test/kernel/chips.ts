import { readVectors, type Vector } from "../vectors/vectors.ts";

// What the chips hold and answer is taken from test/vectors, which name their sources.

/** A chip as the emulator takes it: model, registers, answers, faults. */
export type EmulatedChip = Readonly<Record<string, unknown>>;

/** Bytes by register or command, as hexadecimal digits, and what they mean. */
interface Script {
  readonly bytes: (key: string) => string;
  readonly list: (key: string) => readonly string[];
  readonly reading: (key: string) => { readonly value: number; readonly tolerance: number };
}

const script = (driver: string, name: string): Script => {
  const file = readVectors(driver);
  const vector: Vector | undefined = file.vectors.find((one) => one.name === name);
  if (vector === undefined) throw new Error(`${driver} has no vector "${name}"`);
  const wire = { ...file.wire, ...vector.wire };
  const list = (key: string) => {
    const answers = wire[key];
    if (answers === undefined) throw new Error(`${driver}: "${name}" says nothing of ${key}`);
    return [answers].flat().map((bytes) => bytes.replaceAll(" ", ""));
  };
  return {
    list,
    bytes: (key) => list(key)[0] ?? "",
    reading: (key) => {
      const reading = vector.readings?.[key];
      if (reading === undefined) throw new Error(`${driver}: "${name}" has no ${key}`);
      return reading;
    },
  };
};

/** A BME280 with words and codes of a real chip. */
export const bme280 = script("bme280", "a BME280 read over I2C by periph");
/** An SHT4x with a serial number and a reading of a real chip. */
export const sht4x = script("sht4x", "a reading and a serial number recorded by periph");
/** An ADS1115 with four voltages. */
export const ads1115 = script("ads1115", "the four inputs that are read by default");

const identification = { "0xd0": bme280.bytes("0xd0") };
const calibration = { "0x88": bme280.bytes("0x88"), "0xe1": bme280.bytes("0xe1") };

/** BST-BME280-DS002, table 18: control registers and data as after power-on. */
const powerOn = { "0xf2": "00000000", "0xf7": "8000008000008000" };

// Section 5.4.5: 001 001 01 is every oversampling 1 and forced mode, after which the chip is back in sleep mode.
const forced = "0xf4:25";

/**
 * A BME280 after power-on: it has a result only once it was told to measure. The registers that a reset clears are
 * cleared by writing B6h to E0h (section 5.4.2).
 */
export const bme280Chip: EmulatedChip = {
  model: "registers8",
  registers: { ...identification, ...calibration, ...powerOn },
  onWrite: {
    [forced]: { "0xf4": "24", "0xf7": bme280.bytes("0xf7") },
    "0xe0:b6": powerOn,
  },
};

/** A BME280 that has measured, as a driver of the kernel finds it in whatever mode it sets. */
export const measuredBme280Chip: EmulatedChip = {
  model: "registers8",
  registers: { ...identification, ...calibration, "0xf7": bme280.bytes("0xf7") },
};

/** An SHT4x that does not acknowledge a read before its datasheet's longest time, 8.3 ms, is over (table 4). */
export const sht4xChip: EmulatedChip = {
  model: "commands",
  commands: {
    "89": { bytes: sht4x.bytes("0x89") },
    "94": {},
    fd: { bytes: sht4x.bytes("0xfd"), delayMs: 8.3 },
  },
};

// SBAS444D, section 9.6.3: single conversion of input 0, 1, 2 or 3, ±4.096 V, 128 samples per second, comparator off.
const starts = ["c383", "d383", "e383", "f383"];

/** An ADS1115: a start of a conversion puts that input's code into the register; without one it is idle. */
export const ads1115Chip: EmulatedChip = {
  model: "registers16",
  registers: {
    "0x01": ads1115.bytes("0x01"),
    "0x02": ads1115.bytes("0x02"),
    "0x03": ads1115.bytes("0x03"),
  },
  onWrite: {
    // Read back, bit 15 says that no conversion is running.
    "0x01:0103": { "0x01": "8103" },
    ...Object.fromEntries(
      starts.map((start, input) => [`0x01:${start}`, { "0x00": ads1115.list("0x00")[input] }]),
    ),
  },
};
