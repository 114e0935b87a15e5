import type { Certainty, Detection, Finding, Suggestion } from "./finding.ts";

/** An entry with the name that it gets. */
export interface NamedEntry extends Omit<Suggestion, "names"> {
  readonly name: string;
}

/** A finding whose entries have names that nothing else has. */
export interface NamedFinding extends Omit<Finding, "suggestions"> {
  readonly certainty: Certainty;
  readonly entries: readonly NamedEntry[];
}

const freeName = (wanted: readonly string[], taken: ReadonlySet<string>): string => {
  const free = wanted.find((name) => !taken.has(name));
  if (free !== undefined) return free;
  const last = wanted.at(-1) ?? "sensor";
  let number = 2;
  while (taken.has(`${last} ${number}`)) number += 1;
  return `${last} ${number}`;
};

/** Gives every entry a name; the same board gets the same names each time. */
export const nameFindings = ({ findings }: Detection): readonly NamedFinding[] => {
  const taken = new Set<string>();
  return findings.map(({ suggestions, ...finding }) => ({
    ...finding,
    entries: suggestions.map(({ names, ...entry }) => {
      const name = freeName(names, taken);
      taken.add(name);
      return { name, ...entry };
    }),
  }));
};
