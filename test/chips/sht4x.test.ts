import { beforeEach, describe, expect, it } from "vitest";
import { model } from "../mocks/chips/sht4x.ts";
import { type Chip, Nack } from "../mocks/model.ts";

// Whether the model is one: it must refuse and delay what Sensirion's datasheet SHT4x (version 6) says the chip does.

let nowMs: number;
let truths: Map<string, number>;
let chip: Chip;

const write = (...bytes: number[]) => chip.write(Uint8Array.from(bytes));

beforeEach(() => {
  nowMs = 5000;
  // Section 4.6: 25 °C is 0x6666, and 0x8000 is 56.50095 %.
  truths = new Map([
    ["temperatureCelsius", 25],
    ["relativeHumidityRatio", 0.565_009_536_9],
  ]);
  chip = model.create(
    { nowMs: () => nowMs, value: (quantity) => truths.get(quantity) ?? Number.NaN },
    undefined,
  );
});

describe("the model of an SHT4x", () => {
  it("gives each word with its checksum", () => {
    write(0xfd);
    nowMs += 8.3;
    expect([...chip.read(6)]).toEqual([0x66, 0x66, 0x93, 0x80, 0x00, 0xa2]);
  });

  it.each([
    { command: 0xfd, longestMs: 8.3 },
    { command: 0xf6, longestMs: 4.5 },
    { command: 0xe0, longestMs: 1.6 },
    { command: 0x39, longestMs: 1100 },
  ])("does not acknowledge while command $command is executed", ({ command, longestMs }) => {
    write(command);
    nowMs += longestMs - 0.01;
    expect(() => chip.read(6)).toThrow(Nack);
    expect(() => write(0x89)).toThrow(Nack);
    expect(() => write()).toThrow(Nack);
  });

  it("does not acknowledge a read without a command, nor a second one", () => {
    expect(() => chip.read(6)).toThrow(Nack);
    write(0xe0);
    nowMs += 10;
    chip.read(6);
    expect(() => chip.read(6)).toThrow(Nack);
  });

  it.each([[0x00], [0x24, 0x00], [0xfe]])(
    "does not acknowledge %j, which is no command",
    (...bytes) => {
      expect(() => write(...bytes)).toThrow(Nack);
    },
  );

  it("acknowledges its address alone when it is idle", () => {
    expect(() => write()).not.toThrow();
  });

  it("measures when it is told to, not when it is asked", () => {
    write(0xfd);
    truths.set("temperatureCelsius", 90);
    nowMs += 1000;
    expect([...chip.read(2)]).toEqual([0x66, 0x66]);
  });

  it("takes a reset at any time and forgets what it was doing", () => {
    write(0x39);
    nowMs += 1;
    write(0x94);
    nowMs += 0.99;
    expect(() => write(0x89)).toThrow(Nack);
    nowMs += 0.01;
    expect(() => chip.read(6)).toThrow(Nack);
    write(0x89);
    expect(chip.read(6)).toHaveLength(6);
  });

  it("forgets an answer that was not taken before it lost power", () => {
    write(0x89);
    chip.powerCycle();
    nowMs += 10;
    expect(() => chip.read(6)).toThrow(Nack);
  });
});
