import { describe, expect, it } from "vitest";
import { matchesAny, matchesGlob } from "../../src/bridge/glob.ts";

describe("a name with asterisks", () => {
  it.each([
    ["*", "", true],
    ["*", "anything", true],
    ["shelly*", "shellyht-1", true],
    ["shelly*", "myshelly", false],
    ["*ht*", "shellyht-1", true],
    ["*ht*", "shelly", false],
    ["a*b*c", "axxbyyc", true],
    ["a*b*c", "abc", true],
    ["a*b*c", "ac", false],
    ["a*b*c", "acb", false],
    ["ab*ba", "aba", false],
    ["kitchen", "kitchen", true],
    ["kitchen", "Kitchen", false],
    ["", "", true],
    ["", "a", false],
    ["a.c", "abc", false],
  ])("%s and %s: %s", (pattern, text, expected) => {
    expect(matchesGlob(pattern, text)).toBe(expected);
  });

  it("takes no longer for many asterisks", () => {
    expect(matchesGlob(`${"*a".repeat(500)}b`, "a".repeat(20_000))).toBe(false);
  });

  it("is enough if it is one of several", () => {
    expect(matchesAny(["x*", "*y"], "by")).toBe(true);
    expect(matchesAny([], "by")).toBe(false);
  });
});
