import { beforeEach, describe, expect, it } from "vitest";
import { model } from "../mocks/chips/ads1115.ts";
import type { Chip } from "../mocks/model.ts";

// Whether the model is one: it must refuse and delay what SBAS444D says the chip does.

let nowMs: number;
let truths: Map<string, number>;
let chip: Chip;

const createChip = (options: unknown) =>
  model.create(
    {
      nowMs: () => nowMs,
      value: (_, channel = "") => truths.get(channel) ?? Number.NaN,
    },
    options,
  );

const write = (...bytes: number[]) => chip.write(Uint8Array.from(bytes));
const read = (register: number): number => {
  write(register);
  const [high = 0, low = 0] = chip.read(2);
  return (high << 8) | low;
};

beforeEach(() => {
  nowMs = 5000;
  truths = new Map([
    ["0", 1],
    ["0-1", -1],
    ["battery", 2],
  ]);
  chip = createChip({ channels: [{ input: "3", name: "battery" }] });
});

describe("the model of an ADS1115", () => {
  it("has the contents of section 9.6 in its registers after power-on", () => {
    expect([0, 1, 2, 3].map(read)).toEqual([0x0000, 0x8583, 0x8000, 0x7fff]);
  });

  // 0xc5e3: start, input 0 against ground, ±2.048 V, 860 samples per second: 1 / (0.9 × 860) s and 25 µs.
  it("shows the old code and no readiness until the slowest clock is through", () => {
    write(1, 0xc5, 0xe3);
    nowMs += 1000 / 774 + 0.02;
    expect(read(0)).toBe(0);
    expect(read(1)).toBe(0x45e3);
    nowMs += 0.01;
    expect(read(1)).toBe(0xc5e3);
    // 1 V of 2.048 V: 32768 / 2.048 = 16000.
    expect(read(0)).toBe(16_000);
  });

  it("starts nothing unless it is told to", () => {
    write(1, 0x45, 0xe3);
    nowMs += 1000;
    expect(read(1)).toBe(0xc5e3);
    expect(read(0)).toBe(0);
  });

  it("ignores a start while it converts", () => {
    write(1, 0xc5, 0x03);
    nowMs += 100;
    write(1, 0x85, 0x03);
    nowMs += 39;
    expect(read(0)).toBe(16_000);
    nowMs += 1000;
    expect(read(0)).toBe(16_000);
  });

  it("converts again and again in continuous mode, and stops when told to", () => {
    write(1, 0x44, 0xe3);
    nowMs += 10;
    expect(read(1)).toBe(0x44e3);
    truths.set("0", 0.5);
    nowMs += 10;
    read(0);
    nowMs += 10;
    expect(read(0)).toBe(8000);
    write(1, 0x45, 0xe3);
    nowMs += 10;
    expect(read(1)).toBe(0xc5e3);
  });

  // Section 9.6.3: 101, 110 and 111 all mean ±0.256 V. -1 V and 1 V lie beyond, so the output clips (section 9.5.4).
  it.each([0b101, 0b110, 0b111])("has the smallest range for the gain %i", (gain) => {
    truths.set("0", 0.128);
    write(1, 0xc1 | (gain << 1), 0xe3);
    nowMs += 10;
    expect(read(0)).toBe(0x4000);
    truths.set("0", 1).set("0-1", -1);
    write(1, 0xc1 | (gain << 1), 0xe3);
    nowMs += 10;
    expect(read(0)).toBe(0x7fff);
    write(1, 0x81 | (gain << 1), 0xe3);
    nowMs += 10;
    expect(read(0)).toBe(0x8000);
  });

  it("finds the voltage of an input by the name that the options give it", () => {
    write(1, 0xf3, 0xe3);
    nowMs += 10;
    // 2 V of 4.096 V: 32768 / 2.048.
    expect(read(0)).toBe(16_000);
  });

  it("needs no options", () => {
    chip = createChip(undefined);
    write(1, 0xc5, 0xe3);
    nowMs += 10;
    expect(read(0)).toBe(16_000);
  });

  it("keeps thresholds, and does not let its conversion register be written", () => {
    write(2, 0x12, 0x34);
    write(3, 0x56, 0x78);
    write(0, 0x55, 0x55);
    expect([0, 2, 3].map(read)).toEqual([0, 0x1234, 0x5678]);
  });

  it("heeds only the two lowest bits of the pointer", () => {
    expect(read(0xfd)).toBe(0x8583);
  });

  it("is as after power-on when power comes back", () => {
    write(1, 0xc5, 0x83);
    write(2, 0, 0);
    chip.powerCycle();
    nowMs += 1000;
    expect([0, 1, 2, 3].map(read)).toEqual([0x0000, 0x8583, 0x8000, 0x7fff]);
  });
});
