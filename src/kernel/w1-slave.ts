import { SensorError } from "../errors.ts";

// Documentation/w1/slaves/w1_therm.rst: two lines, the first of the nine bytes just read and whether their checksum
// matched, the second of those read last with a right one, and the temperature.
const twoLines =
  /^(?<bytes>([0-9a-f]{2} ){9}): crc=[0-9a-f]{2} (?<verdict>YES|NO)\n([0-9a-f]{2} ){9}t=(?<millidegrees>-?\d+)$/;

/** Millidegrees from the text of `w1_slave`; `checksum`, or `no-data` if the bytes cannot come from a thermometer. */
export const millidegreesOfW1Slave = (path: string, text: string): number => {
  const groups = twoLines.exec(text)?.groups;
  if (groups === undefined) {
    throw new SensorError("no-data", `${path} does not hold what w1_therm writes`);
  }
  if (groups["verdict"] !== "YES") {
    throw new SensorError("checksum", `${path}: the checksum does not match`, {
      remedy: "Shorten the cable, and check the pull-up of 4.7 kΩ on the data line.",
    });
  }
  // Nine zeros have a right checksum. Of a working chip, byte 5 is 0xff and byte 7 is 0x10 (datasheets, memory map).
  if (/^[0 ]+$/.test(groups["bytes"] ?? "")) {
    throw new SensorError("no-data", `${path}: all bytes are zero`, {
      remedy: "Check the data line: it seems to be shorted to ground.",
    });
  }
  return Number(groups["millidegrees"]);
};
