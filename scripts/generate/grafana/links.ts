import { type Link, variable } from "./model.ts";

/** Identifiers of the dashboards, which stay as they are for ever: links and bookmarks hold them. */
export const uids = { fleet: "sensor-exporter-fleet", board: "sensor-exporter-board" } as const;

const chosen = ["datasource:queryparam", "job:queryparam", "__url_time_range"]
  .map(variable)
  .join("&");

const toBoard = (board: string): Link => ({
  title: "Open the board",
  url: `/d/${uids.board}/board?var-board=${board}&${chosen}`,
});

/** From the cell of a table that has the name of a board to the page of the board. */
export const fromCell: Link = toBoard(variable("__value.text"));

/** From a series to the page of its board. */
export const fromSeries: Link = toBoard(variable("__field.labels.instance"));
