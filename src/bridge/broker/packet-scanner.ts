type Fault = "packet-size" | "protocol";

/** The beginning of a packet that may have to wait: of the one after the CONNECT, or of a PUBLISH. */
interface Stop {
  readonly offset: number;
  readonly kind: "second" | "publish";
}

/** Where packets begin in a piece of a connection, or what is wrong with it. */
export type Scan = { readonly stops: readonly Stop[] } | { readonly fault: Fault };

// MQTT 3.1.1, section 2.2: the type is in the upper half of the first byte, then come one to four bytes of length.
const publishType = 3;
const connectType = 1;
const longestLengthBytes = 4;

/** The length in a fixed header, byte by byte. */
const createLength = (packetBytes: number) => {
  let isOpen = false;
  let seenBytes = 0;
  let length = 0;
  return {
    isOpen: () => isOpen,
    begin: () => {
      isOpen = true;
      seenBytes = 0;
      length = 0;
    },
    /** The length once it is complete, a fault as soon as it is too long. */
    read: (byte: number): number | Fault | undefined => {
      length += (byte & 0x7f) * 128 ** seenBytes;
      seenBytes += 1;
      if (1 + seenBytes + length > packetBytes) return "packet-size";
      isOpen = (byte & 0x80) !== 0;
      if (isOpen) return seenBytes >= longestLengthBytes ? "protocol" : undefined;
      return length;
    },
  };
};

/**
 * Follows the fixed headers of a connection, piece by piece, so that a packet that is too long is seen by its header,
 * before any of it is kept. The first packet has to be a CONNECT.
 */
export const createPacketScanner = (packetBytes: number): ((bytes: Uint8Array) => Scan) => {
  const length = createLength(packetBytes);
  let bodyBytesLeft = 0;
  let packets = 0;

  const skipBody = (bytesAvailable: number): number => {
    const skipped = Math.min(bodyBytesLeft, bytesAvailable);
    bodyBytesLeft -= skipped;
    return skipped;
  };

  const readLength = (byte: number): Fault | undefined => {
    const found = length.read(byte);
    if (typeof found === "string") return found;
    bodyBytesLeft = found ?? 0;
    return undefined;
  };

  const readType = (byte: number, offset: number, stops: Stop[]): Fault | undefined => {
    const type = byte >> 4;
    packets += 1;
    if (packets === 1 && type !== connectType) return "protocol";
    if (packets === 2) stops.push({ offset, kind: "second" });
    if (type === publishType) stops.push({ offset, kind: "publish" });
    length.begin();
    return undefined;
  };

  return (bytes) => {
    const stops: Stop[] = [];
    for (let offset = skipBody(bytes.length); offset < bytes.length; ) {
      const byte = bytes[offset] ?? 0;
      const fault = length.isOpen() ? readLength(byte) : readType(byte, offset, stops);
      if (fault !== undefined) return { fault };
      offset += 1;
      offset += skipBody(bytes.length - offset);
    }
    return { stops };
  };
};
