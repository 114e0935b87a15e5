import { wellFormed } from "../store/text.ts";
import type { Family } from "../store.ts";

/** The two text formats of the exposition. */
export type Format = "text" | "openmetrics";

/** What a response in this format must be labelled with; Prometheus 3 refuses anything it does not know. */
export const contentTypes: Readonly<Record<Format, string>> = {
  text: "text/plain; version=0.0.4; charset=utf-8",
  openmetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8",
};

/** Ends an OpenMetrics exposition, so that a truncated one is told from a whole one. */
export const endOfExposition: Readonly<Record<Format, string>> = {
  text: "",
  openmetrics: "# EOF\n",
};

/** A family as its header needs it; histograms come from prom-client, all else from the store. */
export interface FamilyHeader extends Omit<Family, "type"> {
  readonly type: Family["type"] | "histogram";
}

/** The part of a sample's name that OpenMetrics does not hold to be the family's. */
const suffixes: Readonly<Partial<Record<FamilyHeader["type"], RegExp>>> = {
  counter: /_total$/,
  info: /_info$/,
};

const textHeader = ({ name, type, help }: FamilyHeader): string => {
  const escaped = wellFormed(help).replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
  // The format has no info type; client libraries write gauges.
  return `# HELP ${name} ${escaped}\n# TYPE ${name} ${type === "info" ? "gauge" : type}\n`;
};

const openMetricsHeader = ({ name, type, help, unit }: FamilyHeader): string => {
  const family = name.replace(suffixes[type] ?? "", "");
  const escaped = wellFormed(help)
    .replaceAll("\\", "\\\\")
    .replaceAll("\n", "\\n")
    .replaceAll('"', '\\"');
  const unitLine = unit === undefined ? "" : `# UNIT ${family} ${unit}\n`;
  return `# TYPE ${family} ${type}\n${unitLine}# HELP ${family} ${escaped}\n`;
};

/** HELP, TYPE and UNIT of a family. Sample lines are the same in both formats, these are not. */
export const renderHeader = (family: FamilyHeader, format: Format): string =>
  format === "text" ? textHeader(family) : openMetricsHeader(family);
