import { type Firmware, json, retained, rounded } from "../microcontroller.ts";

const secondsPerReport = 5;
const wattSecondsPerKilowattHour = 3_600_000;

/** A plug that meters, with a thermometer on its side; topics of https://tasmota.github.io/docs/MQTT. */
export const firmware: Firmware = (surroundings) => {
  const plug = surroundings("washing machine");
  const startedMs = plug.nowMs();
  let totalKilowattHours = 412.7;
  return {
    announce: () => [
      json(
        "tasmota/discovery/A8032A1F2B3C/config",
        {
          ip: "192.0.2.31",
          dn: "washing machine",
          fn: ["washing machine"],
          hn: "plug-2b3c",
          mac: "A8032A1F2B3C",
          md: "Sonoff S31",
          t: "plug_2B3C",
          ft: "%prefix%/%topic%/",
          tp: ["cmnd", "stat", "tele"],
          ofln: "Offline",
          onln: "Online",
          sw: "14.2.0",
        },
        true,
      ),
      retained("tele/plug_2B3C/LWT", "Online"),
    ],
    report: () => {
      const watts = 90 * plug.value("powerWatts");
      const volts = 231.4;
      totalKilowattHours += (watts * secondsPerReport) / wattSecondsPerKilowattHour;
      return [
        json("tele/plug_2B3C/STATE", {
          UptimeSec: Math.round((plug.nowMs() - startedMs) / 1000),
          POWER: "ON",
          Wifi: { AP: 1, RSSI: 74, Signal: -63 },
        }),
        json("tele/plug_2B3C/SENSOR", {
          ENERGY: {
            Total: rounded(totalKilowattHours, 3),
            Power: rounded(watts, 0),
            Factor: 0.93,
            Voltage: volts,
            Current: rounded(watts / volts / 0.93, 3),
          },
          DS18B20: {
            Id: "0316A279C254",
            Temperature: rounded(plug.value("temperatureCelsius") + 4, 1),
          },
          TempUnit: "C",
        }),
      ];
    },
  };
};
