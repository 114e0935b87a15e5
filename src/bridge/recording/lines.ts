/** One line of a file, or that it is longer than a line may be or no UTF-8. */
export interface Line {
  /** Counted from 1, as editors do. */
  readonly number: number;
  readonly text: string | undefined;
  readonly problem: string | undefined;
}

const lineFeed = 0x0a;

const joined = (pieces: readonly Uint8Array[], length: number): Uint8Array => {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
};

const decoder = new TextDecoder("utf-8", { fatal: true });

const decode = (bytes: Uint8Array): string | undefined => {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
};

/** Gathers one line, and no more of it than it may have. */
const createGatherer = (maximumBytes: number) => {
  let pieces: Uint8Array[] = [];
  let length = 0;
  let number = 0;
  return {
    isEmpty: () => length === 0,
    add: (piece: Uint8Array) => {
      length += piece.length;
      if (length > maximumBytes) pieces = [];
      // A copy: the piece is a view of a buffer that is used again.
      else pieces.push(piece.slice());
    },
    end: (): Line => {
      number += 1;
      const isTooLong = length > maximumBytes;
      const text = isTooLong ? undefined : decode(joined(pieces, length));
      pieces = [];
      length = 0;
      if (text !== undefined) return { number, text, problem: undefined };
      const problem = isTooLong ? `is longer than ${maximumBytes} bytes` : "is not UTF-8";
      return { number, text: undefined, problem };
    },
  };
};

/** Splits bytes into lines as they come; holds one line at most. */
export async function* splitLines(
  chunks: AsyncIterable<Uint8Array>,
  maximumBytes: number,
): AsyncGenerator<Line> {
  const line = createGatherer(maximumBytes);
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, start)) {
      line.add(chunk.subarray(start, end));
      yield line.end();
      start = end + 1;
    }
    if (start < chunk.length) line.add(chunk.subarray(start));
  }
  if (!line.isEmpty()) yield line.end();
}
