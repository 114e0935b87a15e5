import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodePayload } from "../../src/bridge/sparkplug/payload.ts";

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, "hex"));

/** Field 2 (metrics) of 25 bytes: name "Temperature", timestamp left out, datatype 10, double_value 21.5. */
const temperature = bytesOf("1218" + "0a0b54656d7065726174757265" + "200a" + "690000000000803540");

describe("Sparkplug B payloads", () => {
  it("are read by the field numbers of sparkplug_b.proto", () => {
    expect(decodePayload(temperature)).toEqual({
      metrics: [{ name: "Temperature", datatype: 10, value: 21.5 }],
      uuid: undefined,
    });
  });

  it("keep integers of 64 bits whole", () => {
    // long_value (11): 2^64 - 1 as a varint of ten bytes.
    expect(decodePayload(bytesOf("120b58ffffffffffffffffff01"))?.metrics).toEqual([
      { value: 2n ** 64n - 1n },
    ]);
  });

  it("give nothing when they are cut off", () => {
    const ends = [...temperature.keys()].slice(1);
    expect(ends.map((end) => decodePayload(temperature.subarray(0, end)))).toEqual(
      ends.map(() => undefined),
    );
  });

  it("never throw, whatever the bytes are", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const decoded = decodePayload(bytes);
        expect(decoded === undefined || Array.isArray(decoded.metrics)).toBe(true);
      }),
    );
  });
});
