import { z } from "zod";
import { hexadecimal } from "../hexadecimal.ts";
import { type Dimension, parseMeasure, parseMeasureDifference, unitsOf } from "../units.ts";
import { durationPattern, formatDuration, parseDuration } from "./durations.ts";
import { type Statement, say } from "./messages.ts";

interface Issues {
  readonly addIssue: (issue: {
    readonly code: "custom";
    readonly params: Readonly<Record<string, unknown>>;
  }) => void;
}

/** Refuses a value with a message of ours; `isHidden` keeps the value out of it. */
export const refuse = (
  context: Issues,
  statement: Statement,
  { isHidden = false }: { readonly isHidden?: boolean } = {},
): never => {
  context.addIssue({ code: "custom", params: { statement, isHidden } });
  return z.NEVER;
};

/** A duration with its unit, `30s` or `1h30m`, within bounds; milliseconds. */
export const duration = ({
  minimumMs,
  maximumMs,
}: {
  readonly minimumMs: number;
  readonly maximumMs: number;
}) =>
  z
    .unknown()
    .transform((value, context): number => {
      const milliseconds = typeof value === "string" ? parseDuration(value) : undefined;
      if (milliseconds === undefined) {
        return refuse(context, say("duration-form", durationRemedy(value)));
      }
      if (milliseconds >= minimumMs && milliseconds <= maximumMs) return milliseconds;
      const bounds = [formatDuration(minimumMs), formatDuration(maximumMs)] as const;
      return refuse(context, say("duration-range", ...bounds));
    })
    .meta({ title: "duration", type: "string", pattern: durationPattern.source });

const durationRemedy = (value: unknown): string | undefined => {
  const text = String(value);
  if (/^\d+$/.test(text)) return "add a unit: ms, s, m, h or d";
  return /^\d*\.\d+[a-z]*$/.test(text) ? "use whole numbers, such as 1500ms" : undefined;
};

/** A number with a unit of this dimension, within bounds, in its base unit. */
export const measure = (
  dimension: Dimension,
  { minimum, maximum }: { readonly minimum: string; readonly maximum: string },
) =>
  z
    .unknown()
    .transform((value, context): number => {
      const hasUnit = typeof value === "string" && /[^\d\s.+-]/.test(value);
      const parsed = hasUnit ? baseValue(value, dimension) : undefined;
      const least = baseValue(minimum, dimension) ?? -Infinity;
      const most = baseValue(maximum, dimension) ?? Infinity;
      return parsed !== undefined && parsed >= least && parsed <= most
        ? parsed
        : refuse(context, say("measure-range", wordsOf(dimension), minimum, maximum));
    })
    .meta({ title: "measure", type: "string" });

const wordsOf = (dimension: Dimension): string => dimension.replaceAll("_", " ");

const baseValue = (text: string, dimension: Dimension): number | undefined => {
  const parsed = parseMeasure(text, dimension);
  return "value" in parsed ? parsed.value : undefined;
};

const fewUnits = 5;

const measureOrNumber = (dimension: Dimension, parse: typeof parseMeasure) =>
  z
    .unknown()
    .transform((value, context): number => {
      if (typeof value === "number" && Number.isFinite(value)) return value;
      const parsed = typeof value === "string" ? parse(value, dimension) : undefined;
      if (parsed !== undefined && "value" in parsed) return parsed.value;
      const units = unitsOf(dimension).slice(0, fewUnits);
      return refuse(context, say("measure-form", wordsOf(dimension), units));
    })
    .meta({ title: "number or measure", type: ["number", "string"] });

/** A value of a quantity: with a unit of its dimension, or a plain number in its base unit. */
export const quantityValue = (dimension: Dimension) => measureOrNumber(dimension, parseMeasure);

/** A difference of two values of a quantity: `1.8°F` is 1 kelvin; a plain number is in its base unit. */
export const quantityDifference = (dimension: Dimension) =>
  measureOrNumber(dimension, parseMeasureDifference);

const hexadecimalByte = /^0x[0-9a-f]{1,2}$/i;

/** One of the addresses that a chip can have, as `0x76`, 118 or "0x76". */
export const i2cAddress = (addresses: readonly number[]) => {
  const names = addresses.map((address) => hexadecimal(address));
  return z
    .unknown()
    .transform((value, context): number => {
      const isName = typeof value === "string" && hexadecimalByte.test(value);
      const address = isName ? Number.parseInt(value, 16) : value;
      return (
        addresses.find((candidate) => candidate === address) ??
        refuse(context, say("not-a-choice", names, undefined))
      );
    })
    .meta({ enum: [...names, ...addresses] });
};
