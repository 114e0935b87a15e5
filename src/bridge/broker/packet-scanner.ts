type Fault = "packet-size" | "protocol";

/** Where PUBLISH packets begin in a piece of a connection, or what is wrong with it. */
export type Scan = { readonly publishOffsets: readonly number[] } | { readonly fault: Fault };

// MQTT 3.1.1, section 2.2: the type is in the upper half of the first byte, then come one to four bytes of length.
const publishType = 3;
const connectType = 1;
const longestLengthBytes = 4;

/**
 * Follows the fixed headers of a connection, piece by piece, so that a packet that is too long is seen by its header,
 * before any of it is kept. The first packet has to be a CONNECT.
 */
export const createPacketScanner = (packetBytes: number): ((bytes: Uint8Array) => Scan) => {
  let bodyBytesLeft = 0;
  // Zero outside of a header, else how many bytes of it were seen.
  let headerBytes = 0;
  let length = 0;
  let isFirst = true;

  const readLength = (byte: number): Fault | undefined => {
    length += (byte & 0x7f) * 128 ** (headerBytes - 1);
    headerBytes += 1;
    if (headerBytes + length > packetBytes) return "packet-size";
    if ((byte & 0x80) !== 0) return headerBytes > longestLengthBytes ? "protocol" : undefined;
    bodyBytesLeft = length;
    headerBytes = 0;
    return undefined;
  };

  const readType = (byte: number): "publish" | "protocol" | undefined => {
    const type = byte >> 4;
    if (isFirst && type !== connectType) return "protocol";
    isFirst = false;
    headerBytes = 1;
    length = 0;
    return type === publishType ? "publish" : undefined;
  };

  const skipBody = (bytesAvailable: number): number => {
    const skipped = Math.min(bodyBytesLeft, bytesAvailable);
    bodyBytesLeft -= skipped;
    return skipped;
  };

  return (bytes) => {
    const publishOffsets: number[] = [];
    let offset = skipBody(bytes.length);
    while (offset < bytes.length) {
      const byte = bytes[offset] ?? 0;
      const found = headerBytes > 0 ? readLength(byte) : readType(byte);
      if (found === "publish") publishOffsets.push(offset);
      else if (found !== undefined) return { fault: found };
      offset += 1;
      offset += skipBody(bytes.length - offset);
    }
    return { publishOffsets };
  };
};
