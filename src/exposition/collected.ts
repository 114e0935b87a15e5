import { renderLabels, renderNumber } from "../store/text.ts";
import { type FamilyHeader, type Format, renderHeader } from "./format.ts";

/** A metric as prom-client hands it out, with its samples. */
export interface CollectedMetric {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly values: readonly CollectedValue[];
}

interface CollectedValue {
  readonly value: number;
  readonly labels: Readonly<Partial<Record<string, string | number>>>;
  /** Name of the sample where it is not the metric's, as in the parts of a histogram. */
  readonly metricName?: string;
}

const unitAtEnd = /_(seconds|bytes)(?:_total)?$/;

const headerOf = ({ name, help, type }: CollectedMetric): FamilyHeader | undefined => {
  const unit = unitAtEnd.exec(name)?.[1];
  if (type === "gauge" && name.endsWith("_info")) return { name, help, type: "info" };
  if (type === "gauge" || type === "counter" || type === "histogram")
    return { name, help, type, unit };
  return undefined;
};

const renderValue = ({ value, labels, metricName }: CollectedValue, name: string): string => {
  const texts = Object.entries(labels).map(([label, text]) => [label, String(text ?? "")]);
  const rendered = renderLabels(Object.fromEntries(texts));
  // A value that is not there yet is not a number: it is left out, like every value that was not measured.
  if (rendered === undefined || !Number.isFinite(value)) return "";
  return `${metricName ?? name}${rendered} ${renderNumber(value)}\n`;
};

/** One of prom-client's metrics in our formats; the empty string if it has no samples. */
export const renderCollected = (metric: CollectedMetric, format: Format): string => {
  const header = headerOf(metric);
  const samples = metric.values.map((value) => renderValue(value, metric.name)).join("");
  return header === undefined || samples === "" ? "" : renderHeader(header, format) + samples;
};
