import type { GpioLevel } from "./gpio.ts";

/** Generation of libgpiod's tools: 1 is 1.6 (Debian 11 and 12), 2 is 2.x (Debian 13). */
export type ToolGeneration = 1 | 2;

/** One line of output of gpiomon. */
export type GpiomonEvent =
  /** The line's level changed; `atMs` is the kernel's time of it, on CLOCK_MONOTONIC. */
  | {
      readonly kind: "edge";
      readonly line: number;
      readonly level: GpioLevel;
      readonly atMs: number;
    }
  /** gpiomon has the line and watches it; only from generation 2. */
  | { readonly kind: "ready" }
  /** Something that gpiomon is not known to print; `text` is cut to 80 characters. */
  | { readonly kind: "unknown"; readonly text: string };

// Of the formats that gpio-tools.ts asks for: "%o %e %s %n", where neither number has leading zeros, and "%o %e %S",
// where the fraction has nine digits.
const edgePatterns = {
  1: /^(\d{1,6}) ([01]) (\d{1,12}) (\d{1,9})$/,
  2: /^(\d{1,6}) ([12]) (\d{1,12})\.(\d{9})$/,
} as const;
// `gpiomon --help`: 1 is a rising edge in both; a falling one is 0 in 1.6 and 2 in 2.x.
const risingCode = "1";
const readyPattern = /^Monitoring line /;

// A line of either format is at most 36 characters; a longer one is cut, and then matches nothing.
const longestLine = 80;

const parseLine = (generation: ToolGeneration, text: string): GpiomonEvent => {
  const [, line, code, seconds, nanoseconds] = edgePatterns[generation].exec(text) ?? [];
  if (code !== undefined) {
    return {
      kind: "edge",
      line: Number(line),
      level: code === risingCode ? 1 : 0,
      atMs: Number(seconds) * 1e3 + Number(nanoseconds) / 1e6,
    };
  }
  if (generation === 2 && readyPattern.test(text)) return { kind: "ready" };
  return { kind: "unknown", text };
};

/** Turns the output of gpiomon, in whatever pieces it arrives, into events; holds 80 characters at most. */
export const createGpiomonParser = (
  generation: ToolGeneration,
): ((piece: string) => readonly GpiomonEvent[]) => {
  let begun = "";
  return (piece) => {
    const lines = piece.split("\n");
    const events: GpiomonEvent[] = [];
    for (const [index, part] of lines.entries()) {
      begun = (begun + part.slice(0, longestLine)).slice(0, longestLine);
      if (index === lines.length - 1) break;
      events.push(parseLine(generation, begun));
      begun = "";
    }
    return events;
  };
};
