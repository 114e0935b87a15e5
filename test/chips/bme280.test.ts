import { beforeEach, describe, expect, it } from "vitest";
import { model } from "../mocks/chips/bme280.ts";
import { type Chip, Nack } from "../mocks/model.ts";

// Whether the model is one: it must refuse and delay what BST-BME280-DS002 (revision 1.6) says the chip does.

let nowMs: number;
let truths: Map<string, number>;
let chip: Chip;

const write = (...bytes: number[]) => chip.write(Uint8Array.from(bytes));
const read = (register: number, length = 1): readonly number[] => {
  write(register);
  return [...chip.read(length)];
};

/** Forced measurement, one sample of each. */
const measure = () => {
  write(0xf2, 1);
  write(0xf4, 0b001_001_01);
};

const blank = [0x80, 0, 0, 0x80, 0, 0, 0x80, 0];

beforeEach(() => {
  nowMs = 5000;
  truths = new Map([
    ["temperatureCelsius", 25.08],
    ["pressurePascals", 100_653.27],
    ["relativeHumidityRatio", 0.5],
  ]);
  chip = model.create(
    { nowMs: () => nowMs, value: (quantity) => truths.get(quantity) ?? Number.NaN },
    undefined,
  );
});

describe("the model of a BME280", () => {
  it("has the contents of table 18 in its registers before it measures", () => {
    expect(read(0xd0)).toEqual([0x60]);
    expect(read(0xe0)).toEqual([0]);
    expect(read(0xf2, 4)).toEqual([0, 0, 0, 0]);
    expect(read(0xf7, 8)).toEqual(blank);
  });

  // BST-BMP280-DS001, section 3.12: these values belong to the codes 519888 and 415148.
  it("gives the codes of the BMP280's example for the values of that example", () => {
    write(0xf2, 1);
    write(0xf4, 0b101_101_01);
    nowMs += 80;
    const bytes = read(0xf7, 6);
    const code = (at: number) =>
      ((bytes[at] ?? 0) << 12) | ((bytes[at + 1] ?? 0) << 4) | ((bytes[at + 2] ?? 0) >> 4);
    expect(Math.abs(code(0) - 415_148)).toBeLessThan(16);
    expect(Math.abs(code(3) - 519_888)).toBeLessThan(100);
  });

  // Section 9.1: 1.25 + 2.3 + (2.3 + 0.575) + (2.3 + 0.575) = 9.3 ms.
  it("keeps the old values and says that it measures until the longest time has passed", () => {
    measure();
    nowMs += 9.29;
    expect(read(0xf3)).toEqual([0b1000]);
    expect(read(0xf7, 8)).toEqual(blank);
    nowMs += 0.02;
    expect(read(0xf3)).toEqual([0]);
    expect(read(0xf7, 8)).not.toEqual(blank);
  });

  it("sleeps after a forced measurement", () => {
    measure();
    nowMs += 10;
    expect(read(0xf4)).toEqual([0b001_001_00]);
    const before = read(0xf7, 8);
    truths.set("temperatureCelsius", 60);
    nowMs += 1000;
    expect(read(0xf7, 8)).toEqual(before);
  });

  it("measures again and again in normal mode", () => {
    write(0xf4, 0b001_001_11);
    nowMs += 1000;
    const before = read(0xf7, 6);
    truths.set("temperatureCelsius", 60);
    nowMs += 1000;
    read(0xf3);
    nowMs += 1000;
    expect(read(0xf7, 6)).not.toEqual(before);
    expect(read(0xf4)).toEqual([0b001_001_11]);
  });

  it("heeds a change of the humidity setting only with the next measurement control", () => {
    write(0xf4, 0b001_001_00);
    write(0xf2, 1);
    expect(read(0xf2)).toEqual([1]);
    write(0xf5, 0);
    nowMs += 100;
    expect(read(0xfd, 2)).toEqual([0x80, 0]);
    write(0xf4, 0b001_001_01);
    nowMs += 100;
    expect(read(0xfd, 2)).not.toEqual([0x80, 0]);
  });

  it("puts the codes for skipped values where nothing is measured", () => {
    write(0xf4, 0b001_000_01);
    nowMs += 100;
    expect(read(0xf7, 3)).toEqual([0x80, 0, 0]);
    expect(read(0xfd, 2)).toEqual([0x80, 0]);
  });

  it("resolves 16 bits with one sample and no filter", () => {
    measure();
    nowMs += 100;
    const bytes = read(0xf7, 6);
    expect([bytes[2], bytes[5]]).toEqual([0, 0]);
  });

  it("ignores writes to what can only be read, and any reset word but one", () => {
    measure();
    nowMs += 100;
    const before = read(0x88, 0x78);
    for (const register of [0x88, 0xa1, 0xd0, 0xe0, 0xe1, 0xf3, 0xf7, 0xfe]) write(register, 0x55);
    expect(read(0x88, 0x78)).toEqual(before);
  });

  it("takes several pairs of register and value in one write", () => {
    write(0xf2, 3, 0xf5, 0b101_010_00);
    expect(read(0xf2)).toEqual([3]);
    expect(read(0xf5)).toEqual([0b101_010_00]);
  });

  it("lets a change of mode wait for the end of a measurement, and ignores other settings", () => {
    measure();
    nowMs += 5;
    write(0xf2, 0);
    write(0xf4, 0b001_000_01);
    nowMs += 5;
    expect(read(0xf2)).toEqual([1]);
    expect(read(0xf4)).toEqual([0b001_000_01]);
    expect(read(0xf3)).toEqual([0b1000]);
  });

  it.each(["a reset", "a loss of power"])(
    "does not answer for 2 ms after %s, and then copies its calibration",
    (what) => {
      const calibration = read(0x88, 24);
      measure();
      if (what === "a reset") write(0xe0, 0xb6);
      else chip.powerCycle();
      nowMs += 1.99;
      expect(() => write(0xd0)).toThrow(Nack);
      expect(() => chip.read(1)).toThrow(Nack);
      nowMs += 0.02;
      expect(read(0xf3)).toEqual([1]);
      expect(read(0x88, 24)).not.toEqual(calibration);
      nowMs += 1;
      expect(read(0xf2, 4)).toEqual([0, 0, 0, 0]);
      expect(read(0x88, 24)).toEqual(calibration);
      expect(read(0xf7, 8)).toEqual(blank);
    },
  );
});
