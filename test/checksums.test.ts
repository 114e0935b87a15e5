import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createCrc8, sensirionCrc8 } from "../src/checksums.ts";
import { sensirionSignature } from "./mocks/checksums.ts";

// What the catalogue of parametrised CRC algorithms (reveng.sourceforge.io/crc-catalogue) checks with.
const checkInput = new TextEncoder().encode("123456789");

describe("the checksum of Sensirion's words", () => {
  it("gives the check value of CRC-8/NRSC-5 in the CRC catalogue", () => {
    expect(sensirionCrc8(checkInput)).toBe(0xf7);
  });

  it("gives the example of Sensirion's datasheets, 0x92 for 0xBEEF", () => {
    expect(sensirionCrc8([0xbe, 0xef])).toBe(0x92);
  });

  it("is the initial value where there are no bytes", () => {
    expect(sensirionCrc8([])).toBe(0xff);
  });

  it("agrees with the second implementation that the chip models use, whatever the bytes", () => {
    const bytes = fc.array(fc.integer({ min: 0, max: 0xff }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(bytes, (message) => {
        expect(sensirionCrc8(message)).toBe(sensirionSignature(message));
      }),
    );
  });

  it("notices every single flipped bit of a word", () => {
    const word = fc.tuple(fc.integer({ min: 0, max: 0xff }), fc.integer({ min: 0, max: 0xff }));
    fc.assert(
      fc.property(word, fc.integer({ min: 0, max: 15 }), ([high, low], bit) => {
        const flipped = ((high << 8) | low) ^ (1 << bit);
        expect(sensirionCrc8([flipped >> 8, flipped & 0xff])).not.toBe(sensirionCrc8([high, low]));
      }),
    );
  });
});

describe("an 8-bit CRC", () => {
  it.each([
    { name: "CRC-8/SMBUS", polynomial: 0x07, initial: 0x00, check: 0xf4 },
    { name: "CRC-8/CDMA2000", polynomial: 0x9b, initial: 0xff, check: 0xda },
    { name: "CRC-8/OPENSAFETY", polynomial: 0x2f, initial: 0x00, check: 0x3e },
  ])("gives the catalogue's check value of $name", ({ polynomial, initial, check }) => {
    expect(createCrc8({ polynomial, initial })(checkInput)).toBe(check);
  });
});
