import { describe, expect, it } from "vitest";
import { displayAge, displayName, displayValue } from "../src/display.ts";
import { definitionOf, quantityByName, quantityNames } from "../src/quantities.ts";

const plain = (text: string) => text.replaceAll("\u00a0", " ");

describe("values for people", () => {
  it.each([
    { quantity: "temperatureCelsius", value: 21.534, expected: "21.53 °C" },
    { quantity: "relativeHumidityRatio", value: 0.4314, expected: "43.1 %" },
    { quantity: "pressurePascals", value: 101_325, expected: "1013.25 hPa" },
    { quantity: "temperatureCelsius", value: -0.001, expected: "0.00 °C" },
    { quantity: "pulsesTotal", value: 12, expected: "12" },
  ] as const)("show $value of $quantity as $expected", ({ quantity, value, expected }) => {
    expect(plain(displayValue(quantity, value))).toBe(expected);
  });

  it("have the unit that the catalogue promises, for every quantity", () => {
    for (const quantity of quantityNames.flatMap((name) => quantityByName(name) ?? [])) {
      const { unit } = definitionOf(quantity).display;
      const text = plain(displayValue(quantity, 1));
      expect(text.endsWith(unit === "" ? "" : ` ${unit}`)).toBe(true);
      expect(Number.isFinite(Number.parseFloat(text))).toBe(true);
    }
  });

  it("carry their channel in the name", () => {
    expect(displayName("relativeHumidityRatio")).toBe("relative humidity");
    expect(displayName("voltageVolts", "battery")).toBe("voltage battery");
  });

  it.each([
    [-3, "0 s"],
    [3.4, "3 s"],
    [119, "119 s"],
    [420, "7 min"],
    [7_200, "2 h"],
    [172_800, "2 d"],
  ])("show an age of %d seconds as %s", (seconds, expected) => {
    expect(plain(displayAge(seconds))).toBe(expected);
  });
});
