import { exporterSection } from "./board-exporter.ts";
import { mqttSection } from "./board-mqtt.ts";
import { sensorsSection, summarySection } from "./board-sensors.ts";
import { boardsSection } from "./fleet-boards.ts";
import { costSection } from "./fleet-cost.ts";
import { roomsSection } from "./fleet-rooms.ts";
import { nowSection, troubleSection } from "./fleet-trouble.ts";
import { uids } from "./links.ts";
import { datasource, layOut, type Section } from "./model.ts";
import { readingSections, stateSection } from "./readings.ts";
import { selectBoards } from "./selectors.ts";
import { secondsVariable, variables } from "./variables.ts";

const tag = "sensor-exporter";

/** Grafana's own marks, and one where an exporter has started. */
const annotations = [
  {
    builtIn: 1,
    datasource: { type: "grafana", uid: "-- Grafana --" },
    enable: true,
    hide: true,
    iconColor: "rgba(0, 211, 255, 1)",
    name: "Annotations & Alerts",
    type: "dashboard",
  },
  {
    datasource,
    enable: true,
    hide: false,
    iconColor: "blue",
    name: "Starts",
    expr: `process_start_time_seconds{${selectBoards}} * 1000`,
    titleFormat: "Exporter started",
    textFormat: "{{instance}}",
    useValueForTime: true,
  },
];

const dashboard = (about: {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly range: string;
  readonly variables: readonly unknown[];
  readonly sections: readonly Section[];
}) => ({
  uid: about.uid,
  title: about.title,
  description: about.description,
  tags: [tag],
  schemaVersion: 39,
  version: 1,
  editable: true,
  graphTooltip: 1,
  timezone: "browser",
  refresh: "30s",
  time: { from: about.range, to: "now" },
  timepicker: {},
  templating: { list: about.variables },
  annotations: { list: annotations },
  links: [
    {
      type: "dashboards",
      title: "Sensors",
      tags: [tag],
      asDropdown: false,
      includeVars: true,
      keepTime: true,
      targetBlank: false,
      icon: "external link",
      tooltip: "",
      url: "",
    },
  ],
  panels: layOut(about.sections),
});

const store = (content: unknown): string => `${JSON.stringify(content, null, 2)}\n`;

/** The page of the whole fleet, as Grafana reads it. */
export const renderFleetDashboard = (): string =>
  store(
    dashboard({
      uid: uids.fleet,
      title: "Sensors: fleet",
      description:
        "All boards of sensor-exporter: what is up, what is in trouble, and what it costs.",
      range: "now-6h",
      variables: [
        ...variables("many"),
        secondsVariable("silent", "Silent after", "Age from which a sensor counts as silent.", {
          "15 minutes": 900,
          "5 minutes": 300,
          "1 hour": 3600,
          "6 hours": 21_600,
          "1 day": 86_400,
        }),
      ],
      sections: [nowSection, troubleSection, roomsSection, boardsSection, costSection],
    }),
  );

/** The page of one board, as Grafana reads it. */
export const renderBoardDashboard = (): string => {
  const [open, ...closed] = readingSections();
  return store(
    dashboard({
      uid: uids.board,
      title: "Sensors: board",
      description:
        "One board of sensor-exporter: its sensors, whatever they measure, and the exporter itself.",
      range: "now-24h",
      variables: variables("one"),
      sections: [
        summarySection,
        sensorsSection,
        stateSection(),
        ...(open === undefined ? [] : [open]),
        exporterSection,
        mqttSection,
        ...closed,
      ],
    }),
  );
};
