import { sensirionCrc8 } from "../checksums.ts";
import { SensorError } from "../errors.ts";

const signedWordLength = 3; // two bytes, high one first, and their checksum

/**
 * The unsigned 16-bit words of an answer in which a checksum follows each of them; throws `checksum` if one is wrong.
 * `what` names the answer in the message.
 */
export const sensirionWords = (bytes: Uint8Array, what: string): readonly number[] => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / signedWordLength }, (_, index) => {
    const offset = index * signedWordLength;
    const checksum = view.getUint8(offset + 2);
    if (sensirionCrc8(bytes.subarray(offset, offset + 2)) !== checksum) {
      throw new SensorError("checksum", `the checksum of ${what} is wrong in word ${index + 1}`);
    }
    return view.getUint16(offset);
  });
};
