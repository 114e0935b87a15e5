import { z } from "zod";
import type { Candidate } from "./target.ts";
import { defaultPath } from "./url.ts";

const labelText = z.string().meta({ type: ["string", "number", "boolean"] });

const group = z.strictObject({
  targets: z.array(z.string()),
  labels: z.record(z.string(), labelText).default({}),
});

/** Targets in the format of Prometheus's file service discovery, or bare ones. */
export const groupsSchema = z.array(z.union([z.string(), group]));

/** Port of an exporter that is named without one. */
const usualPort = 10_048;

const hasPort = /:\d+$/u;

/** The candidate that a text names: a URL, or a host with or without a port, an IPv6 address in brackets. */
export const candidateOf = (
  text: string,
  labels: Readonly<Record<string, string>> = {},
): Candidate => {
  const { __scheme__: scheme = "http", __metrics_path__: path = defaultPath, ...own } = labels;
  const address = hasPort.test(text) ? text : `${text}:${usualPort}`;
  const url = text.includes("://") ? text : `${scheme}://${address}${path}`;
  return { url, labels: own };
};

/** The candidates of groups. */
export const candidatesOf = (groups: z.output<typeof groupsSchema>): readonly Candidate[] =>
  groups.flatMap((each) =>
    typeof each === "string"
      ? [candidateOf(each)]
      : each.targets.map((text) => candidateOf(text, each.labels)),
  );
