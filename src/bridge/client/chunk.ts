/** One array of bytes out of several. */
export const join = (parts: readonly Uint8Array[]): Uint8Array => {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
};

/** The part of a chunk that is looked at, and what of it is handed on. */
export const readChunk = (bytes: Uint8Array) => {
  const parts: Uint8Array[] = [];
  let from = 0;
  let at = 0;
  const flush = (): void => {
    if (at > from) parts.push(bytes.subarray(from, at));
    from = at;
  };
  const advance = (count: number): number => {
    const advanced = Math.min(count, bytes.length - at);
    at += advanced;
    return count - advanced;
  };
  return {
    parts,
    flush,
    isAtEnd: () => at === bytes.length,
    rest: () => bytes.subarray(at),
    /** How many of these bytes are still to come. */
    pass: advance,
    skip: (count: number): number => {
      flush();
      const left = advance(count);
      from = at;
      return left;
    },
    insert: (part: Uint8Array): void => {
      flush();
      parts.push(part);
    },
  };
};

/** How a chunk is gone through. */
export type ChunkReader = ReturnType<typeof readChunk>;
