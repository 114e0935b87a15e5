import { type Firmware, json, retained, rounded } from "../microcontroller.ts";

const secondsPerReport = 5;
const wattSecondsPerWattHour = 3600;

/** A relay of the second generation: https://shelly-api-docs.shelly.cloud/gen2/ComponentsAndServices/Switch. */
export const firmware: Firmware = (surroundings) => {
  const relay = surroundings("heat pump");
  const prefix = "shellyplus1pm-a8032ab1c2d3";
  let wattHours = 18_340.5;
  return {
    announce: () => [retained(`${prefix}/online`, "true")],
    report: () => {
      const watts = 400 * relay.value("powerWatts");
      const celsius = relay.value("temperatureCelsius") + 20;
      wattHours += (watts * secondsPerReport) / wattSecondsPerWattHour;
      return [
        json(`${prefix}/status/switch:0`, {
          id: 0,
          source: "init",
          output: true,
          apower: rounded(watts, 1),
          voltage: 231.2,
          freq: 50,
          current: rounded(watts / 231.2, 3),
          aenergy: { total: rounded(wattHours, 3), by_minute: [0, 0, 0], minute_ts: 0 },
          temperature: { tC: rounded(celsius, 1), tF: rounded(celsius * 1.8 + 32, 1) },
        }),
      ];
    },
  };
};
