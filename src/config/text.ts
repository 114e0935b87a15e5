import { hexadecimal } from "../hexadecimal.ts";
import { type Statement, say } from "./messages.ts";
import type { Position } from "./problems.ts";
import { explainReadFailure, type ReadFile } from "./read-file.ts";

const maximumBytes = 2 ** 20;

/** The text of a file, or why there is none. */
export type TextOrFault =
  | { readonly text: string }
  | { readonly fault: Statement; readonly position?: Position };

/** Reads a configuration file as UTF-8 text of at most 1 MiB. */
export const readText = async (file: string, readFile: ReadFile): Promise<TextOrFault> => {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file, maximumBytes + 1);
  } catch (error) {
    return { fault: say("file-unreadable", ...explainReadFailure(error)) };
  }
  if (bytes.length > maximumBytes) return { fault: say("file-too-large", "1 MiB") };
  return decode(bytes);
};

const decode = (bytes: Uint8Array): TextOrFault => {
  const isUtf16 =
    (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (isUtf16) return { fault: say("file-utf-16"), position: { line: 1, column: 1 } };
  const text = decodeStrictly(bytes);
  if (text === undefined) return { fault: say("file-encoding"), position: firstUndecodable(bytes) };
  return findControlCharacter(text) ?? { text };
};

const decodeStrictly = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
};

const lineFeed = 0x0a;

// No character of UTF-8 spans a line feed, so the line at fault can be searched on its own.
const firstUndecodable = (bytes: Uint8Array): Position => {
  let line = 1;
  let start = 0;
  for (;;) {
    const feed = bytes.indexOf(lineFeed, start);
    const lineBytes = bytes.subarray(start, feed < 0 ? undefined : feed);
    if (feed < 0 || decodeStrictly(lineBytes) === undefined) {
      const column = new TextDecoder().decode(lineBytes).indexOf("\ufffd") + 1;
      return { line, column: Math.max(1, column) };
    }
    line += 1;
    start = feed + 1;
  }
};

// YAML 1.2.2, section 5.1: tab, line feed and carriage return are the only control characters it allows.
const controlCharacter = /(?![\t\n\r\u0080-\u009f])\p{Cc}/u;

const findControlCharacter = (text: string): TextOrFault | undefined => {
  const index = text.search(controlCharacter);
  if (index < 0) return undefined;
  const before = text.slice(0, index).split("\n");
  const name = `U+${hexadecimal(text.charCodeAt(index), 4).slice(2).toUpperCase()}`;
  return {
    fault: say("file-control-character", name),
    position: { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 },
  };
};
