import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createGpiomonParser,
  type GpiomonEvent,
  type ToolGeneration,
} from "../../src/buses/gpiomon-output.ts";

const parse = (generation: ToolGeneration, ...pieces: string[]): readonly GpiomonEvent[] => {
  const parser = createGpiomonParser(generation);
  return pieces.flatMap((piece) => parser(piece));
};

const cut = (text: string, places: readonly number[]): readonly string[] => {
  const ends = [...places.map((place) => place % (text.length + 1)), 0, text.length].sort(
    (left, right) => left - right,
  );
  return ends.slice(1).map((end, index) => text.slice(ends[index], end));
};

describe("output of gpiomon", () => {
  // Printed by gpiomon 2.2.1 on Linux 6.12 with gpio-sim.
  it("of generation 2 is read as its --help describes it", () => {
    expect(parse(2, "Monitoring line '17'...\n17 1 15.107682139\n17 2 15.179461948\n")).toEqual([
      { kind: "ready" },
      { kind: "edge", line: 17, level: 1, atMs: expect.closeTo(15_107.682139, 6) },
      { kind: "edge", line: 17, level: 0, atMs: expect.closeTo(15_179.461948, 6) },
    ]);
  });

  // gpiomon 1.6.3 prints seconds and nanoseconds with %ld: 5 ms past the second are "5000000".
  it("of generation 1 is read with nanoseconds that lack their leading zeros", () => {
    expect(parse(1, "17 1 15 107682139\n17 0 16 5000000\n")).toEqual([
      { kind: "edge", line: 17, level: 1, atMs: expect.closeTo(15_107.682139, 6) },
      { kind: "edge", line: 17, level: 0, atMs: expect.closeTo(16_005, 6) },
    ]);
  });

  it.each([
    [1, "17 2 15 1"],
    [1, "17 1 15.107682139"],
    [1, "Monitoring line '17'..."],
    [2, "17 0 15.107682139"],
    [2, "17 1 15.1076"],
    [2, "17 1 15.107682139 "],
    [2, "-17 1 15.107682139"],
    [2, ""],
    [2, "17\t1\t15.107682139"],
    [2, "17 1 15.107682139\r"],
  ] as const)("of generation %s is not guessed at: %j", (generation, text) => {
    expect(parse(generation, `${text}\n`)).toEqual([{ kind: "unknown", text }]);
  });

  it("is nothing until its line is complete", () => {
    expect(parse(2, "17 1 15.1076821")).toEqual([]);
  });

  it("is not kept beyond eighty characters of a line", () => {
    const parser = createGpiomonParser(2);
    for (let piece = 0; piece < 1000; piece += 1) expect(parser("1".repeat(1000))).toEqual([]);
    expect(parser("\n17 1 15.107682139\n")).toEqual([
      { kind: "unknown", text: "1".repeat(80) },
      expect.objectContaining({ kind: "edge" }),
    ]);
  });

  it("means the same in whatever pieces it comes", () => {
    const row = fc.oneof(
      fc
        .tuple(fc.nat({ max: 60 }), fc.constantFrom(1, 2), fc.nat(), fc.nat({ max: 999_999_999 }))
        .map(
          ([line, code, seconds, nanoseconds]) =>
            `${line} ${code} ${seconds}.${String(nanoseconds).padStart(9, "0")}`,
        ),
      fc.constant("Monitoring line '17'..."),
      fc.string({ maxLength: 200 }),
    );
    fc.assert(
      fc.property(fc.array(row), fc.array(fc.nat()), (rows, places) => {
        const text = rows.map((each) => `${each}\n`).join("");
        expect(parse(2, ...cut(text, places))).toEqual(parse(2, text));
      }),
    );
  });

  it("keeps every edge in its order and with its time", () => {
    const edge = fc.record({
      level: fc.constantFrom(0, 1),
      seconds: fc.nat({ max: 10_000_000 }),
      nanoseconds: fc.nat({ max: 999_999_999 }),
    });
    fc.assert(
      fc.property(fc.array(edge), fc.array(fc.nat()), (edges, places) => {
        const text = edges
          .map(({ level, seconds, nanoseconds }) => `4 ${level} ${seconds} ${nanoseconds}\n`)
          .join("");
        expect(parse(1, ...cut(text, places))).toEqual(
          edges.map(({ level, seconds, nanoseconds }) => ({
            kind: "edge",
            line: 4,
            level,
            atMs: expect.closeTo(seconds * 1000 + nanoseconds / 1_000_000, 3),
          })),
        );
      }),
    );
  });
});
