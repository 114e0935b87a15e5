import { reading } from "./expressions.ts";
import { fromSeries } from "./links.ts";
import type { Section } from "./model.ts";
import { bars, graph } from "./panels.ts";

/** What people are in the house for: how it is in its rooms. */
export const roomsSection: Section = {
  title: "Rooms",
  panels: [
    graph({
      title: "Temperature by room",
      description: "Mean of the thermometers that have the label room.",
      unit: "celsius",
      width: 12,
      queries: [
        {
          expression: `avg by (room) (${reading("temperatureCelsius", 'room!=""')})`,
          legend: "{{room}}",
        },
      ],
    }),
    graph({
      title: "Relative humidity by room",
      description: "Mean of the hygrometers that have the label room.",
      unit: "percentunit",
      width: 12,
      minimum: 0,
      queries: [
        {
          expression: `avg by (room) (${reading("relativeHumidityRatio", 'room!=""')})`,
          legend: "{{room}}",
        },
      ],
    }),
    bars({
      title: "Emptiest batteries",
      description: "The twenty devices whose batteries have least left.",
      unit: "percentunit",
      width: 12,
      query: {
        expression: `sort(bottomk(20, ${reading("batteryRatio")}))`,
        legend: "{{instance}} {{sensor}}",
      },
      steps: [{ color: "red" }, { from: 0.2, color: "orange" }, { from: 0.4, color: "green" }],
      link: fromSeries,
    }),
    bars({
      title: "Weakest radio signals",
      description: "The twenty devices that are heard worst, by the power they are received with.",
      unit: "dBm",
      width: 12,
      query: {
        expression: `sort(bottomk(20, ${reading("signalStrengthDbm")}))`,
        legend: "{{instance}} {{sensor}}",
      },
      steps: [{ color: "red" }, { from: -85, color: "orange" }, { from: -75, color: "green" }],
      link: fromSeries,
    }),
  ],
};
