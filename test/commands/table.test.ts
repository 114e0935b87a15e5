import { describe, expect, it } from "vitest";
import { renderTable } from "../../src/commands/table.ts";

describe("a table", () => {
  it("lines its columns up under their headings", () => {
    expect(
      renderTable(
        ["name", "value"],
        [
          ["attic", "21 °C"],
          ["a", "-3 °C"],
        ],
      ),
    ).toBe("NAME   VALUE\nattic  21 °C\na      -3 °C\n");
  });

  it("counts what a terminal shows, not the bytes or surrogates behind it", () => {
    expect(
      renderTable(
        ["a", "b"],
        [
          ["🌡x", "1"],
          ["é".normalize("NFD"), "2"],
        ],
      ),
    ).toBe(`A   B\n🌡x  1\n${"é".normalize("NFD")}   2\n`);
  });

  it("lets a cell of several lines go on below itself", () => {
    expect(
      renderTable(
        ["a", "b"],
        [
          ["x", "one\ntwo"],
          ["y", "three"],
        ],
      ),
    ).toBe("A  B\nx  one\n   two\ny  three\n");
  });

  it("lets no control character through to the terminal", () => {
    expect(renderTable(["a"], [["\u001b[31mred\u0007"]])).toBe("A\n [31mred\n");
  });
});
