import { allowed, joined, list, meant, type Templates } from "./words.ts";

/** Messages about single values and keys. */
export const schemaMessages = {
  "not-a-mapping": (found: string) => ({
    problem: `the file must be a mapping that starts with sensors:; is ${found}`,
    remedy: "start from config/minimal.yaml",
  }),
  missing: (expectation: string) => ({ problem: "is missing", remedy: `it ${expectation}` }),
  "unknown-key": (nearest: string | undefined, known: readonly string[]) => ({
    problem: "is unknown",
    remedy: joined(meant(nearest), allowed(known)),
  }),
  "key-of-other-kind": (driver: string, kind: string) => ({
    problem: `does not apply to ${driver}, which ${kind}`,
    remedy: "remove it",
  }),
  "wrong-type": (type: string, remedy: string | undefined) => ({
    problem: `must be ${type}`,
    remedy,
  }),
  "not-a-choice": (choices: readonly unknown[], nearest: string | undefined) => ({
    problem: choices.length === 1 ? `must be ${list(choices)}` : `must be one of ${list(choices)}`,
    remedy: meant(nearest),
  }),
  "not-text": (source: string) => ({
    problem: `must be text`,
    remedy: `write "${source}" with quotes`,
  }),
  "too-small": (least: string) => ({ problem: `must be ${least}` }),
  "too-large": (most: string) => ({ problem: `must be ${most}` }),
  "not-a-multiple": (divisor: string) => ({ problem: `must be a multiple of ${divisor}` }),
  "wrong-form": (form: string) => ({ problem: `must be ${form}` }),
  "no-variant": (variants: readonly string[]) => ({
    problem: `must be ${variants.join(" or ")}`,
  }),
  refused: (reason: string) => ({ problem: reason }),
  "duration-form": (remedy: string | undefined) => ({
    problem: "must be a duration with its unit, such as 250ms, 30s, 5m or 1h30m",
    remedy,
  }),
  "duration-range": (shortest: string, longest: string) => ({
    problem: `must be a duration from ${shortest} to ${longest}`,
  }),
  "measure-form": (dimension: string, units: readonly string[]) => ({
    problem: `must be a number, or a number with a unit of ${dimension} (${list(units)})`,
  }),
  "measure-range": (dimension: string, least: string, most: string) => ({
    problem: `must be a ${dimension} with its unit, from ${least} to ${most}`,
  }),
} satisfies Templates;
