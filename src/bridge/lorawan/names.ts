import type { Meaning } from "../meaning.ts";

const contact: Meaning = { quantity: "contactOpen", words: { close: 0 } };
const leak: Meaning = { quantity: "leakDetected", words: { leak: 1, normal: 0 } };

/**
 * Names of decoders that the common vocabulary does not know, in lower case without separators: of Cayenne LPP as The
 * Things Stack and ChirpStack write it, of Dragino, Milesight and Elsys.
 */
export const decoderNames: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ["temperaturesensor", { quantity: "temperatureCelsius" }],
  ["humiditysensor", { quantity: "relativeHumidityRatio", unit: "%" }],
  ["barometer", { quantity: "pressurePascals", unit: "hPa" }],
  ["illuminancesensor", { quantity: "illuminanceLux" }],
  ["presencesensor", { quantity: "occupancyDetected" }],
  ["digitalinput", { quantity: "inputActive" }],
  ["digitalin", { quantity: "inputActive" }],
  ["digitaloutput", { quantity: "switchOn" }],
  ["digitalout", { quantity: "switchOn" }],
  ["percentage", { quantity: "ratio", unit: "%" }],
  ["switch", { quantity: "switchOn" }],
  ["vdd", { quantity: "batteryVoltageVolts", unit: "mV" }],
  ["doorstatus", contact],
  ["dooropenstatus", contact],
  ["magnetstatus", contact],
  ["dooropentimes", { quantity: "activationsTotal" }],
  ["lastdooropenduration", { quantity: "durationSeconds", unit: "min" }],
  ["waterleakstatus", leak],
  ["waterleak", leak],
  ["waterleaktimes", { quantity: "activationsTotal" }],
  ["occupancy", { quantity: "occupancyDetected", words: { occupied: 1, vacant: 0 } }],
  ["tamperstatus", { quantity: "tamperDetected", words: { installed: 0, uninstalled: 1 } }],
  ["alarm", { quantity: "alarmActive" }],
  ["watersoil", { quantity: "soilMoistureRatio", unit: "%" }],
  ["tempsoil", { quantity: "temperatureCelsius", labels: { channel: "soil" } }],
  ["conductsoil", { quantity: "conductivitySiemensPerMeter", unit: "µS/cm" }],
  ["pulse", { quantity: "pulsesTotal" }],
  ["pulses", { quantity: "pulsesTotal" }],
  ["pulsecount", { quantity: "pulsesTotal" }],
]);

/** Words of settings, codes, limits and identifiers. */
export const codeWords: ReadonlySet<string> = new Set(
  (
    "freq frequency band sub model mode mod version ver firmware hardware fw hw id eui type port fport time " +
    "timestamp date datetime unixtime payload raw bytes flag flags trigger istatus valid err error interval tdc " +
    "period sn serial msg message node code protocol alarm threshold limit offset enable enabled calibration unit " +
    "units config history length crc checksum reason"
  ).split(" "),
);
