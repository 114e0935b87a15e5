import { canBeTargetLabel } from "../config/labels.ts";
import type { Labels } from "../reading.ts";
import type { Admission } from "./admission.ts";
import { addressOf, defaultPath, parseTargetUrl, urlTextOf } from "./url.ts";

/** What a source says of a target, be it true or not. */
export interface Candidate {
  readonly url: string;
  readonly labels: Labels;
  /** Name of the target where its address is no name and may change. */
  readonly instance?: string | undefined;
}

/** A target as Prometheus gets it. */
export interface Target {
  readonly url: string;
  readonly address: string;
  readonly labels: Labels;
}

/** Why a candidate is no target. */
export type TargetRefusal = "malformed" | "url" | "host" | "labels" | "limit";

/** What candidates of a source have to be like. */
export interface TargetRules {
  readonly admits: Admission;
  /** True for a label that the source may give. */
  readonly isLabel: (name: string) => boolean;
}

const maximumLabels = 16;
const longestValue = 256;
// https://prometheus.io/docs/concepts/data_model: those that begin with __ are Prometheus's own.
const ownLabel = /^(?!__)[a-zA-Z_][a-zA-Z0-9_]{0,63}$/u;

/** Rules of a source that anybody on the network can speak through. */
export const rulesOfStrangers = (admits: Admission): TargetRules => ({
  admits,
  isLabel: canBeTargetLabel,
});

/** Rules of a source that is the user's own, who may name `job` and `instance` as well. */
export const rulesOfOwner: TargetRules = {
  admits: () => true,
  isLabel: (name) => ownLabel.test(name),
};

const isValue = (value: string): boolean =>
  value !== "" && value.length <= longestValue && !/\p{Surrogate}/u.test(value);

const areLabels = (labels: Labels, isLabel: TargetRules["isLabel"]): boolean => {
  const entries = Object.entries(labels);
  return (
    entries.length <= maximumLabels &&
    entries.every(([name, value]) => isLabel(name) && isValue(value))
  );
};

/** The target that a candidate is, or why it is none. */
export const checkCandidate = (
  { url, labels, instance }: Candidate,
  { admits, isLabel }: TargetRules,
): Target | TargetRefusal => {
  const parsed = parseTargetUrl(url);
  if (parsed === undefined) return "url";
  if (!admits(parsed.host)) return "host";
  if (!areLabels(labels, isLabel)) return "labels";
  return {
    url: urlTextOf(parsed),
    address: addressOf(parsed),
    labels: {
      ...(parsed.scheme === "http" ? {} : { __scheme__: parsed.scheme }),
      ...(parsed.path === defaultPath ? {} : { __metrics_path__: parsed.path }),
      ...(instance === undefined ? {} : { instance }),
      ...labels,
    },
  };
};
