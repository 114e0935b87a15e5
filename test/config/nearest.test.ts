import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { editDistance, nearestWord } from "../../src/config/nearest.ts";

describe("the distance of two words", () => {
  // kitten/sitting: the textbook example of Levenshtein's distance. ca/abc: of optimal string alignment, which is 3
  // where the unrestricted distance is 2 (Wikipedia, "Damerau-Levenshtein distance").
  it.each([
    ["kitten", "sitting", 3],
    ["ca", "abc", 3],
    ["adress", "address", 1],
    ["intreval", "interval", 1],
    ["", "abc", 3],
    ["same", "same", 0],
  ])("counts the edits: %s, %s", (left, right, edits) => {
    expect(editDistance(left, right, 10)).toBe(edits);
    expect(editDistance(right, left, 10)).toBe(edits);
  });

  it("is given up beyond its limit", () => {
    expect(editDistance("kitten", "sitting", 2)).toBeUndefined();
    expect(editDistance("a", "abcdef", 4)).toBeUndefined();
  });

  it("is the same from either side and at most the longer word", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (left, right) => {
        const edits = editDistance(left, right, 100) ?? Number.NaN;
        expect(edits).toBe(editDistance(right, left, 100));
        expect(edits).toBeLessThanOrEqual(Math.max(left.length, right.length));
        expect(edits === 0).toBe(left === right);
      }),
    );
  });
});

describe("the nearest word", () => {
  const known = ["interval", "address", "active_low", "bme280", "bmp280"];

  it.each([
    ["intervall", "interval"],
    ["Interval", "interval"],
    ["active-low", "active_low"],
    ["adres", "address"],
    ["bme28", "bme280"],
  ])("is what was probably meant: %s", (word, meant) => {
    expect(nearestWord(word, known)).toBe(meant);
  });

  it("is none if nothing is near", () => {
    expect(nearestWord("colour", known)).toBeUndefined();
    expect(nearestWord("", known)).toBeUndefined();
    expect(nearestWord("c", ["b"])).toBeUndefined();
    expect(nearestWord("i".repeat(10_000), known)).toBeUndefined();
  });
});
