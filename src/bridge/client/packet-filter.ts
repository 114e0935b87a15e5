import { type ChunkReader, join, readChunk } from "./chunk.ts";

/**
 * Looks at the bytes from a broker: hands on what is small enough, packets with too large a payload with a mark in its
 * place. Undefined if the bytes are not MQTT.
 */
export type PacketFilter = (chunk: Uint8Array) => readonly Uint8Array[] | undefined;

// Types in the first four bits of a packet, MQTT 5, table 2.1.
const publishType = 3;
/** Of the other packets a broker sends, SUBACK is the largest: a byte for each filter. */
const maximumControlBytes = 1024 * 1024;
/** Properties of a publication; topics end at 65,535 by themselves. */
const maximumPropertyBytes = 64 * 1024;
const maximumLengthBytes = 4;

interface VariableNumber {
  readonly value: number;
  /** Bytes it takes; 0 if more are needed, above 4 if it is none. */
  readonly bytes: number;
}

/** A variable byte integer, MQTT 5, section 1.5.5. */
const readNumber = (bytes: Uint8Array, at: number): VariableNumber => {
  let value = 0;
  for (let index = 0; index < maximumLengthBytes; index += 1) {
    const byte = bytes[at + index];
    if (byte === undefined) return { value: 0, bytes: 0 };
    value += (byte & 0x7f) * 128 ** index;
    if (byte < 0x80) return { value, bytes: index + 1 };
  }
  return { value: 0, bytes: maximumLengthBytes + 1 };
};

const writeNumber = (value: number): readonly number[] => {
  const low = value % 128;
  const high = Math.floor(value / 128);
  return high === 0 ? [low] : [low | 0x80, ...writeNumber(high)];
};

interface Cut {
  /** What stands before the payload: topic, packet id, properties. */
  readonly head: Uint8Array;
  readonly headBytes: number;
}

/** Where the payload of a publication begins; undefined if more bytes are needed, "malformed" if it cannot be. */
const findPayload = (
  body: Uint8Array,
  {
    hasPacketId,
    hasProperties,
  }: { readonly hasPacketId: boolean; readonly hasProperties: boolean },
): Cut | "malformed" | undefined => {
  if (body.length < 2) return undefined;
  const topicBytes = new DataView(body.buffer, body.byteOffset).getUint16(0);
  const fixedBytes = 2 + topicBytes + (hasPacketId ? 2 : 0);
  if (body.length < fixedBytes) return undefined;
  if (!hasProperties) return { head: body.subarray(0, fixedBytes), headBytes: fixedBytes };
  const properties = readNumber(body, fixedBytes);
  if (properties.bytes > maximumLengthBytes) return "malformed";
  if (properties.bytes === 0) return undefined;
  const headBytes = fixedBytes + properties.bytes + properties.value;
  if (properties.value > maximumPropertyBytes) {
    return { head: join([body.subarray(0, fixedBytes), Uint8Array.of(0)]), headBytes };
  }
  return body.length < headBytes ? undefined : { head: body.subarray(0, headBytes), headBytes };
};

type Look =
  | { readonly kind: "more" }
  | { readonly kind: "malformed" }
  | { readonly kind: "pass"; readonly bytes: number }
  | { readonly kind: "cut"; readonly bytes: number; readonly replacement: Uint8Array };

const more: Look = { kind: "more" };
const malformed: Look = { kind: "malformed" };

interface Limits {
  readonly maximumPayloadBytes: number;
  readonly hasProperties: boolean;
  readonly mark: Uint8Array;
}

const lookAtLargePublication = (
  packet: Uint8Array,
  bodyAt: number,
  bodyBytes: number,
  { maximumPayloadBytes, hasProperties, mark }: Limits,
): Look => {
  const first = packet[0] ?? 0;
  const hasPacketId = (first & 0x06) !== 0;
  const found = findPayload(packet.subarray(bodyAt, bodyAt + bodyBytes), {
    hasPacketId,
    hasProperties,
  });
  const bytes = bodyAt + bodyBytes;
  if (found === undefined) return packet.length < bytes ? more : malformed;
  if (found === "malformed" || found.headBytes > bodyBytes) return malformed;
  const { head, headBytes } = found;
  const isHeadWhole = head.length === headBytes;
  if (isHeadWhole && bodyBytes - headBytes <= maximumPayloadBytes) return { kind: "pass", bytes };
  const length = writeNumber(head.length + mark.length);
  const replacement = join([Uint8Array.of(first, ...length), head, mark]);
  return { kind: "cut", bytes, replacement };
};

const look = (packet: Uint8Array, limits: Limits): Look => {
  const first = packet[0];
  if (first === undefined) return more;
  const body = readNumber(packet, 1);
  if (body.bytes === 0) return more;
  if (body.bytes > maximumLengthBytes) return malformed;
  const bodyAt = 1 + body.bytes;
  if (first >> 4 !== publishType) {
    return body.value > maximumControlBytes
      ? malformed
      : { kind: "pass", bytes: bodyAt + body.value };
  }
  if (body.value <= limits.maximumPayloadBytes) return { kind: "pass", bytes: bodyAt + body.value };
  return lookAtLargePublication(packet, bodyAt, body.value, limits);
};

/** A filter for one connection. */
export const createPacketFilter = (limits: Limits): PacketFilter => {
  let kept: Uint8Array = new Uint8Array();
  let passing = 0;
  let skipping = 0;

  const proceed = (reader: ChunkReader): void => {
    passing = reader.pass(passing);
    if (skipping > 0) skipping = reader.skip(skipping);
  };
  const begin = (reader: ChunkReader, seen: Extract<Look, { readonly bytes: number }>): void => {
    if (seen.kind === "pass") {
      passing = seen.bytes;
    } else {
      reader.insert(seen.replacement);
      skipping = seen.bytes;
    }
  };

  return (chunk) => {
    const reader = readChunk(kept.length === 0 ? chunk : join([kept, chunk]));
    kept = new Uint8Array();
    for (proceed(reader); !reader.isAtEnd(); proceed(reader)) {
      const seen = look(reader.rest(), limits);
      if (seen.kind === "malformed") return undefined;
      if (seen.kind === "more") {
        kept = Uint8Array.from(reader.rest());
        break;
      }
      begin(reader, seen);
    }
    reader.flush();
    return reader.parts;
  };
};
