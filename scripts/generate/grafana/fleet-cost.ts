import { perMinute } from "./expressions.ts";
import { fromSeries } from "./links.ts";
import type { Section } from "./model.ts";
import { graph } from "./panels.ts";
import { own, selectBoards } from "./selectors.ts";

/** What the fleet costs Prometheus, and the brokers. */
export const costSection: Section = {
  title: "Cost",
  panels: [
    graph({
      title: "Samples per scrape",
      description:
        "All series that one scrape of every board brings, and those of readings among them.",
      unit: "short",
      width: 8,
      minimum: 0,
      queries: [
        { expression: `sum(scrape_samples_scraped{${selectBoards}})`, legend: "all" },
        { expression: `sum(${own("series")})`, legend: "readings" },
      ],
    }),
    graph({
      title: "Largest scrapes",
      description: "The twenty boards whose scrapes bring most series.",
      unit: "short",
      width: 8,
      minimum: 0,
      queries: [
        {
          expression: `topk(20, scrape_samples_scraped{${selectBoards}})`,
          legend: "{{instance}}",
        },
      ],
      link: fromSeries,
    }),
    graph({
      title: "Slowest scrapes",
      description: "The twenty boards whose scrapes take longest, the network included.",
      unit: "s",
      width: 8,
      minimum: 0,
      queries: [
        {
          expression: `topk(20, scrape_duration_seconds{${selectBoards}})`,
          legend: "{{instance}}",
        },
      ],
      link: fromSeries,
    }),
    graph({
      title: "Series in use",
      description:
        "The twenty boards that are nearest to their own limit of series (limits.series).",
      unit: "percentunit",
      width: 8,
      minimum: 0,
      queries: [
        {
          expression: `topk(20, ${own("series")} / ${own("seriesLimit")})`,
          legend: "{{instance}}",
        },
      ],
      steps: [{ color: "green" }, { from: 0.8, color: "orange" }, { from: 0.95, color: "red" }],
      link: fromSeries,
    }),
    graph({
      title: "MQTT messages",
      description:
        "Messages in a minute that a rule or a dialect has taken, by the name of the broker.",
      unit: "cpm",
      width: 8,
      minimum: 0,
      queries: [{ expression: perMinute(own("mqttMessages"), "broker"), legend: "{{broker}}" }],
    }),
    graph({
      title: "MQTT devices",
      description: "Devices that publish, by the name of the broker.",
      unit: "short",
      width: 8,
      minimum: 0,
      queries: [{ expression: `sum by (broker) (${own("mqttDevices")})`, legend: "{{broker}}" }],
    }),
  ],
};
