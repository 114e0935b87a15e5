import { type Firmware, json, retained, rounded } from "../microcontroller.ts";

const device = {
  ids: "a8032ac4d5e6",
  name: "greenhouse station",
  sw: "2026.8.0",
  mdl: "esp32dev",
  mf: "Espressif",
};

const entity = (object: string, deviceClass: string, unit: string, name: string) =>
  json(
    `homeassistant/sensor/greenhouse-station/${object}/config`,
    {
      dev_cla: deviceClass,
      unit_of_meas: unit,
      stat_cla: "measurement",
      name,
      stat_t: `greenhouse-station/sensor/${object}/state`,
      avty_t: "greenhouse-station/status",
      uniq_id: `a8032ac4d5e6-sensor-${object}`,
      dev: device,
    },
    true,
  );

/** Firmware of ESPHome, which announces its entities: https://esphome.io/components/mqtt.html. */
export const firmware: Firmware = (surroundings) => {
  const air = surroundings("greenhouse station");
  const state = (object: string, value: number, decimals: number) =>
    retained(`greenhouse-station/sensor/${object}/state`, value.toFixed(decimals));
  return {
    announce: () => [
      entity("air_temperature", "temperature", "°C", "Air Temperature"),
      entity("air_humidity", "humidity", "%", "Air Humidity"),
      entity("co2", "carbon_dioxide", "ppm", "CO2"),
      entity("light", "illuminance", "lx", "Light"),
      retained("greenhouse-station/status", "online"),
    ],
    report: () => [
      state("air_temperature", air.value("temperatureCelsius"), 1),
      state("air_humidity", 100 * air.value("relativeHumidityRatio"), 1),
      state("co2", air.value("carbonDioxidePpm"), 0),
      state("light", rounded(air.value("illuminanceLux"), 1), 1),
    ],
  };
};
