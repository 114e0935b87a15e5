import type { Meaning } from "../meaning.ts";

const celsius = (quantity: "temperatureCelsius" | "temperatureSetpointCelsius", channel: string) =>
  ({ quantity, unit: "°C", labels: { channel: `OPENTHERM_${channel}` } }) satisfies Meaning;

const flag = (quantity: "state" | "problemDetected", channel: string) =>
  ({ quantity, labels: { channel: `OPENTHERM_${channel}` } }) satisfies Meaning;

// Keys by docs/OpenTherm.md of Tasmota; OpenTherm writes degrees Celsius whatever the device shows.
const meanings: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ["TB", celsius("temperatureCelsius", "TB")],
  ["TDHW", celsius("temperatureCelsius", "TDHW")],
  ["TR", celsius("temperatureCelsius", "TR")],
  ["TRET", celsius("temperatureCelsius", "TRET")],
  ["DHWS", celsius("temperatureSetpointCelsius", "DHWS")],
  ["TMAX", celsius("temperatureSetpointCelsius", "TMAX")],
  ["BTMP/REQ", celsius("temperatureSetpointCelsius", "BTMP_REQ")],
  ["BTMP/ACT", celsius("temperatureSetpointCelsius", "BTMP_ACT")],
  ["HWTMP/REQ", celsius("temperatureSetpointCelsius", "HWTMP_REQ")],
  ["HWTMP/ACT", celsius("temperatureSetpointCelsius", "HWTMP_ACT")],
  ["FLM", { quantity: "ratio", unit: "%", labels: { channel: "OPENTHERM_FLM" } }],
  ["SLAVE/FAULT", flag("problemDetected", "SLAVE_FAULT")],
  ["SLAVE/CH", flag("state", "SLAVE_CH")],
  ["SLAVE/DHW", flag("state", "SLAVE_DHW")],
  ["SLAVE/FL", flag("state", "SLAVE_FL")],
  ["SLAVE/COOL", flag("state", "SLAVE_COOL")],
  ["SLAVE/CH2", flag("state", "SLAVE_CH2")],
  ["SLAVE/DIAG", flag("state", "SLAVE_DIAG")],
]);

/** What stands below OPENTHERM: a boiler behind the device. */
export const interpretOpenTherm = (path: readonly string[]): Meaning | string =>
  meanings.get(path.join("/")) ?? "a code of the boiler";
