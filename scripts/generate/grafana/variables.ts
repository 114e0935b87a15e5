import { health } from "../../../src/health.ts";
import { datasource } from "./model.ts";

const labelValues = (
  name: string,
  label: string,
  description: string,
  selector: string,
  { isMulti, allValue }: { readonly isMulti: boolean; readonly allValue?: string },
) => {
  const query = `label_values(${selector}, ${name === "board" ? "instance" : name})`;
  return {
    type: "query",
    name,
    label,
    description,
    datasource,
    definition: query,
    query: { qryType: 1, query, refId: "PrometheusVariableQueryEditor-VariableQuery" },
    // On each change of the time range, since boards come and go.
    refresh: 2,
    sort: 1,
    hide: 0,
    multi: isMulti,
    includeAll: isMulti,
    ...(allValue === undefined ? {} : { allValue }),
    current: isMulti ? { selected: true, text: ["All"], value: ["$__all"] } : {},
    options: [],
    regex: "",
    skipUrlSync: false,
  };
};

/** The data source and the boards, rooms and sensors to choose from; one board, or as many as wanted. */
export const variables = (boards: "one" | "many"): readonly Readonly<Record<string, unknown>>[] => {
  // Without it "All" would be a list of ten thousand names, and leave out what has no such label.
  const many = { isMulti: true, allValue: ".*" };
  const up = `${health.up.name}{job=~"$job", instance=~"$board"`;
  return [
    {
      type: "datasource",
      name: "datasource",
      label: "Data source",
      description: "The Prometheus server that scrapes the boards.",
      query: "prometheus",
      refresh: 1,
      hide: 0,
      multi: false,
      includeAll: false,
      current: {},
      options: [],
      regex: "",
      skipUrlSync: false,
    },
    // "All" jobs must not be those of other programs, so here it is the list.
    labelValues("job", "Job", "Scrape job of the boards.", health.build.name, { isMulti: true }),
    labelValues(
      "board",
      "Board",
      "Instance as Prometheus names it.",
      `${health.build.name}{job=~"$job"}`,
      boards === "many" ? many : { isMulti: false },
    ),
    labelValues("room", "Room", "Label room of the sensors.", `${up}}`, many),
    labelValues("sensor", "Sensor", "Name of the sensor.", `${up}, room=~"$room"}`, many),
  ];
};

/** A list of times to choose from, in seconds; the first is chosen at first. */
export const secondsVariable = (
  name: string,
  label: string,
  description: string,
  choices: Readonly<Record<string, number>>,
): Readonly<Record<string, unknown>> => {
  const options = Object.entries(choices).map(([text, seconds], index) => ({
    selected: index === 0,
    text,
    value: String(seconds),
  }));
  return {
    type: "custom",
    name,
    label,
    description,
    query: options.map(({ text, value }) => `${text} : ${value}`).join(","),
    hide: 0,
    multi: false,
    includeAll: false,
    current: options[0],
    options,
    skipUrlSync: false,
  };
};
