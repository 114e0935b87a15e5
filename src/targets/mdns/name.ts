/** A domain name as its labels, each as it was sent. */
export type DomainName = readonly string[];

// RFC 1035, section 3.1: labels of up to 63 bytes, names of up to 255 with the lengths of their labels.
const longestLabel = 63;
const longestName = 255;
const pointerBits = 0xc0;

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** Where a pointer leads, which is further to the front: else it would lead round in circles (section 4.1.4). */
const readPointer = (view: DataView, at: number, before: number): number => {
  const target = view.getUint16(at) & ~(pointerBits << 8);
  if (target >= before) throw new RangeError("a pointer that leads nowhere");
  return target;
};

/** The name at an offset, compressed or not, and where what follows it begins; throws RangeError if it is malformed. */
export const readName = (
  view: DataView,
  offset: number,
): { readonly name: DomainName; readonly next: number } => {
  const name: string[] = [];
  let length = 0;
  let at = offset;
  let before = offset;
  let next: number | undefined;
  for (let byte = view.getUint8(at); byte !== 0; byte = view.getUint8(at)) {
    if (byte >= pointerBits) {
      next ??= at + 2;
      before = readPointer(view, at, before);
      at = before;
      continue;
    }
    length += byte + 1;
    if (byte > longestLabel || length > longestName) throw new RangeError("a name too long");
    name.push(decoder.decode(new Uint8Array(view.buffer, view.byteOffset + at + 1, byte)));
    at += 1 + byte;
  }
  return { name, next: next ?? at + 1 };
};

/** The bytes of a name, without compression. */
export const nameBytes = (name: DomainName): readonly number[] => [
  ...name.flatMap((label) => {
    const bytes = encoder.encode(label);
    return [bytes.length, ...bytes];
  }),
  0,
];

/** Equal for names that are the same: upper and lower case of ASCII do not matter (RFC 6762, section 16). */
export const nameKey = (name: DomainName): string =>
  name
    .map((label) =>
      label.replace(/[\\.]/gu, "\\$&").replace(/[A-Z]/gu, (letter) => letter.toLowerCase()),
    )
    .join(".");
