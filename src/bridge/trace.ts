import type { Labels } from "../reading.ts";

/** One thing that came of a message, for `explain`. */
export type Finding =
  | {
      readonly kind: "reading";
      readonly from: string;
      readonly metric: string;
      readonly labels: Labels;
      readonly value: number;
      readonly written: "stored" | "unchanged" | "waiting" | "refused";
    }
  | {
      readonly kind: "refused";
      readonly from: string;
      readonly reason: string;
      readonly published: string;
    }
  | { readonly kind: "missing"; readonly from: string }
  | { readonly kind: "ignored"; readonly from: string; readonly why: string }
  | {
      readonly kind: "availability";
      readonly from: string;
      readonly word: string;
      readonly presence: string;
    }
  | { readonly kind: "notice"; readonly what: string }
  /** What follows came of a message that had arrived before and can be understood now. */
  | { readonly kind: "again"; readonly topic: string };

/** Takes what comes of a message; there is none unless somebody wants to know why. */
export type Trace = (finding: Finding) => void;

const longestShown = 60;

/** A published value as a person may see it, cut short. */
export const shown = (published: unknown): string => {
  // Not `String`: a published object may have a `toString` of its own, which is no function.
  const text = JSON.stringify(published) ?? String(published);
  return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
};

/** A path as a person would write it: `env.t`, `bat[0].level`, `["heat.index"]`. */
export const pathText = (path: readonly string[]): string =>
  path
    .map((key, index) => {
      if (/^\d+$/u.test(key)) return `[${key}]`;
      if (!/^[A-Za-z_][\w-]*$/u.test(key)) return `[${JSON.stringify(key)}]`;
      return index === 0 ? key : `.${key}`;
    })
    .join("");
