import { describe, expect, it } from "vitest";
import { backOffMs } from "../../src/bridge/client/back-off.ts";
import { createPacketFilter } from "../../src/bridge/client/packet-filter.ts";

const mark = Uint8Array.of(0xaa, 0xbb);

/** What comes out if the bytes arrive in pieces of that size. */
const filtered = (
  bytes: Uint8Array,
  pieceBytes: number,
  { maximumPayloadBytes = 4, hasProperties = false } = {},
): Uint8Array | undefined => {
  const filter = createPacketFilter({ maximumPayloadBytes, hasProperties, mark });
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    const passed = filter(bytes.slice(at, at + pieceBytes));
    if (passed === undefined) return undefined;
    parts.push(...passed);
  }
  return Uint8Array.from(Buffer.concat(parts));
};

const ping = [0xd0, 0];
// MQTT 5, section 3.3: type and flags, length, topic, packet id for QoS above 0, properties, payload.
const small = [0x30, 7, 0, 1, 0x61, 1, 2, 3, 4];
const large = [0x30, 8, 0, 1, 0x61, 1, 2, 3, 4, 5];
const largeOnce = [0x33, 10, 0, 1, 0x61, 0, 9, 1, 2, 3, 4, 5];
const largeOfVersion5 = [0x32, 13, 0, 1, 0x61, 0, 9, 2, 0x01, 0x00, 1, 2, 3, 4, 5];

describe("the filter of packets", () => {
  describe.each([1, 2, 3, 5, 7, 1000])("in pieces of %d bytes", (pieceBytes) => {
    it("hands on what is small enough as it is", () => {
      const bytes = Uint8Array.of(...ping, ...small, ...ping);
      expect(filtered(bytes, pieceBytes)).toEqual(bytes);
    });

    it("puts a mark in the place of a large payload, and keeps what an acknowledgement needs", () => {
      const bytes = Uint8Array.of(...small, ...large, ...largeOnce, ...ping);
      expect(filtered(bytes, pieceBytes)).toEqual(
        Uint8Array.of(
          ...small,
          ...[0x30, 5, 0, 1, 0x61, 0xaa, 0xbb],
          ...[0x33, 7, 0, 1, 0x61, 0, 9, 0xaa, 0xbb],
          ...ping,
        ),
      );
    });

    it("keeps the properties of MQTT 5, which do not count as payload", () => {
      const exact = [0x32, 12, 0, 1, 0x61, 0, 9, 2, 0x01, 0x00, 1, 2, 3, 4];
      const bytes = Uint8Array.of(...largeOfVersion5, ...exact);
      expect(filtered(bytes, pieceBytes, { hasProperties: true })).toEqual(
        Uint8Array.of(0x32, 10, 0, 1, 0x61, 0, 9, 2, 0x01, 0x00, 0xaa, 0xbb, ...exact),
      );
    });
  });

  it("leaves out properties that are larger than any sensible ones", () => {
    // 70,000 is f0 a2 04, and with topic and length 70,006 is f6 a2 04 (section 1.5.5).
    const bytes = Uint8Array.of(
      0x30,
      0xf6,
      0xa2,
      4,
      0,
      1,
      0x61,
      0xf0,
      0xa2,
      4,
      ...new Uint8Array(70_000),
      ...ping,
    );
    expect(filtered(bytes, 1000, { hasProperties: true })).toEqual(
      Uint8Array.of(0x30, 6, 0, 1, 0x61, 0, 0xaa, 0xbb, ...ping),
    );
  });

  it.each([
    ["a length of five bytes", [0x30, 0x80, 0x80, 0x80, 0x80, 1], false],
    ["a topic that is longer than its packet", [0x30, 8, 0xff, 0xff, 1, 2, 3, 4, 5, 6], false],
    [
      "properties that are longer than their packet",
      [0x30, 8, 0, 1, 0x61, 9, 1, 2, 3, 4, ...large],
      true,
    ],
    ["an answer of two megabytes", [0x90, 0x80, 0x80, 0x80, 1], false],
  ])("takes %s for no MQTT", (_what, bytes, hasProperties) => {
    expect(filtered(Uint8Array.from(bytes), 1, { hasProperties })).toBeUndefined();
  });
});

describe("the wait before the next attempt", () => {
  it("is anything up to a limit that doubles from a second to a minute", () => {
    const longest = [1, 2, 3, 4, 5, 6, 7, 8, 5000].map((failures) => backOffMs(failures, () => 1));
    expect(longest).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60].map((seconds) => seconds * 1000));
    expect(backOffMs(3, () => 0.25)).toBe(1000);
  });
});
