import { describe, expect, it } from "vitest";
import { findChip } from "../../src/buses/gpio-chips.ts";
import { refuseReservedLine } from "../../src/buses/gpio-reserved.ts";

// Chips of a Pi 5 and of a Pi 4 as their kernels name them (raspberrypi/linux issues 6037 and 6084).
const rp1 = { names: ["gpiochip0"], label: "pinctrl-rp1", lines: 54 };
const brcmstb = { names: ["gpiochip10"], label: "gpio-brcmstb@107d508500", lines: 32 };
const bcm2711 = { names: ["gpiochip0"], label: "pinctrl-bcm2711", lines: 58 };
const firmware = { names: ["gpiochip1"], label: "raspberrypi-exp-gpio", lines: 8 };
const expander = { names: ["gpiochip2"], label: "mcp23017", lines: 16 };
const secondExpander = { names: ["gpiochip3"], label: "mcp23017", lines: 16 };

describe("finding a chip", () => {
  it("takes the chip of the header when none is named, in whatever order chips are listed", () => {
    expect(findChip([brcmstb, rp1], { line: 17 })).toBe(rp1);
    expect(findChip([rp1, brcmstb], { line: 17 })).toBe(rp1);
    expect(findChip([firmware, expander, bcm2711], { line: 17 })).toBe(bcm2711);
  });

  it("prefers the RP1 of a Pi 5 to a chip of an older header", () => {
    expect(findChip([bcm2711, rp1], { line: 17 })).toBe(rp1);
  });

  it("takes a chip by its label or by its name", () => {
    expect(findChip([bcm2711, expander], { chip: "mcp23017", line: 3 })).toBe(expander);
    expect(findChip([bcm2711, expander], { chip: "gpiochip2", line: 3 })).toBe(expander);
  });

  it("names the chips that share a label and takes none of them", () => {
    expect(() =>
      findChip([bcm2711, expander, secondExpander], { chip: "mcp23017", line: 0 }),
    ).toThrow(
      expect.objectContaining({
        code: "line-unavailable",
        message:
          'several GPIO chips answer to "mcp23017": gpiochip2 [mcp23017] (16 lines), gpiochip3 [mcp23017] (16 lines)',
      }),
    );
  });

  it("says which chips there are when the one sought is missing", () => {
    expect(() => findChip([firmware], { line: 17 })).toThrow(
      expect.objectContaining({
        code: "device-missing",
        message:
          "no GPIO chip of a Raspberry Pi's header; there are: gpiochip1 [raspberrypi-exp-gpio] (8 lines)",
      }),
    );
    expect(() => findChip([], { chip: "mcp23017", line: 1 })).toThrow(
      expect.objectContaining({
        code: "device-missing",
        message: "no GPIO chip mcp23017; there are: none",
      }),
    );
  });

  it.each([-1, 54, 3.5])("refuses line %s of a chip with 54 lines", (line) => {
    expect(() => findChip([rp1], { line })).toThrow(
      expect.objectContaining({ code: "line-unavailable" }),
    );
  });
});

describe("reserved lines", () => {
  const refused = (chip: typeof rp1, line: number, allowReserved = false): boolean => {
    try {
      refuseReservedLine(chip, line, { allowReserved });
      return false;
    } catch (error) {
      expect(error).toMatchObject({ code: "line-reserved" });
      return true;
    }
  };
  const refusedLines = (chip: typeof rp1): readonly number[] =>
    Array.from({ length: chip.lines }, (_, line) => line).filter((line) => refused(chip, line));

  // Raspberry Pi documentation, "GPIO and the 40-pin header": ID_SD and ID_SC, I2C1, SPI0, UART0.
  it.each([rp1, bcm2711])("are those of the header's buses on $label", (chip) => {
    expect(refusedLines(chip)).toEqual([0, 1, 2, 3, 7, 8, 9, 10, 11, 14, 15]);
  });

  it("are opened where that is allowed", () => {
    expect(refused(rp1, 2, true)).toBe(false);
  });

  it("do not exist on other chips", () => {
    expect(refusedLines(expander)).toEqual([]);
  });

  it("say what would stop working", () => {
    expect(() => refuseReservedLine(rp1, 3, { allowReserved: false })).toThrow(
      "GPIO3 belongs to I2C bus 1, which would stop working",
    );
  });
});
