import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { saysNoValue, strictNumber } from "../../src/bridge/number.ts";
import { createPayload, jsonOf, scalarOf, textOf, valueAt } from "../../src/bridge/payload.ts";

describe("a strict number", () => {
  it.each([
    ["21.5", 21.5],
    [" -3 ", -3],
    ["+.5", 0.5],
    ["5.", 5],
    ["1e3", 1000],
    ["-0", 0],
    ["007", 7],
    ["166344411810", 166_344_411_810],
  ])("is %j", (text, value) => {
    expect(strictNumber(text)).toBe(value);
  });

  it.each([
    ..."|nan|Infinity|-inf|0x1F|1_000|4 minutes|0.5.61|192.168.1.2|45,3|21:08|12.5 °C|1e999".split(
      "|",
    ),
    ..."20500de464ec|ON|true|null|[5]|--5|e5|.|+|1e|2021-05-07".split("|"),
    "1".repeat(65),
  ])("is not %j", (text) => {
    expect(strictNumber(text)).toBeUndefined();
  });

  it("is what the whole text says, or nothing, for whatever text", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 70 }), (text) => {
        const value = strictNumber(text);
        return value === undefined || (Number.isFinite(value) && value === Number(text.trim()));
      }),
    );
  });

  it("is what prints a double, whichever double", () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        (value) => strictNumber(String(value)) === value + 0,
      ),
    );
  });
});

describe("no value", () => {
  it.each(["", "None", "null", "NaN", "unavailable", "Unknown", " nan "])("is %j", (text) => {
    expect(saysNoValue(text)).toBe(true);
  });

  it.each(["0", "off", "no", "none of these at all"])("is not %j", (text) => {
    expect(saysNoValue(text)).toBe(false);
  });
});

const payload = (text: string) => createPayload(new TextEncoder().encode(text));

describe("a payload", () => {
  it.each([
    ['"23.4"', "23.4"],
    ["true", true],
    ["12.6.5", "12.6.5"],
    ["21:08", "21:08"],
    ["ON", "ON"],
    ["null", null],
    [" 7", 7],
  ])("%s is the scalar %j", (text, expected) => {
    expect(scalarOf(payload(text))).toBe(expected);
  });

  it("is no text if it is not UTF-8, and no JSON then", () => {
    const bytes = createPayload(Uint8Array.of(0xff, 0xfe, 0x7b));
    expect(textOf(bytes)).toBeUndefined();
    expect(jsonOf(bytes)).toBeUndefined();
    expect(scalarOf(bytes)).toBeUndefined();
  });

  it("is no JSON if it is cut off, and JSON with blanks or a mark of order around it", () => {
    expect(jsonOf(payload('{"temperature": 21.5'))).toBeUndefined();
    expect(jsonOf(payload('\ufeff\n {"a":1} '))).toEqual({ a: 1 });
  });

  it("finds own keys and indices alone", () => {
    const json = jsonOf(payload('{"a":[{"b":1}],"__proto__":{"c":2}}'));
    expect(valueAt(json, ["a", "0", "b"])).toBe(1);
    expect(valueAt(json, ["__proto__", "c"])).toBe(2);
    for (const path of [["constructor"], ["a", "length"], ["a", "-1"], ["a", "0", "toString"]]) {
      expect(valueAt(json, path)).toBeUndefined();
    }
  });
});
