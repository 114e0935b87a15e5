import { type Firmware, json, rounded } from "../microcontroller.ts";

const absoluteZeroCelsius = -273.15;

/** Two boards with firmware of their owner's, who has a rule for them in the configuration. */
export const firmware: Firmware = (surroundings) => {
  const plants = ["basil", "monstera"].map((name) => ({ name, air: surroundings(name) }));
  return {
    announce: () => [],
    report: () =>
      plants.map(({ name, air }) =>
        json(`plant/kitchen/${name}/climate`, {
          env: {
            t: rounded(air.value("temperatureCelsius") - absoluteZeroCelsius, 2),
            rh: rounded(100 * air.value("relativeHumidityRatio"), 1),
          },
          soil: rounded(100 * air.value("soilMoistureRatio"), 0),
          bat: [{ level: 64 }],
        }),
      ),
  };
};
